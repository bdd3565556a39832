"""authorization-principals

AWS: aws:PrincipalArn of a role's session is the ARN of the role, path included. An explicit Deny in a resource's policy binds the account's root user too, except
from reading, writing and deleting the policy of a bucket.
Emulator: the key was the session's ARN, so that a Deny for all but one role denied that one too; root was bound by nothing but the policies of queues.
Patch: as AWS. While the emulator doesn't speak TLS, root's requests count as made by it: the CDK's own bucket demands that.
"""
from ministack.core import iam_evaluator, tls
from ministack.core.responses import get_account_id
from ministack.services import iam

from .replacing import replace_everywhere

NAME = "authorization-principals"

# With these root gets out of a policy that locks everybody out.
FREE_TO_ROOT = ("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy")


def role_arn(context) -> str | None:
    # The second check of a queue's policy takes every caller for root.
    if ":assumed-role/" not in context.principal_arn:
        return None
    name = iam_evaluator._role_name_from_assumed_arn(context.principal_arn)
    role = iam._roles.get_scoped(context.principal_account, None, name)
    return role["Arn"] if role else None


def denial_of_root(action: str, service: str, region: str, resource_arn: str, service_context: dict | None):
    found = iam_evaluator._resource_policy(service, resource_arn)
    if found is None or action in FREE_TO_ROOT:
        return None
    account = get_account_id()
    context = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:iam::{account}:root", principal_type="Root", principal_account=account, action=action, resource_arn=resource_arn,
        region=region, service_context={key.lower(): value for key, value in (service_context or {}).items()},
    )
    context.secure_transport = context.secure_transport or not tls.use_ssl_enabled()
    result = iam_evaluator.evaluate_resource_policy(found[0], context)
    if result.decision != "Deny":
        return None
    result.resource_policy_arn = resource_arn
    return result


def apply() -> None:
    resolve_condition_key, enforce = iam_evaluator._resolve_condition_key, iam_evaluator.enforce

    def resolve_with_role(key, context):
        arn = role_arn(context) if key.lower() == "aws:principalarn" else None
        return arn or resolve_condition_key(key, context)

    def enforce_on_root_too(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        denied = enforce(access_key_id, iam_action, service, region, resource_arn=resource_arn, service_context=service_context)
        is_root = iam_evaluator._ACCOUNT_ID_RE.fullmatch(access_key_id or "")
        if denied is not None or not is_root:
            return denied
        return denial_of_root(iam_action, service, region, resource_arn, service_context)

    iam_evaluator._resolve_condition_key = resolve_with_role
    replace_everywhere(enforce, enforce_on_root_too)
