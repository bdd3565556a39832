"""dynamodb-leading-keys

AWS: a request that names keys is authorized with the condition key dynamodb:LeadingKeys, the partition keys that it names.
Emulator: the key was absent, so that "for all values" held for any request.
Patch: as AWS, for items, keys and key conditions; of a transaction or batch all keys together.
"""
import json
import re

from ministack.core import iam_actions
from ministack.services import dynamodb

from .replacing import replace_everywhere

NAME = "dynamodb-leading-keys"

EQUALITY = re.compile(r"([#\w]+)\s*=\s*(:\w+)")


def partition_key(table_name: str, index_name: str | None) -> str | None:
    table = dynamodb._tables.get(table_name.rsplit("/", 1)[-1])
    if table is None:
        return None
    if index_name is None:
        return table["pk_name"]
    indexes = table.get("GlobalSecondaryIndexes", []) + table.get("LocalSecondaryIndexes", [])
    schemas = [index["KeySchema"] for index in indexes if index["IndexName"] == index_name]
    return next((key["AttributeName"] for schema in schemas for key in schema if key["KeyType"] == "HASH"), None)


def values(table_name: str, items: list) -> list:
    key = partition_key(table_name, None)
    return [str(value) for item in items for value in (item or {}).get(key, {}).values()]


def queried(request: dict) -> list:
    key = partition_key(request.get("TableName", ""), request.get("IndexName"))
    names, given = request.get("ExpressionAttributeNames") or {}, request.get("ExpressionAttributeValues") or {}
    equal = {names.get(name, name): value for name, value in EQUALITY.findall(request.get("KeyConditionExpression") or "")}
    return [str(value) for value in given.get(equal.get(key), {}).values()]


def leading_keys(request: dict) -> list:
    parts = [part for write in request.get("TransactItems") or [] for part in write.values()]
    found = [key for part in [request, *parts] for key in values(part.get("TableName", ""), [part.get("Item"), part.get("Key")])]
    for table_name, batch in (request.get("RequestItems") or {}).items():
        keys = batch["Keys"] if isinstance(batch, dict) else [part.get("Item") or part.get("Key") for write in batch for part in write.values()]
        found += values(table_name, keys)
    return found + queried(request)


def apply() -> None:
    service_context = iam_actions.dynamodb_service_context

    def with_leading_keys(body):
        context = service_context(body)
        try:
            keys = leading_keys(json.loads(body or b"{}"))
        except (ValueError, AttributeError, KeyError):
            return context
        return {**context, "dynamodb:LeadingKeys": keys} if keys else context

    replace_everywhere(service_context, with_leading_keys)
