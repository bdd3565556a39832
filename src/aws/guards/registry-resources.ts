import { RegistryNames, RegistryPlace } from '../../contract/registry-names';

/**
 * ARNs, wildcards included, of everything that no agent may act on. Synthesis and the guard both use it, so synthesis rejects what the guard denies.
 */
export interface RegistryResources {
  /** What `grantReadFleet` gives access to: the ledger and the evidence. */
  readonly fleet: string[];
  /** Everything else of the registry itself. */
  readonly engine: string[];
  /** Rules on other buses. Only the guard uses it: at synthesis, any pattern of rules could be one of a bus with such a name. */
  readonly rulesOnBuses: string;
  /** Its key and the topic of its alarms, which may serve others too: agents may use them, and nothing else. */
  readonly upkeep: readonly string[];
  /** The principals of all its agents. */
  readonly principals: string;
  /** The IAM users that belong to its agents. */
  readonly users: string;
  /** The secrets of all its agents. */
  readonly secrets: string;
}

/** Calls on another agent's principal that the guard of sessions decides. It allows exact, declared ARNs. */
export const PRINCIPAL_CALLS = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity', 'iam:PassRole'];

/** What an agent may do with the key and the topic of the registry, if it is granted. */
export const UPKEEP_USES = [
  'kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:Get*', 'kms:List*', 'kms:ReEncrypt*',
  'sns:Get*', 'sns:List*', 'sns:Publish',
];

/** What `grantReadFleet` grants on the ledger as a table. */
export const TABLE_READS = ['dynamodb:DescribeTable'];
/**
 * What `grantReadFleet` grants on the rows below. Every call of these has its keys, so ForAllValues can't be true for an empty set. A Scan has none,
 * and is not listed.
 */
export const ROW_READS = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'];
/** What `grantReadFleet` grants on the bucket of evidence. */
export const BUCKET_READS = ['s3:ListBucket', 's3:ListBucketVersions'];
/** What `grantReadFleet` grants on each piece of evidence. */
export const EVIDENCE_READS = ['s3:GetObject', 's3:GetObjectRetention', 's3:GetObjectVersion'];
/** What `grantReadFleet` grants on the index of due dates. */
export const INDEX_READS = ['dynamodb:Query'];
/** What `grantReadFleet` grants on the key that signs campaigns. Reports, bundles and verification compare signatures with it. */
export const SIGNING_KEY_READS = ['kms:GetPublicKey'];
export const FLEET_READS = [...TABLE_READS, ...ROW_READS, ...BUCKET_READS, ...EVIDENCE_READS];

/**
 * @param names names of the registry
 * @param place where it is
 * @param stackNames the stacks that hold it: to change or delete them is to administer the registry
 * @param upkeep ARNs of its key and of the topic of its alarms
 */
export function registryResources(
  names: RegistryNames, place: RegistryPlace, stackNames: readonly string[], upkeep: readonly string[] = [],
): RegistryResources {
  const { partition, region, account } = place;
  const arn = (service: string, resource: string): string => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const iam = (resource: string): string => `arn:${partition}:iam::${account}:${resource}`;
  // One pattern covers all resources of a service, and their parts: versions of a function, indexes of a table, rules of a bus.
  const ours = `${names.prefix}*`;
  return {
    // Bucket ARNs have no region and no account.
    fleet: [arn('dynamodb', `table/${ours}`), `arn:${partition}:s3:::${ours}`],
    engine: [
      arn('events', `event-bus/${ours}`),
      arn('events', `rule/${ours}`),
      arn('lambda', `function:${ours}`),
      ...['stateMachine', 'execution', 'mapRun'].map((kind) => arn('states', `${kind}:${ours}`)),
      arn('scheduler', `schedule/default/${ours}`),
      arn('sqs', ours),
      arn('secretsmanager', `secret:${ours}`),
      // An alias decides which key is used. The keys' own policies say by whom.
      arn('kms', `alias/${ours}`),
      arn('cloudwatch', `alarm:${ours}`),
      `arn:${partition}:cloudwatch::${account}:dashboard/${ours}`,
      iam(`role/${ours}`),
      iam(`policy${names.path}*`),
      ...names.logGroups.map((name) => arn('logs', `log-group:${name}`)),
      ...stackNames.map((name) => arn('cloudformation', `stack/${name}/*`)),
    ],
    rulesOnBuses: arn('events', `rule/*/${ours}`),
    upkeep,
    principals: iam(`role${names.path}*`),
    users: iam(`user${names.path}*`),
    // Replicas are in other regions.
    secrets: `arn:${partition}:secretsmanager:*:${account}:secret:${names.registryName}/*`,
  };
}
