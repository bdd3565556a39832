"""sts-web-identity

AWS: some claims of some identity providers are condition keys of AssumeRoleWithWebIdentity beside aud, sub and amr; of GitHub's among others repository_id, of
GitLab's project_id. The account must have the provider, with the token's audience.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
Emulator: only aud, sub and amr; any provider. It doesn't check signatures.
Patch: the ids of GitHub and GitLab, and the provider with its audiences; signatures are not checked.
"""
from ministack.services import iam, sts

NAME = "sts-web-identity"

CLAIMS = {
    "token.actions.githubusercontent.com": ("repository_id", "repository_owner_id"),
    "gitlab.com": ("project_id",),
}


def claims_of(token: str) -> dict:
    from ministack.services.cognito import _decode_id_token_unverified

    try:
        claims = _decode_id_token_unverified(token)
    except (ValueError, TypeError):
        return {}
    return claims if isinstance(claims, dict) else {}


def is_provider(arn: str, audience) -> bool:
    found = iam._oidc_providers.get(arn)
    return found is not None and audience in found.get("ClientIDList", [])


def apply() -> None:
    web_identity_principal = sts._web_identity_principal

    def principal_with_claims(token, provider_id, role_arn):
        principal, keys = web_identity_principal(token, provider_id, role_arn)
        claims = claims_of(token)
        if ":oidc-provider/" in principal and not is_provider(principal, claims.get("aud")):
            return "", {}
        host = principal.partition(":oidc-provider/")[2]
        keys = {**keys, **{f"{host}:{claim}": claims[claim] for claim in CLAIMS.get(host, ()) if claim in claims}}
        return principal, keys

    sts._web_identity_principal = principal_with_claims
