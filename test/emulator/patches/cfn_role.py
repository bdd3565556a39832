"""cfn-role

AWS: a role from CloudFormation gets the template's PermissionsBoundary; an update changes it only if the template's changed. A role whose name is taken is
refused. To delete a role CloudFormation takes away the policies that the template named, then calls DeleteRole, which is refused (409 DeleteConflict) while
others, or instance profiles, remain.
Emulator: the boundary was ignored, a role of the same name overwritten, and a role deleted whatever it still had.
Patch: as AWS. That an unchanged boundary is left alone is our reading, not measured.
"""
from ministack.services import iam
from ministack.services.cloudformation import provisioners

NAME = "cfn-role"

TYPE = "AWS::IAM::Role"


def failure_text(body: bytes) -> str:
    text = body.decode()
    return text[text.index("<Message>") + len("<Message>"):text.index("</Message>")]


def refuse_unknown_boundary(arn: str | None) -> None:
    error = arn and iam._boundary_policy_error(arn)
    if error:
        raise ValueError(f"{failure_text(error[2])} (Service: Iam, Status Code: {error[0]})")


def apply() -> None:
    create, update = provisioners._iam_role_create, provisioners._iam_role_update

    def role_create(logical_id, props, stack_name):
        name = props.get("RoleName") or provisioners._physical_name(stack_name, logical_id, max_len=64)
        if name in iam._roles:
            raise ValueError(f"Resource of type '{TYPE}' with identifier '{name}' already exists. (Service: Iam, Status Code: 409)")
        refuse_unknown_boundary(props.get("PermissionsBoundary"))
        description_error = iam._validate_role_description(props.get("Description"))
        if description_error:
            raise ValueError(failure_text(description_error[2]))
        name, attributes = create(logical_id, props, stack_name)
        iam._roles[name]["PermissionsBoundary"] = props.get("PermissionsBoundary")
        return name, attributes

    def role_update(physical_id, old_props, new_props, stack_name, logical_id=None):
        boundary = new_props.get("PermissionsBoundary")
        changed = old_props.get("PermissionsBoundary") != boundary
        if changed:
            refuse_unknown_boundary(boundary)
        name, attributes = update(physical_id, old_props, new_props, stack_name, logical_id)
        if changed and name == physical_id:
            iam._roles[name]["PermissionsBoundary"] = boundary
        return name, attributes

    def role_delete(physical_id, props):
        role = iam._roles.get(physical_id)
        if role is None:
            return
        for arn in props.get("ManagedPolicyArns") or []:
            iam.detach_managed_policy(role, arn)
        for policy in props.get("Policies") or []:
            role["InlinePolicies"].pop(policy.get("PolicyName"), None)
        status, _, body = iam._delete_role({"RoleName": physical_id})
        if status != 200:
            raise RuntimeError(f"{failure_text(body)} (Service: Iam, Status Code: {status})")

    # By name too: the emulator's own update replaces a renamed role through these.
    provisioners._iam_role_create = role_create
    provisioners._iam_role_delete = role_delete
    provisioners._RESOURCE_HANDLERS[TYPE].update(create=role_create, update=role_update, delete=role_delete)
