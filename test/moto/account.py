"""IAM and STS of moto with one account, which is the first line of standard input, in JSON. Ends with its standard input."""
import json
import os
import sys
import threading
from datetime import datetime

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

from moto.core.exceptions import ServiceException  # noqa: E402
from moto.iam.models import AccessKeyLastUsed, iam_backends  # noqa: E402
from moto.moto_server.threaded_moto_server import ThreadedMotoServer  # noqa: E402
from werkzeug.exceptions import HTTPException  # noqa: E402

account = json.loads(sys.stdin.readline())
os.environ["MOTO_ACCOUNT_ID"] = account["account"]
iam = iam_backends[account["account"]]["aws"]
refused = []


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None)


def tried(what, work):
    """IAM refuses some texts of the account. The caller is told which."""
    try:
        return work()
    except (HTTPException, ServiceException) as error:
        refused.append(f"{what}: {error}"[:300])


def tags_of(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


for arn, document in account["policies"].items():
    if "::aws:" not in arn:
        iam.create_policy("", "/", document, arn.split("/")[-1], [])
iam.create_group("admins")
iam.attach_group_policy(policy_arn="arn:aws:iam::aws:policy/AdministratorAccess", group_name="admins")

for given in account["roles"]:
    def create(tags, given=given):
        return iam.create_role(given["name"], given["trust"], given["path"], given.get("boundary"), "", tags, "3600")

    role = tried(f"tags of {given['name']}", lambda: create(tags_of(given["tags"]))) or create([])
    role.create_date = instant(given["createdAt"])
    if "lastUsedAt" in given:
        role.last_used, role.last_used_region = instant(given["lastUsedAt"]), "eu-west-1"
    for name, document in given["inline"].items():
        tried(f"policy of {given['name']}", lambda: iam.put_role_policy(given["name"], name, document))
    for arn in given["attached"]:
        iam.attach_role_policy(policy_arn=arn, role_name=given["name"])

for given in account["users"]:
    user = iam.create_user("us-east-1", given["name"], "/", tags_of(given["tags"]))
    report = given["report"]
    user.create_date = instant(given["createdAt"])
    if report.get("password_enabled") == "true":
        user.password = "x"
        user.password_last_used = instant(report["password_last_used"]) if "password_last_used" in report else None
    for number in ("1", "2"):
        rotated = report.get(f"access_key_{number}_last_rotated")
        if rotated is not None:
            active = report.get(f"access_key_{number}_active") == "true"
            key = iam.create_access_key(given["name"], status="Active" if active else "Inactive")
            key.create_date = instant(rotated)
            used = report.get(f"access_key_{number}_last_used_date")
            if used is not None:
                service, region = report[f"access_key_{number}_last_used_service"], report[f"access_key_{number}_last_used_region"]
                key.last_used = AccessKeyLastUsed(timestamp=instant(used), service=service, region=region)
    for group in given["groups"]:
        iam.add_user_to_group(group, given["name"])
    for arn in given["attached"]:
        iam.attach_user_policy(policy_arn=arn, user_name=given["name"])

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(json.dumps({"port": server.get_host_and_port()[1], "refused": refused}), flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
threading.Event().wait()
