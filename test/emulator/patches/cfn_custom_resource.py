"""cfn-custom-resource

AWS: a custom resource whose Create failed or timed out is part of the roll-back, and of a later DeleteStack: it gets a Delete, with the physical id of its
response or one that CloudFormation makes up. A response over 4,096 bytes, or a success without a physical id, is a failure.
Emulator: no Delete after a failed Create; any response was taken.
Patch: as AWS. The Delete comes when the stack's status says roll-back, in its place in the order.
"""
import json
import threading

from ministack.core.responses import new_uuid, now_iso
from ministack.services.cloudformation import custom_resource, stacks

from .replacing import replace_everywhere

NAME = "cfn-custom-resource"

LARGEST_RESPONSE_BYTES = 4096

_responses: dict[str, dict] = {}
_current = threading.local()


def checked(response: dict) -> dict:
    """The response as CloudFormation takes it."""
    if len(json.dumps(response, separators=(",", ":"), ensure_ascii=False).encode()) > LARGEST_RESPONSE_BYTES:
        return {**response, "Status": "FAILED", "Reason": "Response object is too long.", "Data": {}}
    if response.get("Status") not in ("SUCCESS", "FAILED"):
        return {**response, "Status": "FAILED", "Reason": "Invalid Status in the response of the custom resource."}
    if response["Status"] == "SUCCESS" and not response.get("PhysicalResourceId"):
        return {**response, "Status": "FAILED", "Reason": "Invalid PhysicalResourceId."}
    return response


def keep_failed_create(stack_name: str, logical_id: str, resource_type: str, physical_id: str, props: dict) -> None:
    from ministack.services.cloudformation import _stacks

    _stacks[stack_name].setdefault("_resources", {})[logical_id] = {
        "PhysicalResourceId": physical_id,
        "ResourceType": resource_type,
        "ResourceStatus": "CREATE_FAILED",
        "LogicalResourceId": logical_id,
        "Properties": props,
        "Attributes": {},
        "Timestamp": now_iso(),
    }


def apply() -> None:
    register, deliver, invoke = (
        custom_resource.register_token, custom_resource.deliver_response, custom_resource.invoke_custom_resource)
    roll_back = stacks._roll_back_operation

    def register_token(token):
        _current.token = token
        return register(token)

    def deliver_response(token, response):
        response = checked(response)
        if token in custom_resource._pending:
            _responses[token] = response
        return deliver(token, response)

    def invoke_custom_resource(request_type, logical_id, props, stack_name, stack_id, resource_type, physical_id=None, old_props=None):
        _current.token = None
        try:
            return invoke(request_type, logical_id, props, stack_name, stack_id, resource_type, physical_id, old_props)
        except (RuntimeError, TimeoutError):
            if request_type == "Create":
                response = _responses.get(_current.token) or {}
                made_up = f"{stack_name}-{logical_id}-{new_uuid()[:12].upper()}"
                keep_failed_create(stack_name, logical_id, resource_type, response.get("PhysicalResourceId") or made_up, props)
            raise
        finally:
            _responses.pop(_current.token, None)

    async def roll_back_operation(stack_name, stack_id, stack, operation, *args, **kwargs):
        failed = operation.get("failed_logical_id")
        record = stack.get("_resources", {}).get(failed)
        if record and record["ResourceStatus"] == "CREATE_FAILED" and failed not in operation["created"]:
            operation["created"] = [*operation["created"], failed]
        return await roll_back(stack_name, stack_id, stack, operation, *args, **kwargs)

    custom_resource.register_token = register_token
    custom_resource.deliver_response = deliver_response
    custom_resource.invoke_custom_resource = invoke_custom_resource
    replace_everywhere(roll_back, roll_back_operation)
