"""Where the emulator differs from AWS in what this project leans on, and the correction: one module a topic.

The patches reach into private code of ministack 1.5.33, so that version is pinned exactly. Each module has a NAME, which the
documentation cites, and an apply(). Tests that lean on one of them test our model of AWS, not AWS.
"""
from . import (
    cfn_bucket,
    cfn_cleanup,
    cfn_custom_resource,
    cfn_delete_order,
    cfn_role,
    cfn_rollback_failed,
    iam_authorization,
    iam_deny_all,
    iam_listing,
    iam_sessions,
    iam_simulation,
    iam_user_credentials,
    lambda_errors,
    sfn_executions,
    sts_source_identity,
)

ALL = (
    iam_authorization,
    iam_deny_all,
    iam_sessions,
    iam_simulation,
    iam_user_credentials,
    # after what adds lists
    iam_listing,
    cfn_role,
    cfn_bucket,
    cfn_custom_resource,
    cfn_delete_order,
    cfn_cleanup,
    cfn_rollback_failed,
    lambda_errors,
    sfn_executions,
    sts_source_identity,
)


def apply_all() -> None:
    for patch in ALL:
        patch.apply()
