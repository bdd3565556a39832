"""sts-identity-tokens

AWS: GetWebIdentityToken is authorized with the condition keys sts:IdentityTokenAudience, sts:SigningAlgorithm and sts:DurationSeconds, the last if the request
has the parameter.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_policies.html
Emulator: the keys were absent, so that a role that may get a token for one audience got none.
Patch: as AWS. That the account has outbound identity federation turned on isn't looked at.
"""
from ministack.core import iam_actions

from .replacing import replace_everywhere

NAME = "sts-identity-tokens"

ACTION = "sts:GetWebIdentityToken"
SINGLE = {"SigningAlgorithm": "sts:SigningAlgorithm", "DurationSeconds": "sts:DurationSeconds"}


def condition_keys(params: dict) -> dict:
    def param(name: str) -> str:
        return iam_actions._query_param(params, name)

    audiences = [param(name) for name in params if name.startswith("Audience.member.")]
    return {"sts:IdentityTokenAudience": audiences, **{key: param(name) for name, key in SINGLE.items() if param(name)}}


def apply() -> None:
    request_tag_context = iam_actions.request_tag_context

    def with_token_keys(service, iam_action, body, params):
        context = request_tag_context(service, iam_action, body, params)
        return {**context, **condition_keys(params)} if iam_action == ACTION else context

    replace_everywhere(request_tag_context, with_token_keys)
