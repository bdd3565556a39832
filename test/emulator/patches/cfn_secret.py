"""cfn-secret

AWS: the Ref of a secret is its ARN, which is also its physical id.
Emulator: it was the secret's name, of which IAM and the CDK can make no ARN.
Patch: as AWS, but for the detection of drift.
"""
from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

NAME = "cfn-secret"

TYPE = "AWS::SecretsManager::Secret"


def name_of(physical_id: str) -> str:
    return secretsmanager._resolve(physical_id)[0] or physical_id


def apply() -> None:
    handlers = provisioners._RESOURCE_HANDLERS[TYPE]
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def secret_create(*args, **kwargs):
        _, attributes = create(*args, **kwargs)
        return attributes["Arn"], attributes

    def secret_update(physical_id, *args, **kwargs):
        _, attributes = update(name_of(physical_id), *args, **kwargs)
        return attributes["Arn"], attributes

    def secret_delete(physical_id, *args, **kwargs):
        return delete(name_of(physical_id), *args, **kwargs)

    handlers.update(create=secret_create, update=secret_update, delete=secret_delete)
