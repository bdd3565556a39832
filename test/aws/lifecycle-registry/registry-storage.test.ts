import { aws_kms as kms, Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { codeOf, development, platform } from './platform';
import { EvidenceLock, LifecycleRegistryProps } from '../../../src/aws/lifecycle-registry';

const KEPT_TYPES = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::Logs::LogGroup'];
const KEEP_EVIDENCE = { Sid: 'KeepEvidence', Effect: 'Deny', Principal: '*', Action: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:ReplicateDelete', 's3:BypassGovernanceRetention'] };

type Resources = Record<string, { Type: string; DeletionPolicy?: string }>;
const policiesOf = (template: Template): string[] => Object.values(template.toJSON().Resources as Resources)
  .filter(({ Type }) => KEPT_TYPES.includes(Type)).map(({ DeletionPolicy }) => String(DeletionPolicy));
const isProtected = (template: Template): unknown => Object.values(template.findResources('AWS::DynamoDB::Table'))[0].Properties.DeletionProtectionEnabled;
const lockOf = (props: LifecycleRegistryProps): unknown => {
  const [bucket] = Object.values(platform(props).template().findResources('AWS::S3::Bucket'));
  return bucket.Properties.ObjectLockConfiguration?.Rule;
};
const keepsEvidence = (template: Template): boolean => JSON.stringify(template.findResources('AWS::S3::BucketPolicy')).includes('KeepEvidence');

describe('ledger', () => {
  test('on demand, restorable, encrypted, kept and protected from deletion', () => {
    platform().template().hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: Match.objectLike({
        TableName: 'agents-nhi-ledger',
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
      }),
    });
  });

  test('what is due is found by an index, whose keys are those that the rows have', () => {
    platform().template().hasResourceProperties('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: [Match.objectLike({
        IndexName: 'due',
        KeySchema: [{ AttributeName: 'dueShard', KeyType: 'HASH' }, { AttributeName: 'dueAt', KeyType: 'RANGE' }],
        Projection: { ProjectionType: 'ALL' },
      })],
    });
  });

  test('takes the given key, which also encrypts the evidence', () => {
    const template = platform((stack) => ({ encryptionKey: new kms.Key(stack, 'Key') })).template();
    template.hasResourceProperties('AWS::DynamoDB::Table', { SSESpecification: { KMSMasterKeyId: Match.anyValue(), SSEType: 'KMS' } });
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: Match.anyValue(), SSEAlgorithm: 'aws:kms' } }] },
    });
  });
});

describe('evidence', () => {
  test('no one may delete it, nor hide it behind a delete marker; in development it can be emptied', () => {
    platform().template().hasResourceProperties('AWS::S3::BucketPolicy', { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(KEEP_EVIDENCE)]) } });
    expect(keepsEvidence(development().template())).toBe(false);
  });

  test.each([
    ['the engine', 'certificates, copied events and snapshots', 'OnlyTheEngineWritesEvidence', ['certificates/*', 'events/*', 'snapshots/*'], 'agents-nhi-lifecycle-engine'],
    ['the sweeps', 'events about the registry', 'OnlySweepsWriteEventsOfTheRegistry', ['registry-events/*'], 'agents-nhi-agenda'],
  ])('no one but %s may write %s', (_who, _what, sid, prefixes, role) => {
    const template = platform().template();
    const [{ Properties: { PolicyDocument } }] = Object.values(template.findResources('AWS::S3::BucketPolicy'));
    const only = PolicyDocument.Statement.find(({ Sid }: { Sid?: string }) => Sid === sid);
    expect(only).toEqual({
      Sid: sid,
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:PutObject', 's3:PutObjectAcl', 's3:PutObjectVersionAcl', 's3:ReplicateObject'],
      Resource: prefixes.length === 1 ? { 'Fn::Join': ['', [expect.anything(), `/${prefixes[0]}`]] }
        : prefixes.map((prefix) => ({ 'Fn::Join': ['', [expect.anything(), `/${prefix}`]] })),
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': expect.anything() } },
    });
    const { 'aws:PrincipalArn': writer } = only.Condition.ArnNotEquals;
    expect(JSON.stringify(writer)).toContain(`:iam::111122223333:role/${role}`);
    template.hasResourceProperties('AWS::IAM::Role', { RoleName: role, Path: Match.absent() });
    expect(JSON.stringify(development().template().findResources('AWS::S3::BucketPolicy'))).not.toContain(sid);
  });

  test('write-once, versioned, kept, not public', () => {
    platform().template().hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({
        BucketName: 'agents-nhi-evidence-111122223333-eu-west-1',
        ObjectLockEnabled: true,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 400 } } },
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      }),
    });
  });

  test('only over TLS', () => {
    platform().template().hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]) },
    });
  });
});

describe('lock', () => {
  test.each<[string, EvidenceLock, unknown]>([
    ['governance', EvidenceLock.governance(Duration.days(1)), { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } }],
    ['compliance', EvidenceLock.compliance(Duration.days(3_650)), { DefaultRetention: { Mode: 'COMPLIANCE', Days: 3_650 } }],
    ['whole days in hours', EvidenceLock.governance(Duration.hours(48)), { DefaultRetention: { Mode: 'GOVERNANCE', Days: 2 } }],
    ['none', EvidenceLock.none(), undefined],
  ])('%s', (_what, evidenceLock, rule) => {
    expect(lockOf({ evidenceLock })).toEqual(rule);
  });

  test('without one, certificates are still protected from deletion by any principal that reaches the bucket', () => {
    expect(keepsEvidence(platform({ evidenceLock: EvidenceLock.none() }).template())).toBe(true);
  });

  const NO_RETENTIONS: [string, Duration][] = [
    ['half a day', Duration.hours(12)], ['no time', Duration.days(0)], ['a day and a half', Duration.hours(36)], ['a token', Duration.days(Token.asNumber({ Ref: 'Days' }))],
  ];

  test.each(NO_RETENTIONS)('EvidenceRetentionInvalid: fails when it is %s', (_what, retention) => {
    expect(codeOf(() => EvidenceLock.governance(retention))).toBe('EvidenceRetentionInvalid');
    expect(codeOf(() => EvidenceLock.compliance(retention))).toBe('EvidenceRetentionInvalid');
  });
});

describe('what is kept when the stack is deleted', () => {
  test('ledger, evidence with its policy, and logs', () => {
    const policies = policiesOf(platform().template());
    expect(policies.length).toBeGreaterThan(4);
    expect(new Set(policies)).toEqual(new Set(['Retain']));
  });

  test('nothing, with DESTROY: evidence can be emptied, whatever its lock, but the ledger\'s protection is a choice of its own', () => {
    const props = { removalPolicy: RemovalPolicy.DESTROY, evidenceLock: EvidenceLock.compliance(Duration.days(400)) };
    const { template } = platform(props);
    expect(new Set(policiesOf(template()))).toEqual(new Set(['Delete']));
    expect(lockOf(props)).toBeUndefined();
    expect(keepsEvidence(template())).toBe(false);
    template().resourceCountIs('Custom::S3AutoDeleteObjects', 1);
    expect(isProtected(template())).toBe(true);
    expect(isProtected(platform({ ...props, deletionProtection: false }).template())).toBe(false);
  });

  test('a ledger without protection is kept all the same', () => {
    const { template } = platform({ deletionProtection: false });
    expect(isProtected(template())).toBe(false);
    template().hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Retain' });
    template().resourceCountIs('Custom::S3AutoDeleteObjects', 0);
  });

  test('in development nothing, and nothing is warned of', () => {
    const { stack, template } = development();
    const resources = Object.values(template().toJSON().Resources as Record<string, { DeletionPolicy?: string }>);
    expect(resources.filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual([]);
    template().hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
    template().hasResourceProperties('AWS::S3::Bucket', { ObjectLockEnabled: true, ObjectLockConfiguration: Match.absent() });
    template().resourceCountIs('Custom::S3AutoDeleteObjects', 1);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});
