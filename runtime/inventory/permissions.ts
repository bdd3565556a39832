/** What an inventory reads besides roles and users. */
export interface InventoryScope {
  /** Name of the role in each account of the organization. */
  readonly roleName?: string;
  readonly lastAccessed?: boolean;
  readonly creators?: boolean;
  readonly serviceCredentials?: boolean;
  /** Subjects, profiles and trust anchors of IAM Roles Anywhere. */
  readonly rolesAnywhere?: boolean;
  /** Records of agents in AWS Agent Registry. */
  readonly agentRegistry?: boolean;
}

/** A policy of IAM. */
export interface Policy {
  readonly Version: string;
  readonly Statement: readonly PolicyStatement[];
}

interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string;
}

const BASE = ['iam:GenerateCredentialReport', 'iam:GetAccountAuthorizationDetails', 'iam:GetAccountSummary', 'iam:GetCredentialReport'];
const LAST_ACCESSED = ['iam:GenerateServiceLastAccessedDetails', 'iam:GetServiceLastAccessedDetails'];
const CREATORS = ['cloudformation:DescribeStacks', 'cloudtrail:LookupEvents'];
const SERVICE_CREDENTIALS = ['iam:ListServiceSpecificCredentials'];
const ROLES_ANYWHERE = ['rolesanywhere:ListProfiles', 'rolesanywhere:ListSubjects', 'rolesanywhere:ListTrustAnchors'];
const AGENT_REGISTRY = ['agent-registry:ListRegistries', 'agent-registry:ListRegistryRecords'];

const PARTITIONS: readonly [regions: RegExp, partition: string][] = [[/^cn-/, 'aws-cn'], [/^us-gov-/, 'aws-us-gov']];

/** What an inventory reads in each account. It changes nothing but the date of IAM's own reports. */
export function readingPolicy(scope: InventoryScope): Policy {
  return { Version: '2012-10-17', Statement: [reading(scope)] };
}

/** The identity policy that an inventory needs, and no more. The region says the partition. */
export function inventoryPolicy(scope: InventoryScope, region = ''): Policy {
  const { roleName } = scope;
  const partition = PARTITIONS.find(([regions]) => regions.test(region))?.[1] ?? 'aws';
  return {
    Version: '2012-10-17',
    Statement: [
      reading(scope),
      ...(roleName === undefined ? [] : [
        { Sid: 'Accounts', Effect: 'Allow', Action: 'organizations:ListAccounts', Resource: '*' },
        { Sid: 'InventoryRoles', Effect: 'Allow', Action: 'sts:AssumeRole', Resource: `arn:${partition}:iam::*:role/${roleName}` },
      ]),
    ],
  };
}

function reading({ lastAccessed, creators, serviceCredentials, rolesAnywhere, agentRegistry }: InventoryScope): PolicyStatement {
  const actions = [
    ...BASE,
    ...lastAccessed === true ? LAST_ACCESSED : [],
    ...creators === true ? CREATORS : [],
    ...serviceCredentials === true ? SERVICE_CREDENTIALS : [],
    ...rolesAnywhere === true ? ROLES_ANYWHERE : [],
    ...agentRegistry === true ? AGENT_REGISTRY : [],
  ].sort();
  return { Sid: 'Inventory', Effect: 'Allow', Action: actions, Resource: '*' };
}
