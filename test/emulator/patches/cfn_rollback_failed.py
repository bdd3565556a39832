"""cfn-rollback-failed

AWS: a stack whose roll-back failed (ROLLBACK_FAILED, UPDATE_ROLLBACK_FAILED) still has what was made and is not deleted: DescribeStackResources lists it, and
DeleteStack deletes it.
Emulator: it tried to delete that at once, and forgot what it could not delete.
Patch: what could not be deleted stays in the stack, with its definition, until the stack is deleted or its roll-back goes on.
"""
from ministack.services.cloudformation import stacks

from .replacing import replace_everywhere

NAME = "cfn-rollback-failed"

FAILED = ("ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED")


def apply() -> None:
    roll_back = stacks._roll_back_operation

    async def roll_back_and_keep(stack_name, stack_id, stack, operation, *args, **kwargs):
        made = dict(stack.get("_resources", {}))
        await roll_back(stack_name, stack_id, stack, operation, *args, **kwargs)
        if stack.get("StackStatus") not in FAILED:
            return
        definitions = (operation.get("template") or {}).get("Resources", {})
        template = stack.get("_template") or {}
        for logical_id, record in (stack.get("_rollback_failed") or {}).items():
            if "RevertTo" not in record and logical_id in made:
                stack["_resources"][logical_id] = made[logical_id]
                stack["_template"] = {**template, "Resources": {**template.get("Resources", {}), logical_id: definitions.get(logical_id, {})}}
                template = stack["_template"]

    replace_everywhere(roll_back, roll_back_and_keep)
