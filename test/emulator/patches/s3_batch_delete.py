"""s3-batch-delete

AWS: DeleteObjects is authorized for each object, by s3:DeleteObjectVersion where a version is named; what is denied is an Error in the answer (200), and the rest
is deleted.
Emulator: one denied object refused the whole request, and the first object needed s3:DeleteObject even with a version.
Patch: as AWS. The condition keys of these requests are the global ones only.
"""
import contextvars
import xml.etree.ElementTree as ElementTree

from ministack.core import iam_actions, iam_evaluator
from ministack.services import s3

from .replacing import replace_everywhere

NAME = "s3-batch-delete"

XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/"
ACTIONS = ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention")

# Who sent the batch that is being worked on: the access key and the region.
_sender: contextvars.ContextVar[dict | None] = contextvars.ContextVar("sender_of_batch_delete", default=None)


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def field(item, name: str) -> str:
    return next((child.text or "" for child in item if local(child.tag) == name), "")


def error_xml(key: str, version: str, message: str):
    error = ElementTree.Element(f"{{{XMLNS}}}Error")
    for name, text in (("Key", key), ("VersionId", version), ("Code", "AccessDenied"), ("Message", message)):
        if text:
            ElementTree.SubElement(error, f"{{{XMLNS}}}{name}").text = text
    return error


def apply() -> None:
    targets_of, extract_resource_arn = iam_actions._s3_batch_delete_targets, iam_actions.extract_resource_arn
    enforce, delete_objects = iam_evaluator.enforce, s3._delete_objects

    def extract_and_forget(*args, **kwargs):
        _sender.set(None)
        return extract_resource_arn(*args, **kwargs)

    def targets_of_batch(bucket, body):
        if _sender.get() is None:
            _sender.set({})
        return targets_of(bucket, body)

    def enforce_later(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        denied = enforce(access_key_id, iam_action, service, region, resource_arn=resource_arn, service_context=service_context)
        sender = _sender.get()
        if sender is None or service != "s3" or iam_action not in ACTIONS or isinstance(denied, iam_evaluator.AuthError):
            return denied
        sender.update(access_key=access_key_id, region=region)
        return None

    def denial(sender: dict, arn: str, version: str, bypass: bool):
        actions = ["s3:DeleteObjectVersion" if version else "s3:DeleteObject", *(["s3:BypassGovernanceRetention"] if bypass else [])]
        found = (enforce(sender["access_key"], action, "s3", sender["region"], resource_arn=arn) for action in actions)
        return next((denied for denied in found if denied), None)

    def delete_allowed(bucket_name, body, headers=None):
        sender = _sender.get()
        if not sender:
            return delete_objects(bucket_name, body, headers)
        _sender.set(None)
        bypass = (headers or {}).get("x-amz-bypass-governance-retention", "").lower() == "true"
        try:
            request = ElementTree.fromstring(body)
        except ElementTree.ParseError:
            return delete_objects(bucket_name, body, headers)
        errors = []
        for item in [child for child in request if local(child.tag) == "Object"]:
            key, version = field(item, "Key"), field(item, "VersionId")
            if denial(sender, f"arn:aws:s3:::{bucket_name}/{key}", version, bypass):
                errors.append(error_xml(key, version, "Access Denied"))
                request.remove(item)
        if not errors:
            return delete_objects(bucket_name, body, headers)
        status, response_headers, answer = delete_objects(bucket_name, ElementTree.tostring(request), headers)
        if status == 200:
            result = ElementTree.fromstring(answer)
            result.extend(errors)
            answer = ElementTree.tostring(result, default_namespace=XMLNS)
        return status, response_headers, answer

    replace_everywhere(extract_resource_arn, extract_and_forget)
    replace_everywhere(targets_of, targets_of_batch)
    replace_everywhere(enforce, enforce_later)
    replace_everywhere(delete_objects, delete_allowed)
