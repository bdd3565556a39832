"""iam-sessions

AWS: a session belongs to the role it was made from, by unique id: one of a deleted role gets nothing from a role created again under its name. AssumeRole
needs the role's exact ARN, path included, and at most its MaxSessionDuration.
Emulator: a session (a Lambda's too) found its role by name, and so gained what the successor may do; a role with a path could be assumed without it; any duration was given.
Patch: as AWS. The session of a former role is refused as an unknown one (what AWS answers isn't documented).
"""
from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import iam, sts

from .replacing import replace_everywhere

NAME = "iam-sessions"


def assume_role_error(params: dict) -> tuple | None:
    arn = iam._p(params, "RoleArn")
    role = iam._roles.get_scoped(arn.split(":")[4], None, arn.rsplit("/", 1)[-1])
    if role is None:
        return None
    if role["Arn"] != arn:
        return iam._error(403, "AccessDenied", f"User: is not authorized to perform: sts:AssumeRole on resource: {arn}", ns="sts")
    if int(iam._p(params, "DurationSeconds") or 0) > role["MaxSessionDuration"]:
        message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        return iam._error(400, "ValidationError", message, ns="sts")
    return None


def apply() -> None:
    resolve_principal, session_policies = iam_evaluator.resolve_principal, sts._session_policies
    execution_credentials = lambda_runtime.execution_credentials

    def of_the_same_role(access_key_id, account_id, credential=None):
        principal = resolve_principal(access_key_id, account_id, credential)
        if getattr(principal, "type", "") != "AssumedRole":
            return principal
        role = iam._roles.get_scoped(principal.account, None, iam_evaluator._role_name_from_assumed_arn(principal.arn))
        role_id = str(principal.keys.get("aws:userid", "")).split(":")[0]
        if role and role_id.startswith("AROA") and role["RoleId"] != role_id:
            return iam_evaluator.AuthError("InvalidClientTokenId", "The security token included in the request is invalid.")
        return principal

    # The last check of its parameters that AssumeRole makes before it looks at the trust policy.
    def checked_session_policies(params, *args, **kwargs):
        policies, error = session_policies(params, *args, **kwargs)
        if error is None and iam._p(params, "Action") == "AssumeRole":
            error = assume_role_error(params)
        return policies, error

    def credentials_of_role(config):
        credentials = execution_credentials(config)
        session = sts._sessions.get(credentials["AWS_ACCESS_KEY_ID"])
        role = iam._roles.get(config.get("Role", "").rsplit("/", 1)[-1])
        if session and role:
            session["UserId"] = f"{role['RoleId']}:{config.get('FunctionName', '')}"
        return credentials

    replace_everywhere(execution_credentials, credentials_of_role)
    replace_everywhere(resolve_principal, of_the_same_role)
    replace_everywhere(session_policies, checked_session_policies)
