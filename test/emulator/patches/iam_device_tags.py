"""iam-device-tags

AWS: a virtual MFA device has tags, whether a user has it or not; ListMFADeviceTags and TagMFADevice answer 404 NoSuchEntity for one that is gone.
Emulator: it knew neither call.
Patch: both.
"""
from xml.sax.saxutils import escape

from ministack.services import iam

NAME = "iam-device-tags"


def of_device(answer):
    def handler(params):
        serial = iam._p(params, "SerialNumber")
        device = iam._mfa_devices.get(serial)
        if device is None:
            return iam._error(404, "NoSuchEntity", f"MFA device {escape(serial)} not found.")
        return answer(device, params)
    return handler


def tag(device: dict, params: dict):
    given = iam._extract_tags(params)
    keys = {each["Key"].lower() for each in given}
    device["Tags"] = [each for each in device.get("Tags") or [] if each["Key"].lower() not in keys] + given
    return iam._xml(200, "TagMFADeviceResponse", "")


def list_tags(device: dict, _params: dict):
    members = "".join(f"<member><Key>{escape(each['Key'])}</Key><Value>{escape(each['Value'])}</Value></member>" for each in device.get("Tags") or [])
    return iam._xml(200, "ListMFADeviceTagsResponse", f"<ListMFADeviceTagsResult><Tags>{members}</Tags><IsTruncated>false</IsTruncated></ListMFADeviceTagsResult>")


def apply() -> None:
    iam._IAM_HANDLERS["TagMFADevice"] = of_device(tag)
    iam._IAM_HANDLERS["ListMFADeviceTags"] = of_device(list_tags)
