"""iam-deny-all

AWS: there is a managed policy AWSDenyAll, which denies every action on every resource. As a permissions boundary it denies live sessions.
Emulator: not among the managed policies it knows, and a boundary must name a known one.
Patch: known from the start and after a reset. (MINISTACK_AUTOCREATE_AWS_MANAGED is no way out: it makes up a policy that allows everything.)
"""
import json

from ministack.services import iam

NAME = "iam-deny-all"

ARN = "arn:aws:iam::aws:policy/AWSDenyAll"
DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "DenyAll", "Effect": "Deny", "Action": ["*"], "Resource": "*"}],
}


def apply() -> None:
    seed = iam._seed_aws_managed_policies

    def seed_with_deny_all() -> None:
        seed()
        iam._aws_managed_policies[ARN] = iam._make_aws_managed_record("AWSDenyAll", json.dumps(DOCUMENT))

    iam._seed_aws_managed_policies = seed_with_deny_all
    seed_with_deny_all()
