import { aws_dynamodb as dynamodb, aws_iam as iam, aws_kms as kms, aws_s3 as s3, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EvidenceLock } from './evidence-lock';
import { CERTIFICATES, EVENT_COPIES, REGISTRY_EVENTS, SNAPSHOTS } from '../../contract/evidence-keys';
import { DUE_INDEX, RegistryNames, RegistryPlace } from '../../contract/registry-names';
import { acknowledge } from '../findings/acknowledge';

interface RegistryStorageProps {
  readonly names: RegistryNames;
  readonly place: RegistryPlace;
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey?: kms.IKey;
}

/** Why the bucket of the evidence has no access log of its own. */
const ACCESS_LOG = 'Who reads evidence is in the data events of CloudTrail, which the organisation turns on; an access log of S3 is best effort, and would need a bucket of its own';

/** The ledger: one table with the keys `pk` and `sk`, `ttl` for temporary items, and the index of due dates. */
export function ledgerTable(scope: Construct, props: RegistryStorageProps & { deletionProtection: boolean }): dynamodb.Table {
  const table = new dynamodb.Table(scope, 'Ledger', {
    tableName: props.names.table,
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
    timeToLiveAttribute: 'ttl',
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    encryption: props.encryptionKey ? dynamodb.TableEncryption.CUSTOMER_MANAGED : dynamodb.TableEncryption.AWS_MANAGED,
    encryptionKey: props.encryptionKey,
    deletionProtection: props.deletionProtection,
    removalPolicy: props.removalPolicy,
  });
  table.addGlobalSecondaryIndex({
    indexName: DUE_INDEX.name,
    partitionKey: { name: DUE_INDEX.shard, type: dynamodb.AttributeType.STRING },
    sortKey: { name: DUE_INDEX.at, type: dynamodb.AttributeType.STRING },
  });
  if (props.encryptionKey === undefined) {
    acknowledge(table, { checkov: { CKV_AWS_119: 'Encrypted with the AWS managed key; the registry takes a key of the user as encryptionKey' } });
  }
  return table;
}

/**
 * Write-once: each certificate is locked as soon as it is written, only the engine writes it, no one may delete it, and it is only reached over TLS. A bucket that is to be removed
 * with its stack is emptied then, so nothing may keep its objects, and local endpoints without TLS work.
 */
export function evidenceBucket(scope: Construct, { lock, ...props }: RegistryStorageProps & { lock: EvidenceLock }): s3.Bucket {
  const isRemoved = props.removalPolicy === RemovalPolicy.DESTROY;
  const bucket = new s3.Bucket(scope, 'Evidence', {
    bucketName: props.names.bucket(props.place),
    versioned: true,
    objectLockEnabled: true,
    objectLockDefaultRetention: lock._retention,
    encryption: props.encryptionKey ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
    encryptionKey: props.encryptionKey,
    bucketKeyEnabled: props.encryptionKey ? true : undefined,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: !isRemoved,
    minimumTLSVersion: isRemoved ? undefined : 1.2,
    autoDeleteObjects: isRemoved,
    removalPolicy: props.removalPolicy,
  });
  if (isRemoved) {
    acknowledge(bucket, { nag: { 'AwsSolutions-S10': 'A registry for development works with local endpoints, which have no TLS' } });
  } else {
    protectEvidence(bucket, props);
  }
  acknowledge(bucket, { nag: { 'AwsSolutions-S1': ACCESS_LOG }, checkov: { CKV_AWS_18: ACCESS_LOG } });
  // By default a policy is deleted with its stack, and a bucket that stays would be without it.
  bucket.policy?.applyRemovalPolicy(props.removalPolicy);
  return bucket;
}

function protectEvidence(bucket: s3.Bucket, { names, place }: RegistryStorageProps): void {
  const deny = (sid: string, actions: string[], resources: string[], conditions: Record<string, unknown> = {}): void => {
    bucket.addToResourcePolicy(new iam.PolicyStatement({
      sid, effect: iam.Effect.DENY, principals: [new iam.StarPrincipal()], actions, resources, conditions,
    }));
  };
  // A delete marker hides a locked certificate without deleting it; a bypass shortens a lock. Denied to everyone. To lock longer stays allowed.
  deny('KeepEvidence', ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:ReplicateDelete', 's3:BypassGovernanceRetention'],
    [bucket.bucketArn, bucket.arnForObjects('*')]);
  // The keys of evidence can be predicted: who writes there first would stand in the place of what the engine writes.
  const onlyFrom = (sid: string, roleArn: string, prefixes: readonly string[]): void => {
    deny(sid, ['s3:PutObject', 's3:PutObjectAcl', 's3:PutObjectVersionAcl', 's3:ReplicateObject'],
      prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)), { ArnNotEquals: { 'aws:PrincipalArn': roleArn } });
  };
  onlyFrom('OnlyTheEngineWritesEvidence', names.roleArn(place, names.engineRole), [CERTIFICATES, EVENT_COPIES, SNAPSHOTS]);
  onlyFrom('OnlySweepsWriteEventsOfTheRegistry', names.roleArn(place, names.agendaRole), [REGISTRY_EVENTS]);
}
