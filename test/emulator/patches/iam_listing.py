"""iam-listing

AWS: IAM lists are given in pages (MaxItems, by default 100; Marker; IsTruncated), and listing roles, users, policies or instance profiles leaves out tags and
boundaries. XML in answers is well formed whatever a description holds.
Emulator: everything on one page, with tags; a description with & or < made the answer unreadable.
Patch: pages in the order of the key, so that what is deleted between two pages moves nothing; no tags in lists; descriptions escaped.
"""
import base64
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

from ministack.services import iam

NAME = "iam-listing"

XMLNS = "https://iam.amazonaws.com/doc/2010-05-08/"
DEFAULT_PAGE = 100
LARGEST_PAGE = 1000
# Operation: the element that holds the items, and the item's child that is its key (None: the item is its own key).
LISTS = {
    "ListRoles": ("Roles", "RoleName"),
    "ListUsers": ("Users", "UserName"),
    "ListGroups": ("Groups", "GroupName"),
    "ListPolicies": ("Policies", "Arn"),
    "ListInstanceProfiles": ("InstanceProfiles", "InstanceProfileName"),
    "ListInstanceProfilesForRole": ("InstanceProfiles", "InstanceProfileName"),
    "ListRolePolicies": ("PolicyNames", None),
    "ListUserPolicies": ("PolicyNames", None),
    "ListGroupPolicies": ("PolicyNames", None),
    "ListAttachedRolePolicies": ("AttachedPolicies", "PolicyArn"),
    "ListAttachedUserPolicies": ("AttachedPolicies", "PolicyArn"),
    "ListAttachedGroupPolicies": ("AttachedPolicies", "PolicyArn"),
    "ListRoleTags": ("Tags", "Key"),
    "ListUserTags": ("Tags", "Key"),
    "ListAccessKeys": ("AccessKeyMetadata", "AccessKeyId"),
    "ListGroupsForUser": ("Groups", "GroupName"),
    "ListMFADevices": ("MFADevices", "SerialNumber"),
    "ListMFADeviceTags": ("Tags", "Key"),
    "ListVirtualMFADevices": ("VirtualMFADevices", "SerialNumber"),
    "ListSigningCertificates": ("Certificates", "CertificateId"),
    "ListSSHPublicKeys": ("SSHPublicKeys", "SSHPublicKeyId"),
    "ListServiceSpecificCredentials": ("ServiceSpecificCredentials", "ServiceSpecificCredentialId"),
}
WITHOUT_TAGS = ("ListRoles", "ListUsers", "ListPolicies", "ListInstanceProfiles")


def qualified(name: str) -> str:
    return f"{{{XMLNS}}}{name}"


def page_size(params: dict) -> int | None:
    text = iam._p(params, "MaxItems")
    if not text:
        return DEFAULT_PAGE
    return int(text) if text.isdigit() and 1 <= int(text) <= LARGEST_PAGE else None


def paged(operation: str, params: dict, body: bytes) -> bytes:
    container_name, key_name = LISTS[operation]
    root = ElementTree.fromstring(body)
    result = root.find(qualified(f"{operation}Result"))
    container = result.find(qualified(container_name))

    def key(item) -> str:
        return (item if key_name is None else item.find(qualified(key_name))).text or ""

    marker = iam._p(params, "Marker")
    after = base64.urlsafe_b64decode(marker.encode()).decode() if marker else ""
    rest = sorted((item for item in container if not marker or key(item) > after), key=key)
    size = page_size(params)
    page = rest[:size]
    container[:] = page
    if operation in WITHOUT_TAGS:
        for item in page:
            for tags in item.findall(qualified("Tags")):
                item.remove(tags)
    truncated = len(rest) > size
    result.find(qualified("IsTruncated")).text = str(truncated).lower()
    if truncated:
        ElementTree.SubElement(result, qualified("Marker")).text = base64.urlsafe_b64encode(key(page[-1]).encode()).decode()
    return ElementTree.tostring(root, default_namespace=XMLNS)


def apply() -> None:
    role_xml = iam._role_xml

    def in_pages(operation, handler):
        def patched(params):
            if page_size(params) is None:
                return iam._error(400, "ValidationError", "MaxItems must be between 1 and 1000")
            status, headers, body = handler(params)
            return status, headers, paged(operation, params, body) if status == 200 else body
        return patched

    def escaped_role_xml(name, boundary=True):
        description = iam._roles[name].get("Description") or ""
        text = role_xml(name, boundary)
        return text.replace(f"<Description>{description}</Description>", f"<Description>{escape(description)}</Description>")

    iam._role_xml = escaped_role_xml
    for operation in LISTS:
        iam._IAM_HANDLERS[operation] = in_pages(operation, iam._IAM_HANDLERS[operation])
