"""iam-simulation

AWS: SimulatePrincipalPolicy finds the user, group or role by its ARN, path included (404 when there is none), takes its permissions boundary into account, or
the one in the request, and answers for every action and resource: allowed, explicitDeny or implicitDeny.
Emulator: a role or user with a path was never found, which read as implicitDeny; boundaries, further resources, added policies and context entries were ignored.
Patch: as AWS, with the emulator's own policy evaluation. aws:CurrentTime is the clock's unless the request gives one. Not modelled: resource policies and
matched statements.
"""
from xml.sax.saxutils import escape

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam

NAME = "iam-simulation"

DECISIONS = {"Allow": "allowed", "Deny": "explicitDeny", "ImplicitDeny": "implicitDeny"}


def members(params: dict, name: str) -> list[str]:
    found = []
    while value := iam._p(params, f"{name}.member.{len(found) + 1}"):
        found.append(value)
    return found


def context_entries(params: dict) -> dict:
    context = {}
    index = 1
    while key := iam._p(params, f"ContextEntries.member.{index}.ContextKeyName"):
        values = members(params, f"ContextEntries.member.{index}.ContextKeyValues")
        is_list = iam._p(params, f"ContextEntries.member.{index}.ContextKeyType").endswith("List")
        context[key.lower()] = values if is_list else "".join(values[:1])
        index += 1
    return context


def group_policies(name: str) -> list:
    documents = list((iam._group_inline_policies.get(name) or {}).values())
    documents += [iam_evaluator._resolve_managed_policy_document(arn, get_account_id())
                  for arn in iam._groups[name].get("AttachedPolicies", [])]
    return [iam_evaluator.parse_policy_document(document) for document in documents if document]


def source_policies(arn: str) -> tuple[list, list] | None:
    """The policies and limits of the principal with this very ARN."""
    account = get_account_id()
    stores = {"role": iam._roles, "user": iam._users, "group": iam._groups}
    kind = arn.split(":")[-1].split("/")[0]
    name = arn.rsplit("/", 1)[-1]
    record = stores.get(kind, {}).get(name)
    if not record or record["Arn"] != arn:
        return None
    if kind == "group":
        return group_policies(name), []
    gather = iam_evaluator._gather_role_policies if kind == "role" else iam_evaluator._gather_user_policies
    return gather(name, account), iam_evaluator._permissions_boundary(stores[kind], name, account)


def result_xml(context, action: str, resource: str, policies: list, limits: list) -> str:
    context.action, context.resource_arn = action, resource
    decision = DECISIONS[iam_evaluator.evaluate(context, policies, *limits).decision]
    boundary = ""
    if limits:
        within = iam_evaluator.evaluate(context, limits[0]).decision == "Allow"
        boundary = ("<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>"
                    f"{str(within).lower()}</AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>")
    return (f"<member><EvalActionName>{escape(action)}</EvalActionName><EvalResourceName>{escape(resource)}</EvalResourceName>"
            f"<EvalDecision>{decision}</EvalDecision><MatchedStatements/><MissingContextValues/>{boundary}</member>")


class FixedTimeContext(iam_evaluator.EvalContext):
    """An evaluation context whose time is the one in the request."""


def apply() -> None:
    resolve_condition_key = iam_evaluator._resolve_condition_key

    def with_fixed_time(key, context):
        given = context.service_context.get(key.lower()) if isinstance(context, FixedTimeContext) else None
        return given if given is not None else resolve_condition_key(key, context)

    def simulate(params):
        arn = iam._p(params, "PolicySourceArn")
        found = source_policies(arn)
        if found is None:
            return iam._error(404, "NoSuchEntity", f"No such entity: {escape(arn)}")
        policies, limits = found
        parse = iam_evaluator.parse_policy_document
        policies = policies + [parse(document) for document in members(params, "PolicyInputList")]
        given_boundary = members(params, "PermissionsBoundaryPolicyInputList")
        if given_boundary:
            limits = [[parse(document) for document in given_boundary]]
        context = FixedTimeContext(
            principal_arn=iam._p(params, "CallerArn") or arn, principal_type="AssumedRole", principal_account=get_account_id(),
            action="", resource_arn="", region=get_region(), service_context={"aws:tagkeys": None, **context_entries(params)},
        )
        results = "".join(
            result_xml(context, action, resource, policies, limits)
            for action in members(params, "ActionNames")
            for resource in members(params, "ResourceArns") or ["*"]
        )
        return iam._xml(200, "SimulatePrincipalPolicyResponse", "<SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated>"
                        f"<EvaluationResults>{results}</EvaluationResults></SimulatePrincipalPolicyResult>")

    iam_evaluator._resolve_condition_key = with_fixed_time
    iam._IAM_HANDLERS["SimulatePrincipalPolicy"] = simulate
