"""cfn-resource-status

AWS: while a resource is worked on it is CREATE_IN_PROGRESS, UPDATE_IN_PROGRESS or DELETE_IN_PROGRESS in DescribeStackResource(s) and ListStackResources, as in
the stack's events, with the physical id that it has. What an update adds is created. What an update doesn't change has no event. The clean-up's deletions have
events; that of a predecessor leaves the resource as it is, UPDATE_COMPLETE with the id that stays. A deleted stack still lists its resources, by its id.
Emulator: the three showed what the last operation had left, and nothing of a first creation; what an update adds was updated; each resource of an update had
events; a clean-up had none but failures, and a roll-back's showed the id that it deletes; events lacked ids; a deleted stack listed nothing.
Patch: as AWS. Errors say what AWS was recorded to say. That a stack lists what its deletion or its failed creation deleted was seen, but isn't documented.
"""
import contextvars

from ministack.core.responses import now_iso
from ministack.services.cloudformation import handlers, stacks

from .replacing import replace_everywhere

NAME = "cfn-resource-status"

STACK = "AWS::CloudFormation::Stack"
CLEANUP = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
ROLLBACK_CLEANUP = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
# Of these stacks it is seen what they deleted.
LISTING_DELETED = ("ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_IN_PROGRESS", "DELETE_COMPLETE", "DELETE_FAILED")

_viewing = contextvars.ContextVar("viewing_stack_resources", default=False)


def shown_of(stack: dict) -> dict:
    """What the last event of each resource said, by logical id; only of the operation that runs, or that failed."""
    return stack.setdefault("_shown", {})


def previous_of(stack: dict) -> dict:
    """The resources that a roll-back goes back to."""
    return stack.get("_rolling_back", {}).get("previous", {})


def record_of(stack: dict, logical_id: str) -> dict:
    return stack.get("_resources", {}).get(logical_id) or {}


def resources_of(stack: dict) -> dict:
    """The records of a stack's resources, as the API shows them."""
    records = dict(stack.get("_resources", {}))
    for logical_id, shown in shown_of(stack).items():
        deleted = shown["ResourceStatus"] == "DELETE_COMPLETE"
        if deleted and stack.get("StackStatus") not in LISTING_DELETED:
            records.pop(logical_id, None)
        else:
            records[logical_id] = {**records.get(logical_id, {}), **shown}
    return records


def is_of_predecessor(stack: dict, logical_id: str, status: str, physical_id: str) -> bool:
    """Whether an event is about what a resource was, or would have become, and not about what it is."""
    if not status.startswith("DELETE_"):
        return False
    if stack.get("StackStatus") == ROLLBACK_CLEANUP:
        return logical_id in previous_of(stack)
    return stack.get("StackStatus") == CLEANUP and record_of(stack, logical_id).get("PhysicalResourceId") != physical_id


def apply() -> None:
    record_event = stacks._add_event
    update_resource, delete_resource = stacks._update_resource, stacks._delete_resource
    roll_back, resolve_stack = stacks._roll_back_operation, handlers._resolve_stack

    def show(stack: dict, logical_id: str, resource_type: str, status: str, reason: str = "", physical_id: str = "") -> None:
        record_event(stack["StackId"], stack["StackName"], logical_id, resource_type, status, reason, physical_id)
        if not is_of_predecessor(stack, logical_id, status, physical_id):
            shown_of(stack)[logical_id] = {
                "LogicalResourceId": logical_id, "ResourceType": resource_type, "ResourceStatus": status, "ResourceStatusReason": reason,
                "PhysicalResourceId": physical_id, "Timestamp": now_iso(),
            }

    def say_held(stack: dict, logical_id: str) -> None:
        held = stack.get("_held", {}).pop(logical_id, None)
        if held:
            show(stack, logical_id, held["ResourceType"], "UPDATE_IN_PROGRESS", physical_id=held["PhysicalResourceId"])

    def was_unchanged(stack: dict, logical_id: str, status: str) -> bool:
        """Whether an update ends without having touched a resource, whose record it has replaced."""
        held = stack.get("_held", {}).get(logical_id) if status == "UPDATE_COMPLETE" else None
        if not held:
            return False
        record_of(stack, logical_id).update({key: held[key] for key in ("ResourceStatus", "Timestamp") if key in held})
        del stack["_held"][logical_id]
        return True

    def resource_event(stack: dict, logical_id: str, resource_type: str, status: str, reason: str, physical_id: str) -> None:
        record = record_of(stack, logical_id)
        first = status == "UPDATE_IN_PROGRESS" and not physical_id and stack["StackStatus"] == status
        if first and record:
            # Whether there is something to update comes out later.
            stack.setdefault("_held", {})[logical_id] = dict(record)
            return
        if was_unchanged(stack, logical_id, status):
            return
        if status == "DELETE_FAILED" and stack.pop("_said_failed", None) == (logical_id, physical_id):
            return
        say_held(stack, logical_id)
        created = shown_of(stack).get(logical_id, {}).get("ResourceStatus") == "CREATE_IN_PROGRESS"
        if (first or created) and status.startswith("UPDATE_"):
            status = status.replace("UPDATE_", "CREATE_")
            if status == "CREATE_COMPLETE":
                record["ResourceStatus"] = status
        show(stack, logical_id, resource_type, status, reason, physical_id or record.get("PhysicalResourceId", ""))

    def forget_operation(stack: dict, status: str) -> None:
        stack.pop("_held", None)
        kept = ("CREATE_FAILED", "UPDATE_FAILED") if status.endswith("_FAILED") else ()
        deleted = ("DELETE_COMPLETE",) if status in LISTING_DELETED else ()
        stack["_shown"] = {name: shown for name, shown in shown_of(stack).items() if shown["ResourceStatus"] in (*kept, *deleted)}

    def show_rolled_back(stack: dict) -> None:
        """What was replaced is again what it was."""
        for logical_id in stack.get("_rolling_back", {}).get("replaced", []):
            record = previous_of(stack)[logical_id]
            record["ResourceStatus"] = "UPDATE_COMPLETE"
            show(stack, logical_id, record["ResourceType"], "UPDATE_COMPLETE", physical_id=record["PhysicalResourceId"])

    def add_event(stack_id, stack_name, logical_id, resource_type, status, reason="", physical_id="", detailed_status=""):
        from ministack.services.cloudformation import _stacks

        stack = _stacks.get(stack_name)
        if not stack or stack["StackId"] != stack_id:
            record_event(stack_id, stack_name, logical_id, resource_type, status, reason, physical_id, detailed_status)
        elif logical_id != stack_name:
            resource_event(stack, logical_id, resource_type, status, reason, physical_id)
        else:
            if status == ROLLBACK_CLEANUP:
                show_rolled_back(stack)
            record_event(stack_id, stack_name, logical_id, resource_type, status, reason, physical_id, detailed_status)
            if not status.endswith("_IN_PROGRESS"):
                forget_operation(stack, status)

    def stack_of(stack_name) -> dict:
        from ministack.services.cloudformation import _stacks

        return _stacks.get(stack_name) or {}

    def update_if_changed(resource_type, physical_id, old_props, new_props, stack_name, logical_id=None, *args, **kwargs):
        if old_props != new_props:
            say_held(stack_of(stack_name), logical_id)
        return update_resource(resource_type, physical_id, old_props, new_props, stack_name, logical_id, *args, **kwargs)

    def delete_with_events(resource_type, physical_id, props, stack_name=None, logical_id=None):
        stack = stack_of(stack_name)
        # Elsewhere the emulator says it itself.
        if stack.get("StackStatus") != CLEANUP:
            return delete_resource(resource_type, physical_id, props, stack_name, logical_id)
        show(stack, logical_id, resource_type, "DELETE_IN_PROGRESS", "", physical_id)
        try:
            result = delete_resource(resource_type, physical_id, props, stack_name, logical_id)
        except Exception as error:
            show(stack, logical_id, resource_type, "DELETE_FAILED", str(error), physical_id)
            stack["_said_failed"] = (logical_id, physical_id)
            raise
        show(stack, logical_id, resource_type, "DELETE_COMPLETE", "", physical_id)
        return result

    async def roll_back_operation(stack_name, stack_id, stack, operation, *args, **kwargs):
        previous = (operation.get("previous_stack") or {}).get("_resources", {})
        replaced = [logical_id for logical_id in operation.get("replaced_ids", []) if logical_id in previous]
        stack["_rolling_back"] = {"previous": previous, "replaced": replaced}
        try:
            return await roll_back(stack_name, stack_id, stack, operation, *args, **kwargs)
        finally:
            stack.pop("_rolling_back", None)

    def resolve_as_viewed(stack_name):
        stack = resolve_stack(stack_name)
        if not stack or not _viewing.get():
            return stack
        # A deleted stack is found by its id only.
        if stack["StackStatus"] == "DELETE_COMPLETE" and stack["StackId"] != stack_name:
            return None
        return {**stack, "_resources": resources_of(stack)}

    def viewing(handler):
        def viewed(params):
            token = _viewing.set(True)
            try:
                status, headers, body = handler(params)
            finally:
                _viewing.reset(token)
            return status, headers, body if status == 200 else as_aws_says(params, body)
        return viewed

    def as_aws_says(params, body: bytes) -> bytes:
        name, logical_id = handlers._p(params, "StackName"), handlers._p(params, "LogicalResourceId")
        text = body.decode()
        if f"Stack [{name}] does not exist" in text:
            return text.replace(f"Stack [{name}] does not exist", f"Stack &apos;{name}&apos; does not exist").encode()
        before, found, after = text.partition(f"Resource [{logical_id}] does not exist in stack [")
        return f"{before}Resource {logical_id} does not exist for stack {name}{after.partition(']')[2]}".encode() if found else body

    stacks._update_resource = update_if_changed
    stacks._delete_resource = delete_with_events
    handlers._resolve_stack = resolve_as_viewed
    replace_everywhere(record_event, add_event)
    replace_everywhere(roll_back, roll_back_operation)
    for operation in ("DescribeStackResource", "DescribeStackResources", "ListStackResources"):
        handlers._ACTION_HANDLERS[operation] = viewing(handlers._ACTION_HANDLERS[operation])
