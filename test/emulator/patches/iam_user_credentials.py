"""iam-user-credentials

AWS: users also have service-specific credentials, signing certificates and SSH public keys. A user has at most two access keys, and two service-specific
credentials for each service. DeleteUser is refused (409
DeleteConflict) while a user has any credential, login profile, MFA device, group or policy; DeleteGroup while a group has users or policies.
Emulator: it didn't know these three kinds, DeleteUser looked at attached policies and access keys only, and the keys of a user that is gone were an empty list.
Patch: create, list, update and delete of the three kinds; the refusals (404 NoSuchEntity for a user that is gone); the limits of two.
"""
from xml.sax.saxutils import escape

from ministack.core.responses import AccountScopedDict, new_uuid
from ministack.services import iam

NAME = "iam-user-credentials"

ACCESS_KEYS_PER_USER = 2
CREDENTIALS_PER_SERVICE = 2


class Kind:
    """One kind of credential: the names that its operations use, and its records by id."""

    def __init__(self, noun: str, plural: str, create: str, prefix: str, identifier: str, container: str, fields) -> None:
        self.noun, self.plural, self.create_verb, self.prefix = noun, plural, create, prefix
        self.identifier, self.container, self.fields = identifier, container, fields
        self.records = AccountScopedDict()

    def of_user(self, user: str) -> list[dict]:
        return [record for record in self.records.values() if record["UserName"] == user]

    def xml(self, record: dict, with_secrets: bool) -> str:
        shown = {key: value for key, value in record.items() if with_secrets or key not in ("ServicePassword", "ServiceCredentialSecret")}
        return "".join(f"<{key}>{escape(value)}</{key}>" for key, value in shown.items())

    def create(self, params: dict):
        user = iam._p(params, "UserName")
        if user not in iam._users:
            return no_such_user(user)
        service = iam._p(params, "ServiceName")
        if service and sum(record["ServiceName"] == service for record in self.of_user(user)) >= CREDENTIALS_PER_SERVICE:
            return iam._error(409, "LimitExceeded", f"Cannot exceed quota for ServiceSpecificCredentialsPerUser: {CREDENTIALS_PER_SERVICE}")
        record_id = self.prefix + new_uuid().replace("-", "").upper()[:20]
        record = {"UserName": user, self.identifier: record_id, "Status": "Active", **self.fields(params, user)}
        self.records[record_id] = record
        operation = f"{self.create_verb}{self.noun}"
        element = "Certificate" if self.noun == "SigningCertificate" else self.noun
        return iam._xml(200, f"{operation}Response", f"<{operation}Result><{element}>{self.xml(record, True)}</{element}></{operation}Result>")

    def list(self, params: dict):
        user = iam._p(params, "UserName")
        if user and user not in iam._users:
            return no_such_user(user)
        records = self.of_user(user) if user else list(self.records.values())
        service = iam._p(params, "ServiceName")
        members = "".join(
            f"<member>{self.xml(record, False)}</member>"
            for record in records if not service or record.get("ServiceName") == service
        )
        operation = f"List{self.plural}"
        return iam._xml(200, f"{operation}Response", f"<{operation}Result><{self.container}>{members}</{self.container}>"
                        f"<IsTruncated>false</IsTruncated></{operation}Result>")

    def update(self, params: dict):
        record = self.named(params)
        if record is None:
            return self.no_such(params)
        record["Status"] = iam._p(params, "Status")
        return iam._xml(200, f"Update{self.noun}Response", "")

    def delete(self, params: dict):
        record = self.named(params)
        if record is None:
            return self.no_such(params)
        self.records.pop(record[self.identifier], None)
        return iam._xml(200, f"Delete{self.noun}Response", "")

    def named(self, params: dict) -> dict | None:
        record = self.records.get(iam._p(params, self.identifier))
        user = iam._p(params, "UserName")
        return record if record and (not user or record["UserName"] == user) else None

    def no_such(self, params: dict):
        return iam._error(404, "NoSuchEntity", f"The {self.noun} {escape(iam._p(params, self.identifier))} cannot be found.")

    def handlers(self) -> dict:
        return {
            f"{self.create_verb}{self.noun}": self.create,
            f"List{self.plural}": self.list,
            f"Update{self.noun}": self.update,
            f"Delete{self.noun}": self.delete,
        }


def no_such_user(name: str):
    return iam._error(404, "NoSuchEntity", f"The user with name {escape(name)} cannot be found.")


def service_credential(params: dict, user: str) -> dict:
    service = iam._p(params, "ServiceName")
    created = {"ServiceName": service, "CreateDate": iam._now()}
    days = iam._p(params, "CredentialAgeDays")
    if days:
        created["ExpirationDate"] = iam._future(int(days) * 86400)
    # Bedrock's are API keys; the others are a user name and a password.
    if service == "bedrock.amazonaws.com":
        return {**created, "ServiceCredentialAlias": f"{user}-at", "ServiceCredentialSecret": f"ABSK{new_uuid()}"}
    return {**created, "ServiceUserName": f"{user}-at-{service}", "ServicePassword": new_uuid()}


def signing_certificate(params: dict, user: str) -> dict:
    return {"CertificateBody": iam._p(params, "CertificateBody"), "UploadDate": iam._now()}


def ssh_public_key(params: dict, user: str) -> dict:
    return {"SSHPublicKeyBody": iam._p(params, "SSHPublicKeyBody"), "UploadDate": iam._now(), "Fingerprint": new_uuid()}


KINDS = (
    Kind("ServiceSpecificCredential", "ServiceSpecificCredentials", "Create", "ACCA", "ServiceSpecificCredentialId",
         "ServiceSpecificCredentials", service_credential),
    Kind("SigningCertificate", "SigningCertificates", "Upload", "ASCA", "CertificateId", "Certificates", signing_certificate),
    Kind("SSHPublicKey", "SSHPublicKeys", "Upload", "APKA", "SSHPublicKeyId", "SSHPublicKeys", ssh_public_key),
)


def user_conflict(name: str) -> str | None:
    """What must go before the user can."""
    user = iam._users[name]
    obstacles = (
        (any(key["UserName"] == name for key in iam._access_keys.values()), "delete access keys"),
        (name in iam._login_profiles, "delete login profile"),
        (any(device.get("User") == name for device in iam._mfa_devices.values()), "delete MFA device"),
        (KINDS[0].of_user(name), "delete service specific credentials"),
        (KINDS[1].of_user(name), "delete signing certificates"),
        (KINDS[2].of_user(name), "delete SSH public keys"),
        (any(name in group["Users"] for group in iam._groups.values()), "remove the user from all groups"),
        (user.get("AttachedPolicies"), "detach all policies"),
        (iam._user_inline_policies.get(name), "delete policies"),
    )
    return next((what for present, what in obstacles if present), None)


def group_conflict(name: str) -> str | None:
    group = iam._groups[name]
    if group["Users"]:
        return "remove users from group"
    if group.get("AttachedPolicies"):
        return "detach all policies"
    return "delete policies" if iam._group_inline_policies.get(name) else None


def refusing(handler, parameter: str, store, conflict_of):
    def patched(params):
        name = iam._p(params, parameter)
        conflict = conflict_of(name) if name in store else None
        if conflict:
            return iam._error(409, "DeleteConflict", f"Cannot delete entity, must {conflict} first.")
        return handler(params)
    return patched


def for_known_user(handler):
    def patched(params):
        name = iam._p(params, "UserName")
        return no_such_user(name) if name and name not in iam._users else handler(params)
    return patched


def apply() -> None:
    handlers = iam._IAM_HANDLERS
    create_access_key = handlers["CreateAccessKey"]
    reset = iam.reset

    def create_within_limit(params):
        user = iam._p(params, "UserName")
        if sum(key["UserName"] == user for key in iam._access_keys.values()) >= ACCESS_KEYS_PER_USER:
            return iam._error(409, "LimitExceeded", f"Cannot exceed quota for AccessKeysPerUser: {ACCESS_KEYS_PER_USER}")
        return create_access_key(params)

    def reset_all():
        reset()
        for kind in KINDS:
            kind.records.clear()

    iam.reset = reset_all
    handlers["CreateAccessKey"] = create_within_limit
    handlers["DeleteUser"] = refusing(handlers["DeleteUser"], "UserName", iam._users, user_conflict)
    handlers["DeleteGroup"] = refusing(handlers["DeleteGroup"], "GroupName", iam._groups, group_conflict)
    for operation in ("ListAccessKeys", "ListMFADevices"):
        handlers[operation] = for_known_user(handlers[operation])
    for kind in KINDS:
        handlers.update(kind.handlers())
