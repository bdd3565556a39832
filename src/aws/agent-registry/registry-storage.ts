import { aws_dynamodb as dynamodb, aws_kms as kms, aws_s3 as s3, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RegistryNames, RegistryPlace } from './registry-names';

export interface RegistryStorageProps {
  readonly names: RegistryNames;
  readonly place: RegistryPlace;
  readonly development: boolean;
  readonly encryptionKey?: kms.IKey;
}

/** The ledger: one table, keys `pk` and `sk`, `ttl` for what may be forgotten. */
export function ledgerTable(scope: Construct, props: RegistryStorageProps): dynamodb.Table {
  return new dynamodb.Table(scope, 'Ledger', {
    tableName: props.names.table,
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
    timeToLiveAttribute: 'ttl',
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    encryption: props.encryptionKey ? dynamodb.TableEncryption.CUSTOMER_MANAGED : dynamodb.TableEncryption.AWS_MANAGED,
    encryptionKey: props.encryptionKey,
    deletionProtection: !props.development,
    removalPolicy: props.development ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
}

export interface EvidenceBucketProps extends RegistryStorageProps {
  readonly retention: Duration;
  readonly lockMode: s3.ObjectLockMode;
}

/**
 * Write-once: each certificate is locked for the retention as soon as it is written, and it is only reached over TLS.
 * In development nothing is locked, so that it can be emptied, and local endpoints without TLS work.
 */
export function evidenceBucket(scope: Construct, props: EvidenceBucketProps): s3.Bucket {
  const retention = props.lockMode === s3.ObjectLockMode.COMPLIANCE
    ? s3.ObjectLockRetention.compliance(props.retention)
    : s3.ObjectLockRetention.governance(props.retention);
  return new s3.Bucket(scope, 'Evidence', {
    bucketName: props.names.bucket(props.place),
    versioned: true,
    objectLockEnabled: true,
    objectLockDefaultRetention: props.development ? undefined : retention,
    encryption: props.encryptionKey ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
    encryptionKey: props.encryptionKey,
    bucketKeyEnabled: props.encryptionKey ? true : undefined,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: !props.development,
    minimumTLSVersion: props.development ? undefined : 1.2,
    autoDeleteObjects: props.development,
    removalPolicy: props.development ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
}
