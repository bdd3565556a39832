"""sts-source-identity

AWS: AssumeRole with a SourceIdentity is decided with the condition key sts:SourceIdentity, and the caller's policy and the trust policy must allow
sts:SetSourceIdentity too. The session has it as aws:SourceIdentity, passes it on to every session that it opens, and can't change it.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
Emulator: the parameter was ignored, so that a trust policy that asks for it let nobody in, and no session had one.
Patch: as AWS. A session that has one and states another is refused; one that states none, or its own, goes on with it. Without the parameter the request
of such a session has no sts:SourceIdentity, which AWS doesn't document either way.
"""
import contextvars
import dataclasses

from ministack.core import iam_actions, iam_evaluator
from ministack.services import iam, sts

from .replacing import replace_everywhere

NAME = "sts-source-identity"

# What a request states, and what its session will have.
STATED = contextvars.ContextVar("stated_source_identity", default="")
KEPT = contextvars.ContextVar("kept_source_identity", default="")


def apply() -> None:
    session_policies, evaluate_trust_policy = sts._session_policies, iam_evaluator.evaluate_trust_policy
    register_session, principal_keys = sts.register_session, iam_evaluator._principal_keys
    request_tag_context, enforce = iam_actions.request_tag_context, iam_evaluator.enforce

    # Called with the parameters of a request before its trust policy is looked at.
    def remembering_session_policies(params, *args, **kwargs):
        STATED.set(iam._p(params, "SourceIdentity", "") if iam._p(params, "Action") == "AssumeRole" else "")
        KEPT.set("")
        return session_policies(params, *args, **kwargs)

    def evaluated_with_source_identity(trust_doc, caller_arn, ctx=None):
        stated = STATED.get()
        inherited = ctx.principal_keys.get("aws:sourceidentity", "") if ctx is not None else ""
        if ctx is None or ctx.action != "sts:AssumeRole" or not (stated or inherited):
            return evaluate_trust_policy(trust_doc, caller_arn, ctx)
        if stated and inherited and stated != inherited:
            return False
        KEPT.set(stated or inherited)
        asked = dataclasses.replace(ctx, service_context={**ctx.service_context, **({"sts:sourceidentity": stated} if stated else {})})
        setting = dataclasses.replace(asked, action="sts:SetSourceIdentity")
        return evaluate_trust_policy(trust_doc, caller_arn, asked) and evaluate_trust_policy(trust_doc, caller_arn, setting)

    def registered_with_source_identity(access_key, session):
        if KEPT.get():
            session["SourceIdentity"] = KEPT.get()
            KEPT.set("")
        register_session(access_key, session)

    def keys_with_source_identity(credential):
        keys = principal_keys(credential)
        found = (sts._sessions.get(credential.access_key_id) or {}).get("SourceIdentity")
        return {**keys, "aws:sourceidentity": found} if found else keys

    def context_with_source_identity(service, iam_action, body, params):
        context = request_tag_context(service, iam_action, body, params)
        stated = iam_actions._query_param(params, "SourceIdentity") if iam_action == "sts:AssumeRole" else ""
        return {**context, "sts:SourceIdentity": stated} if stated else context

    def enforced_with_source_identity(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        denied = enforce(access_key_id, iam_action, service, region, resource_arn=resource_arn, service_context=service_context)
        inherited = (sts._sessions.get(access_key_id) or {}).get("SourceIdentity")
        if denied is None and iam_action == "sts:AssumeRole" and ((service_context or {}).get("sts:SourceIdentity") or inherited):
            return enforce(access_key_id, "sts:SetSourceIdentity", service, region, resource_arn=resource_arn, service_context=service_context)
        return denied

    replace_everywhere(session_policies, remembering_session_policies)
    replace_everywhere(evaluate_trust_policy, evaluated_with_source_identity)
    replace_everywhere(register_session, registered_with_source_identity)
    replace_everywhere(principal_keys, keys_with_source_identity)
    replace_everywhere(request_tag_context, context_with_source_identity)
    replace_everywhere(enforce, enforced_with_source_identity)
