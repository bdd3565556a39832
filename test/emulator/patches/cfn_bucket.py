"""cfn-bucket

AWS: a bucket from CloudFormation has the Tags of its properties; with ObjectLockEnabled it is versioned, and its default retention protects every object version.
Emulator: all three properties were ignored; the CDK's emptying of a bucket asks for a tag.
Patch: as if the bucket had been made with the S3 API.
"""
from ministack.services import s3
from ministack.services.cloudformation import provisioners

NAME = "cfn-bucket"

TYPE = "AWS::S3::Bucket"


def default_retention(props: dict) -> dict | None:
    rule = (props.get("ObjectLockConfiguration") or {}).get("Rule") or {}
    retention = rule.get("DefaultRetention")
    if not retention:
        return None
    return {key: value if key == "Mode" else int(value) for key, value in retention.items()}


def lock(name: str, props: dict) -> None:
    if provisioners._cfn_bool(props.get("ObjectLockEnabled")):
        s3._bucket_versioning[name] = "Enabled"
        s3._bucket_object_lock[name] = {"enabled": True, "default_retention": default_retention(props)}


def tag(name: str, props: dict) -> None:
    tags = {entry["Key"]: entry["Value"] for entry in props.get("Tags") or []}
    if tags:
        s3._bucket_tags[name] = tags
    else:
        s3._bucket_tags.pop(name, None)


def apply() -> None:
    handlers = provisioners._RESOURCE_HANDLERS[TYPE]
    create, update = handlers["create"], handlers["update"]

    def bucket_create(logical_id, props, *args, **kwargs):
        name, attributes = create(logical_id, props, *args, **kwargs)
        lock(name, props)
        tag(name, props)
        return name, attributes

    def bucket_update(physical_id, old_props, new_props, *args, **kwargs):
        name, attributes = update(physical_id, old_props, new_props, *args, **kwargs)
        lock(name, new_props)
        tag(name, new_props)
        return name, attributes

    handlers.update(create=bucket_create, update=bucket_update)
