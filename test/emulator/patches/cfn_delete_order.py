"""cfn-delete-order

AWS: when a resource fails to delete, CloudFormation doesn't touch what it depends on; the rest is deleted, the stack is DELETE_FAILED, and the next DeleteStack
goes on with what remains.
Emulator: it went on with what the failed resource depends on: with the role of a custom resource that had just said that the role must stay.
Patch: those are not attempted, have no events of failure, and keep their status.
"""
from ministack.services.cloudformation import stacks

from .replacing import replace_everywhere

NAME = "cfn-delete-order"


class NotAttempted(RuntimeError):
    """A resource that something still there depends on."""


MARK = "not attempted: "


def failed_of(stack: dict) -> set:
    return stack.setdefault("_failed_deletes", set())


def is_needed(stack: dict, logical_id: str) -> bool:
    """Whether a resource that failed to delete depends on this one."""
    failed = failed_of(stack)
    definitions = (stack.get("_template") or {}).get("Resources", {})
    return logical_id in stacks._with_dependencies(failed, definitions, set(stack.get("_resources", {}))) - failed


def apply() -> None:
    delete_resource, delete_stack, add_event = stacks._delete_resource, stacks._delete_stack_async, stacks._add_event

    def delete_if_free(resource_type, physical_id, props, stack_name=None, logical_id=None):
        from ministack.services.cloudformation import _stacks

        stack = _stacks.get(stack_name) or {}
        if stack.get("StackStatus") != "DELETE_IN_PROGRESS":
            return delete_resource(resource_type, physical_id, props, stack_name, logical_id)
        if is_needed(stack, logical_id):
            raise NotAttempted(f"{MARK}needed by {', '.join(sorted(failed_of(stack)))}")
        try:
            return delete_resource(resource_type, physical_id, props, stack_name, logical_id)
        except Exception:
            failed_of(stack).add(logical_id)
            raise

    def add_event_of_attempts(stack_id, stack_name, logical_id, resource_type, status, reason="", *args, **kwargs):
        from ministack.services.cloudformation import _stacks

        stack = _stacks.get(stack_name) or {}
        announced = status == "DELETE_IN_PROGRESS" and stack.get("StackStatus") == status and is_needed(stack, logical_id)
        if not announced and not reason.startswith(MARK):
            add_event(stack_id, stack_name, logical_id, resource_type, status, reason, *args, **kwargs)

    async def delete_stack_in_order(stack_name, stack_id, *args, **kwargs):
        from ministack.services.cloudformation import _stack_events, _stacks

        stack = _stacks.get(stack_name) or {}
        stack["_failed_deletes"] = set()
        before = {name: resource.get("ResourceStatus") for name, resource in stack.get("_resources", {}).items()}
        await delete_stack(stack_name, stack_id, *args, **kwargs)
        failed = stack.pop("_failed_deletes", set())
        for name, resource in stack.get("_resources", {}).items():
            if resource.get("ResourceStatusReason", "").startswith(MARK):
                resource["ResourceStatus"] = before[name]
                resource["ResourceStatusReason"] = ""
        if stack.get("StackStatus") == "DELETE_FAILED" and failed:
            reason = f"The following resource(s) failed to delete: [{', '.join(sorted(failed))}]."
            stack["StackStatusReason"] = reason
            _stack_events[stack_id][-1]["ResourceStatusReason"] = reason

    stacks._delete_resource = delete_if_free
    replace_everywhere(add_event, add_event_of_attempts)
    replace_everywhere(delete_stack, delete_stack_in_order)
