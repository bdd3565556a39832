/**
 * A kind of residue that a registry wipes only if it is asked to, because the engine needs rights over resources that belong to others too. What each of them finds, and how, is in docs/residue.md.
 */
export enum ResidueKind {
  /**
   * What policies of resources allow an agent: buckets, queues, topics, keys, secrets, functions, tables, event buses, repositories, the Data Catalog and CloudWatch Logs. Without it such policies
   * are read, and reported. IAM can't limit what a policy says that somebody may write, so with this kind the engine's role could open such resources to anybody.
   */
  RESOURCE_POLICIES = 'resource-policies',

  /** Grants of KMS keys. */
  KMS_GRANTS = 'kms-grants',

  /** Access entries and Pod Identity associations of EKS clusters. */
  EKS = 'eks',

  /** Profiles of IAM Roles Anywhere: an agent's own are deleted, and its role is taken out of others. */
  ROLES_ANYWHERE = 'roles-anywhere',

  /** S3 Access Grants, and the policies of access points. As with `RESOURCE_POLICIES`, IAM can't limit what these policies say. */
  S3_ACCESS = 's3-access',

  /** Permissions of AWS Lake Formation. The engine's role must be an administrator of the data lake. */
  LAKE_FORMATION = 'lake-formation',

  /** Schedules of EventBridge Scheduler that act as the agent. Connections of EventBridge are reported. */
  SCHEDULES = 'schedules',

  /** Parameters of Systems Manager, keys of API Gateway and clients of Cognito under names that are reserved for the agent. They are reported. */
  CREDENTIALS = 'credentials',

  /** Keys of API Gateway that an agent declares (`AgentApiKey`). The engine's role may disable and delete keys with the registry's tag. */
  API_GATEWAY_KEYS = 'api-gateway-keys',

  /**
   * Clients of Cognito user pools that an agent declares (`AgentMachineClient`). IAM can't limit it to single clients: the engine's role could delete any client of the account's user pools.
   */
  USER_POOL_CLIENTS = 'user-pool-clients',

  /** Credential providers, identities, open sessions and targets of gateways of Amazon Bedrock AgentCore. */
  AGENT_CORE = 'agent-core',

  /**
   * Policies of applications of IAM Identity Center, which let a role get tokens of people. IAM can't limit what such a policy says: the engine's role could open the account's applications to any role.
   */
  IDENTITY_CENTER = 'identity-center',
}
