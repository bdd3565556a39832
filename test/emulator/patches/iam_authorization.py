"""iam-authorization

AWS: an IAM request is authorized on the ARN of what it acts on, path included, and with the condition keys iam:PolicyARN, iam:PermissionsBoundary, and of a
service-specific credential iam:ServiceSpecificCredentialServiceName and, if the request has an age, iam:ServiceSpecificCredentialAgeDays.
Emulator: the path was dropped, so that Resource role/agents/* never matched; membership of instance profiles and groups was authorized on the role or
user; a simulation, an MFA device and an access key on "*"; these condition keys were absent.
Patch: the resource and the keys of the service authorization reference. For what doesn't exist AWS knows no path: the ARN without one.
"""
from ministack.core import iam_actions
from ministack.core.responses import get_account_id
from ministack.services import iam

from .replacing import replace_everywhere

NAME = "iam-authorization"

# Requests that name two entities and are authorized on the one that is listed here.
ON_INSTANCE_PROFILE = ("AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile")
ON_GROUP = ("AddUserToGroup", "RemoveUserFromGroup")
CREATES = ("CreateRole", "CreateUser", "CreateGroup", "CreateInstanceProfile", "CreatePolicy")
# The parameter that names an entity, the kind in its ARN, and where the emulator keeps it.
ENTITIES = (
    ("RoleName", "role", lambda: iam._roles),
    ("UserName", "user", lambda: iam._users),
    ("GroupName", "group", lambda: iam._groups),
    ("InstanceProfileName", "instance-profile", lambda: iam._instance_profiles),
)
PERMISSIONS_BOUNDARY_ACTIONS = (
    "AttachRolePolicy", "AttachUserPolicy", "CreateRole", "CreateUser", "DeleteRolePermissionsBoundary", "DeleteRolePolicy",
    "DeleteUserPermissionsBoundary", "DeleteUserPolicy", "DetachRolePolicy", "DetachUserPolicy", "PutRolePermissionsBoundary",
    "PutRolePolicy", "PutUserPermissionsBoundary", "PutUserPolicy",
)
POLICY_ARN_ACTIONS = (
    "AttachGroupPolicy", "AttachRolePolicy", "AttachUserPolicy", "DetachGroupPolicy", "DetachRolePolicy", "DetachUserPolicy",
)


def entity_of(action: str, param) -> tuple | None:
    """The (kind, name, record) that a request is authorized on."""
    for parameter, kind, store in ENTITIES:
        if action in ON_INSTANCE_PROFILE and kind != "instance-profile":
            continue
        if action in ON_GROUP and kind != "group":
            continue
        name = param(parameter)
        if name:
            return kind, name, store().get(name)
    return None


def owner_of_key(param) -> tuple | None:
    """An access key may be named without its user, who then is the caller."""
    key = iam._access_keys.get(param("AccessKeyId"))
    user = iam._users.get(key["UserName"]) if key else None
    return ("user", user["UserName"], user) if user else None


def resource_of(action: str, param) -> str | None:
    if action in ("SimulatePrincipalPolicy",):
        return param("PolicySourceArn") or None
    if action in ("DeleteVirtualMFADevice", "ListMFADeviceTags", "TagMFADevice"):
        return param("SerialNumber") or None
    if action == "CreatePolicy":
        return f"arn:aws:iam::{get_account_id()}:policy{param('Path') or '/'}{param('PolicyName')}"
    entity = entity_of(action, param) or owner_of_key(param)
    if entity is None:
        return None
    kind, name, record = entity
    if record:
        return record["Arn"]
    path = param("Path") if action in CREATES else ""
    return f"arn:aws:iam::{get_account_id()}:{kind}{path or '/'}{name}"


def condition_keys(action: str, param) -> dict:
    keys = {}
    if action in POLICY_ARN_ACTIONS:
        keys["iam:PolicyARN"] = param("PolicyArn")
    if action in PERMISSIONS_BOUNDARY_ACTIONS:
        entity = entity_of(action, param)
        present = (entity and entity[2] or {}).get("PermissionsBoundary")
        # What a request sets; for the others what the entity has.
        boundary = param("PermissionsBoundary") or present
        if boundary:
            keys["iam:PermissionsBoundary"] = boundary
    if action == "CreateServiceSpecificCredential":
        given = {"ServiceName": param("ServiceName"), "AgeDays": param("CredentialAgeDays")}
        keys.update({f"iam:ServiceSpecificCredential{name}": value for name, value in given.items() if value})
    return keys


def apply() -> None:
    extract_resource_arn = iam_actions.extract_resource_arn
    request_tag_context = iam_actions.request_tag_context

    def reader(params: dict):
        return lambda name: iam_actions._query_param(params, name)

    def patched_resource_arn(service, method, path, headers, body, query_params, *rest):
        if service == "iam":
            param = reader(query_params)
            resource = resource_of(param("Action"), param)
            if resource:
                return resource
        return extract_resource_arn(service, method, path, headers, body, query_params, *rest)

    def patched_context(service, iam_action, body, params):
        context = request_tag_context(service, iam_action, body, params)
        if service == "iam":
            context = {**context, **condition_keys(iam_action.split(":", 1)[1], reader(params))}
        return context

    replace_everywhere(extract_resource_arn, patched_resource_arn)
    replace_everywhere(request_tag_context, patched_context)
