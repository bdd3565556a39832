"""sts-source-identity

AWS: AssumeRole with a SourceIdentity is decided with the condition key sts:SourceIdentity, and the trust policy must allow sts:SetSourceIdentity too.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
Emulator: the parameter was ignored, so that a trust policy that asks for it let nobody in.
Patch: both, for the trust policy; that the caller's own policy allows sts:SetSourceIdentity isn't looked at.
"""
import contextvars
import dataclasses

from ministack.core import iam_evaluator
from ministack.services import iam, sts

from .replacing import replace_everywhere

NAME = "sts-source-identity"

SOURCE_IDENTITY = contextvars.ContextVar("source_identity", default="")


def apply() -> None:
    session_policies, evaluate_trust_policy = sts._session_policies, iam_evaluator.evaluate_trust_policy

    # Called with the parameters of a request before its trust policy is looked at.
    def remembering_session_policies(params, *args, **kwargs):
        SOURCE_IDENTITY.set(iam._p(params, "SourceIdentity", "") if iam._p(params, "Action") == "AssumeRole" else "")
        return session_policies(params, *args, **kwargs)

    def evaluated_with_source_identity(trust_doc, caller_arn, ctx=None):
        source_identity = SOURCE_IDENTITY.get()
        if ctx is None or ctx.action != "sts:AssumeRole" or not source_identity:
            return evaluate_trust_policy(trust_doc, caller_arn, ctx)
        asked = dataclasses.replace(ctx, service_context={**ctx.service_context, "sts:sourceidentity": source_identity})
        setting = dataclasses.replace(asked, action="sts:SetSourceIdentity")
        return evaluate_trust_policy(trust_doc, caller_arn, asked) and evaluate_trust_policy(trust_doc, caller_arn, setting)

    replace_everywhere(session_policies, remembering_session_policies)
    replace_everywhere(evaluate_trust_policy, evaluated_with_source_identity)
