"""Where the emulator differs from AWS in what this project leans on, and the correction: one module a topic.

The patches reach into private code of ministack 1.5.33, so that version is pinned exactly. Each module has a NAME, which the
documentation cites, and an apply(). Tests that lean on one of them test our model of AWS, not AWS.
"""
from . import (
    apigateway_keys,
    authorization_principals,
    authorization_resources,
    cfn_bucket,
    cfn_cleanup,
    cfn_custom_resource,
    cfn_delete_order,
    cfn_nested_stack,
    cfn_resource_status,
    cfn_role,
    cfn_rollback_failed,
    cfn_secret,
    dynamodb_leading_keys,
    iam_authorization,
    iam_deny_all,
    iam_device_tags,
    iam_listing,
    iam_policy_variables,
    iam_sessions,
    iam_simulation,
    iam_user_credentials,
    lambda_errors,
    s3_batch_delete,
    sfn_executions,
    sts_identity_tokens,
    sts_source_identity,
    sts_web_identity,
)

ALL = (
    iam_authorization,
    authorization_principals,
    authorization_resources,
    apigateway_keys,
    dynamodb_leading_keys,
    iam_policy_variables,
    iam_deny_all,
    iam_sessions,
    iam_simulation,
    iam_user_credentials,
    iam_device_tags,
    # after what adds lists
    iam_listing,
    cfn_role,
    cfn_bucket,
    cfn_secret,
    # Before what leaves out events, and what tries deletions more than once.
    cfn_resource_status,
    cfn_custom_resource,
    cfn_delete_order,
    cfn_cleanup,
    cfn_rollback_failed,
    cfn_nested_stack,
    lambda_errors,
    s3_batch_delete,
    sfn_executions,
    sts_identity_tokens,
    sts_source_identity,
    sts_web_identity,
)


def apply_all() -> None:
    for patch in ALL:
        patch.apply()
