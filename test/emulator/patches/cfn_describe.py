"""cfn-describe

AWS: DescribeStackResources with a PhysicalResourceId and no stack answers with the resources of the stack that holds it.
Emulator: it looked for a stack without a name.
Patch: looks the stack up by the physical id; ValidationError when no stack has it. (AWS also finds stacks deleted within 90 days; not modelled.)
"""
from ministack.services.cloudformation import _stacks, handlers

NAME = "cfn-describe"

OPERATION = "DescribeStackResources"


def holder_of(physical_id: str) -> dict | None:
    for stack in _stacks.values():
        if stack.get("StackStatus") == "DELETE_COMPLETE":
            continue
        if any(resource.get("PhysicalResourceId") == physical_id for resource in stack.get("_resources", {}).values()):
            return stack
    return None


def apply() -> None:
    describe = handlers._ACTION_HANDLERS[OPERATION]

    def describe_by_physical_id(params):
        physical_id = handlers._p(params, "PhysicalResourceId")
        if not physical_id or handlers._p(params, "StackName"):
            return describe(params)
        stack = holder_of(physical_id)
        if stack is None:
            return handlers._error("ValidationError", f"Stack for {handlers._esc(physical_id)} does not exist")
        return describe({**params, "StackName": [stack["StackId"]]})

    handlers._ACTION_HANDLERS[OPERATION] = describe_by_physical_id
