/** Services whose resource policy is set by `PutResourcePolicy` and removed by `DeleteResourcePolicy`. */
const RESOURCE_POLICY_SERVICES = [
  'agent-registry', 'appsync', 'aps', 'arc-region-switch', 'aws-marketplace', 'bedrock', 'bedrock-agentcore', 'billing', 'cloudfront', 'cloudhsm',
  'cloudtrail', 'codebuild', 'comprehend', 'dynamodb', 'ec2', 'events', 'fsx', 'glue', 'kinesis', 'lambda', 'logs', 'lookoutequipment', 'mpa',
  'network-firewall', 'networkmanager', 'odb', 'osis', 'payment-cryptography', 'qbusiness', 'redshift', 'redshift-serverless', 'refactor-spaces',
  'resource-explorer-2', 'route53-recovery-control-config', 'rum', 'sagemaker', 'schemas', 'secretsmanager', 'servicecatalog', 'servicediscovery',
  'sms-voice', 'ssm', 'ssm-incidents', 'vpc-lattice', 'xray',
];

/**
 * Calls that change who may use a resource. With them, an agent that manages one resource could give itself or others further access. Removing a
 * policy counts too, because a resource policy may contain the Deny that excludes the agent. Reading a policy stays possible.
 */
export const SELF_GRANTING = [
  ...RESOURCE_POLICY_SERVICES.flatMap((service) => [`${service}:PutResourcePolicy`, `${service}:DeleteResourcePolicy`]),
  'acm-pca:*Permission',
  'acm-pca:PutPolicy',
  'apigateway:Update*Policy',
  'backup:Put*Policy',
  'codeartifact:Put*Policy',
  'ecr-public:SetRepositoryPolicy',
  'ecr:SetRepositoryPolicy',
  'ecr:PutRegistryPolicy',
  'elasticfilesystem:PutFileSystemPolicy',
  'events:*Permission',
  'glacier:SetVaultAccessPolicy',
  'iot:Attach*Policy',
  'kafka:PutClusterPolicy',
  'kms:PutKeyPolicy',
  'kms:RetireGrant',
  'lakeformation:PutDataLakeSettings',
  'lambda:*Permission',
  'lex:CreateResourcePolicy',
  'lex:DeleteResourcePolicy',
  'lex:UpdateResourcePolicy',
  'logs:PutDestinationPolicy',
  ...['s3', 's3-outposts', 's3express', 's3tables', 's3vectors'].flatMap((service) => [`${service}:Put*Policy*`, `${service}:Delete*Policy*`]),
  's3:CreateAccessGrant*',
  's3:UpdateAccessGrant*',
  's3:BypassGovernanceRetention',
  's3:PutBucketAcl',
  's3:PutBucketOwnershipControls',
  's3:Put*PublicAccessBlock',
  'ses:*IdentityPolicy',
  'signer:*ProfilePermission',
  'sns:*Permission',
  'sns:SetTopicAttributes',
  'sqs:*Permission',
  'sqs:SetQueueAttributes',
  'vpc-lattice:PutAuthPolicy',
];
