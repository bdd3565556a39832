"""apigateway-keys

AWS: a key that an update enables or disables has that as a boolean; a listing has values of keys only if includeValues asks for them.
Emulator: kept the text of the update, so that a disabled key was not false and still opened methods; listed the values always.
Patch: as AWS.
"""
import json

from ministack.services import apigateway_v1

from .replacing import replace_everywhere

NAME = "apigateway-keys"


def apply() -> None:
    update, listing = apigateway_v1._update_api_key, apigateway_v1._get_api_keys

    def updated(key_id, data):
        response = update(key_id, data)
        key = apigateway_v1._api_keys.get(key_id)
        if not key or not isinstance(key.get("enabled"), str):
            return response
        key["enabled"] = key["enabled"].lower() == "true"
        return apigateway_v1._v1_response(key)

    def listed(query_params):
        status, headers, body = listing(query_params)
        if status >= 300 or apigateway_v1._qp(query_params, "includeValues") == "true":
            return status, headers, body
        found = json.loads(body)
        items = [{name: value for name, value in key.items() if name != "value"} for key in found.get("item", [])]
        return status, headers, json.dumps({**found, "item": items}).encode()

    replace_everywhere(update, updated)
    replace_everywhere(listing, listed)
