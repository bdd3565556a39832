"""authorization-resources

AWS: an invocation with a Qualifier is authorized on the ARN of that version or alias; an operation on a stack, however named, on the ARN of the stack, its unique
id included; one on the targets of a rule on the ARN of the rule; an update of a service of ECS and the stop of a task on the ARN of these; one on a key that its alias names on the ARN of the key; one with a key that the request names by an alias with the condition key kms:RequestAlias, and one that signs with kms:SigningAlgorithm; one on a secret with the condition key secretsmanager:SecretId, an ARN; one on a key of API Gateway with the tags of the key as aws:ResourceTag; one on the policy of a table on the ARN of the table.
Emulator: the qualifier was dropped; a stack that was named had * for its id, which no statement about that very stack matches; a rule that a request names as Rule was *; a service and a task were their cluster; an alias was a resource of its own; the condition keys were absent; a table that a request names as ResourceArn was *.
Patch: as AWS. That secretsmanager:SecretId is the secret's whole ARN when a request names it otherwise is our reading of its type.
"""
from contextvars import ContextVar

from ministack.core import iam_actions
from ministack.services import apigateway_v1, kms
from ministack.services.cloudformation import handlers

from .replacing import replace_everywhere

NAME = "authorization-resources"

INVOCATIONS = ("/invocations", "/invoke-async", "/response-streaming-invocations")
PARTS_OF_FUNCTION_ARN = 7
# The emulator asks for the condition keys right after the ARN, and does not pass it on.
ASKED = ContextVar("asked", default="")


def with_qualifier(arn: str, path: str, qualifier: str) -> str:
    unqualified = arn.startswith("arn:") and len(arn.split(":")) == PARTS_OF_FUNCTION_ARN
    return f"{arn}:{qualifier}" if qualifier and unqualified and path.rstrip("/").endswith(INVOCATIONS) else arn


def stack_arn(arn: str, name: str) -> str:
    stack = handlers._resolve_stack(name) if name else None
    return stack["StackId"] if stack and stack["StackStatus"] != "DELETE_COMPLETE" else arn


def rule_arn(arn: str, body, region: str, account: str) -> str:
    rule, bus = (iam_actions._safe_json_field(body, field) for field in ("Rule", "EventBusName"))
    return f"arn:aws:events:{region}:{account}:rule/{'' if bus in (None, '', 'default') else bus + '/'}{rule}" if rule else arn


def ecs_arn(arn: str, body) -> str:
    named = next((found for field in ("service", "task") if (found := iam_actions._safe_json_field(body, field))), "")
    return named if named.startswith("arn:") else arn


def key_arn(arn: str) -> str:
    key = kms._resolve_key(arn) if ":alias/" in arn else None
    return key["Arn"] if key else arn


def api_key_tags(arn: str) -> dict:
    key = apigateway_v1._api_keys.get(arn.rpartition("/")[2]) if "::/apikeys/" in arn else None
    return {f"aws:ResourceTag/{name}".lower(): value for name, value in (key or {}).get("tags", {}).items()}


def alias_name(key_id) -> str | None:
    """A request names an alias as alias/name or by its ARN."""
    name = str(key_id or "").rsplit(":", 1)[-1]
    return name if name.startswith("alias/") else None


def apply() -> None:
    extract_resource_arn, request_tag_context = iam_actions.extract_resource_arn, iam_actions.request_tag_context

    def resource_arn(service, method, path, headers, body, query_params, *rest):
        arn = extract_resource_arn(service, method, path, headers, body, query_params, *rest)
        ASKED.set(arn)
        if service == "lambda":
            return with_qualifier(arn, path, iam_actions._query_param(query_params, "Qualifier"))
        if service == "cloudformation":
            return stack_arn(arn, iam_actions._query_param(query_params, "StackName"))
        if service == "events":
            return rule_arn(arn, body, *rest)
        if service == "ecs":
            return ecs_arn(arn, body)
        if service == "kms":
            return key_arn(arn)
        if service == "dynamodb":
            return iam_actions._safe_json_field(body, "ResourceArn") or arn
        return arn

    def context(service, iam_action, body, params):
        keys = request_tag_context(service, iam_action, body, params)
        if service == "apigateway":
            keys = {**keys, **api_key_tags(ASKED.get())}
        if service == "kms" and (alias := alias_name(iam_actions._safe_json_field(body, "KeyId"))):
            keys = {**keys, "kms:RequestAlias": alias}
        if service == "kms" and (algorithm := iam_actions._safe_json_field(body, "SigningAlgorithm")):
            keys = {**keys, "kms:SigningAlgorithm": algorithm}
        if service == "secretsmanager" and iam_actions._safe_json_field(body, "SecretId"):
            keys = {**keys, "secretsmanager:SecretId": resource_arn(service, "POST", "/", {}, body, params, "", "")}
        return keys

    replace_everywhere(extract_resource_arn, resource_arn)
    replace_everywhere(request_tag_context, context)
