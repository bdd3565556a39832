/*
 * What is used of the Google provider's bindings. Never its root: that costs 6-19 s and 450 MB.
 */
export { ArtifactRegistryRepositoryIamMember } from '@cdktf/provider-google/lib/artifact-registry-repository-iam-member';
export { BigqueryDatasetAccessA as BigqueryDatasetAccess } from '@cdktf/provider-google/lib/bigquery-dataset-access';
export { BigqueryTableIamMember } from '@cdktf/provider-google/lib/bigquery-table-iam-member';
export { CloudRunV2JobIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-job-iam-member';
export { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member';
export { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job';
export { FolderIamMember } from '@cdktf/provider-google/lib/folder-iam-member';
export { IamDenyPolicy } from '@cdktf/provider-google/lib/iam-deny-policy';
export { IamWorkloadIdentityPool } from '@cdktf/provider-google/lib/iam-workload-identity-pool';
export { IamWorkloadIdentityPoolProvider } from '@cdktf/provider-google/lib/iam-workload-identity-pool-provider';
export { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member';
export { OrgPolicyPolicy } from '@cdktf/provider-google/lib/org-policy-policy';
export { OrganizationIamMember } from '@cdktf/provider-google/lib/organization-iam-member';
export { ProjectIamCustomRole } from '@cdktf/provider-google/lib/project-iam-custom-role';
export { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
export { PubsubSubscriptionIamMember } from '@cdktf/provider-google/lib/pubsub-subscription-iam-member';
export { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic';
export { PubsubTopicIamMember } from '@cdktf/provider-google/lib/pubsub-topic-iam-member';
export { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member';
export { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
export { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member';
export { ServiceAccountKey } from '@cdktf/provider-google/lib/service-account-key';
export { SpannerDatabaseIamMember } from '@cdktf/provider-google/lib/spanner-database-iam-member';
export { SpannerInstanceIamMember } from '@cdktf/provider-google/lib/spanner-instance-iam-member';
export { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
export { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
export { WorkflowsWorkflow } from '@cdktf/provider-google/lib/workflows-workflow';
