"""cfn-cleanup

AWS: after an update the stack's status is UPDATE_COMPLETE_CLEANUP_IN_PROGRESS while the predecessors of replaced resources, and what the template no longer
has, are deleted. A deletion is tried three times; then the resource is left behind, no longer part of the stack, and the stack is UPDATE_COMPLETE.
Emulator: the status stayed UPDATE_IN_PROGRESS, one try, and what was left behind stayed in the stack.
Patch: as AWS; the same three tries in the clean-up of an update's roll-back.
"""
import time

from ministack.services.cloudformation import stacks

from .replacing import replace_everywhere

NAME = "cfn-cleanup"

TRIES = 3
PAUSE_SECONDS = 0.2
CLEANUP = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
ROLLBACK_CLEANUP = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"


def apply() -> None:
    delete_resource, deploy_stack = stacks._delete_resource, stacks._deploy_stack_async

    def begin_cleanup(stack: dict) -> None:
        if stack.get("StackStatus") == "UPDATE_IN_PROGRESS":
            stack["StackStatus"] = CLEANUP
            stacks._add_event(stack["StackId"], stack["StackName"], stack["StackName"], "AWS::CloudFormation::Stack", CLEANUP,
                              physical_id=stack["StackId"])

    def delete_in_cleanup(resource_type, physical_id, props, stack_name=None, logical_id=None):
        from ministack.services.cloudformation import _stacks

        stack = _stacks.get(stack_name) or {}
        begin_cleanup(stack)
        tries = TRIES if stack.get("StackStatus") in (CLEANUP, ROLLBACK_CLEANUP) else 1
        for attempt in range(1, tries + 1):
            try:
                return delete_resource(resource_type, physical_id, props, stack_name, logical_id)
            except Exception:
                if attempt == tries:
                    raise
                # Blocks the emulator for types that it deletes on its own loop; hence short.
                time.sleep(PAUSE_SECONDS)

    async def deploy_and_let_go(stack_name, stack_id, template, *args, **kwargs):
        from ministack.services.cloudformation import _stacks

        await deploy_stack(stack_name, stack_id, template, *args, **kwargs)
        stack = _stacks.get(stack_name) or {}
        if stack.get("StackStatus") == "UPDATE_COMPLETE":
            resources = stack.get("_resources", {})
            left_behind = [name for name, resource in resources.items()
                           if resource.get("ResourceStatus") == "DELETE_FAILED" and name not in template.get("Resources", {})]
            for name in left_behind:
                resources.pop(name)

    stacks._delete_resource = delete_in_cleanup
    replace_everywhere(deploy_stack, deploy_and_let_go)
