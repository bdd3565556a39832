"""cfn-nested-stack

AWS: a nested stack is created, updated and deleted as any stack, with its own statuses, clean-up and roll-back, and a failure is one of its parent's resource. One
whose creation failed is deleted by the parent's roll-back. DescribeStacks names its parent and the root of all.
Emulator: it had no clean-up, so that a replaced custom resource got no Delete, no DELETE_IN_PROGRESS and no roll-back; its failures to delete were ignored; what it
had made before its creation failed was forgotten; neither parent nor root was named.
Patch: as AWS, but its clean-up comes at the end of its own update, and its parent's roll-back is an update to what it was. AWS waits with the first for the parent.
"""
import asyncio
import copy

from ministack.core.responses import get_account_id, get_region, new_uuid, now_iso
from ministack.services.cloudformation import engine, handlers, helpers, provisioners, stacks

from .cfn_custom_resource import keep_failed_create
from .cfn_resource_status import shown_of

NAME = "cfn-nested-stack"

TYPE = "AWS::CloudFormation::Stack"
KEPT_FOR_ROLLBACK = ("_resources", "_template", "_template_body", "_resolved_params", "_conditions", "Parameters", "Tags", "Outputs")


def template_of(props: dict, parent_name: str) -> tuple[str, dict]:
    body, error = helpers._resolve_template({"TemplateURL": [props.get("TemplateURL", "")]})
    if error is not None or not body:
        raise ValueError(f"Failed to fetch the template of a nested stack: {props.get('TemplateURL')}")
    template = engine._parse_template(body)
    provisioners._check_nested_stack_capabilities(parent_name, template)
    return body, template


def parameters_of(template: dict, props: dict) -> dict:
    given = props.get("Parameters") or {}
    if any(isinstance(value, list) for value in given.values()):
        raise ValueError("Value of property Parameters must be an object with String (or simple type) properties")
    return engine._resolve_parameters(template, [{"Key": key, "Value": "" if value is None else str(value)} for key, value in given.items()])


def new_stack(name: str, parent: dict) -> dict:
    return {
        "StackName": name,
        "StackId": f"arn:aws:cloudformation:{get_region()}:{get_account_id()}:stack/{name}/{new_uuid()}",
        "StackStatusReason": "", "CreationTime": now_iso(), "Outputs": [], "DisableRollback": False, "_resources": {}, "_region": get_region(),
        "Capabilities": list(parent.get("Capabilities", [])),
        "_parent_stack_name": parent["StackName"], "ParentId": parent["StackId"], "RootId": parent.get("RootId") or parent["StackId"],
    }


def outputs_of(stack: dict) -> dict:
    return {f"Outputs.{output['OutputKey']}": output["OutputValue"] for output in stack["Outputs"]}


def deploy(stack: dict, props: dict, body: str, template: dict, previous: dict | None) -> None:
    """Creates or updates a nested stack, on a thread of its own that has no event loop."""
    from ministack.services.cloudformation import _stack_events, _stacks

    status = "UPDATE_IN_PROGRESS" if previous else "CREATE_IN_PROGRESS"
    parameters = parameters_of(template, props)
    tags = [{"Key": key, "Value": value} for key, value in provisioners._tag_map(props.get("Tags")).items() if not key.startswith("aws:")]
    stack.update({
        "StackStatus": status, "StackStatusReason": "", "LastUpdatedTime": now_iso(), "Description": template.get("Description", ""), "Tags": tags,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value["Value"], "NoEcho": value["NoEcho"]} for key, value in parameters.items()],
        "_template_body": body, "_conditions": engine._evaluate_conditions(template, parameters),
    })
    if not previous:
        stack.update({"_template": template, "_resolved_params": parameters})
    name, stack_id = stack["StackName"], stack["StackId"]
    _stacks[name] = stack
    _stack_events.setdefault(stack_id, [])
    stacks._add_event(stack_id, name, name, TYPE, status, physical_id=stack_id)
    # Whether a failed creation is taken back is for the parent to decide.
    asyncio.run(stacks._deploy_stack_async(name, stack_id, template, parameters, not previous, tags, is_update=bool(previous), previous_stack=previous))


def create(logical_id: str, props: dict, parent_name: str) -> tuple:
    from ministack.services.cloudformation import _stacks

    body, template = template_of(props, parent_name)
    stack = new_stack(f"{parent_name}-{logical_id}-{new_uuid()[:12].upper()}", _stacks[parent_name])
    # The parent knows it from its beginning.
    shown_of(_stacks[parent_name]).get(logical_id, {})["PhysicalResourceId"] = stack["StackId"]
    deploy(stack, props, body, template, None)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        keep_failed_create(parent_name, logical_id, TYPE, stack["StackId"], props)
        raise RuntimeError(f"Embedded stack {stack['StackId']} was not successfully created: {stack['StackStatusReason']}")
    return stack["StackId"], outputs_of(stack)


def update(physical_id: str, old_props: dict, new_props: dict, parent_name: str) -> tuple:
    from ministack.services.cloudformation import _stacks

    stack = _stacks[provisioners._nested_stack_lookup_name(physical_id)]
    body, template = template_of(new_props, parent_name)
    # As after its own roll-back, when the parent's sends it back to what it is already.
    if template != stack["_template"] or parameters_of(template, new_props) != stack["_resolved_params"]:
        previous = {key: copy.deepcopy(stack[key]) for key in KEPT_FOR_ROLLBACK}
        deploy(stack, new_props, body, template, previous)
        if stack["StackStatus"] != "UPDATE_COMPLETE":
            raise RuntimeError(f"Embedded stack {physical_id} was not successfully updated. Currently in {stack['StackStatus']}")
    return physical_id, outputs_of(stack)


def delete(physical_id: str, props: dict) -> None:
    from ministack.services.cloudformation import _stacks

    stack = _stacks.get(provisioners._nested_stack_lookup_name(physical_id))
    if not stack or stack["StackStatus"] == "DELETE_COMPLETE":
        return
    asyncio.run(stacks._delete_stack_async(stack["StackName"], stack["StackId"]))
    if stack["StackStatus"] != "DELETE_COMPLETE":
        raise RuntimeError(f"Embedded stack {physical_id} was not successfully deleted: {stack['StackStatusReason']}")


def apply() -> None:
    def naming_parents(handler):
        def patched(params):
            from ministack.services.cloudformation import _stacks

            status, headers, body = handler(params)
            text = body.decode()
            for stack in _stacks.values():
                if "ParentId" in stack:
                    own = f"<StackId>{stack['StackId']}</StackId>"
                    text = text.replace(own, f"{own}<ParentId>{stack['ParentId']}</ParentId><RootId>{stack['RootId']}</RootId>")
            return status, headers, text.encode()
        return patched

    provisioners._RESOURCE_HANDLERS[TYPE].update(create=create, update=update, delete=delete)
    for operation in ("DescribeStacks", "ListStacks"):
        handlers._ACTION_HANDLERS[operation] = naming_parents(handlers._ACTION_HANDLERS[operation])
