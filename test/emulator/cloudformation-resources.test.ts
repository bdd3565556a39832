import {
  AddRoleToInstanceProfileCommand, AttachRolePolicyCommand, CreateInstanceProfileCommand, DeleteRolePolicyCommand, DetachRolePolicyCommand,
  GetRoleCommand, IAMClient, ListRoleTagsCommand, PutRolePermissionsBoundaryCommand, PutRolePolicyCommand, RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteObjectCommand, GetBucketTaggingCommand, GetBucketVersioningCommand, GetObjectLockConfigurationCommand, GetObjectRetentionCommand,
  PutObjectCommand, S3Client,
} from '@aws-sdk/client-s3';
import { CreateSecretCommand, DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Cloud, outcome } from './harness/cloud';
import { policy, trustOf } from './harness/principals';
import { Resource, Stacks } from './harness/stacks';

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const DOCUMENT = policy({ Action: 's3:GetObject', Resource: '*' });

let cloud: Cloud;
let stacks: Stacks;
let iam: IAMClient;
let s3: S3Client;

beforeAll(async () => {
  cloud = await Cloud.start();
  stacks = new Stacks(cloud);
  iam = new IAMClient(cloud.as());
  s3 = new S3Client({ ...cloud.as(), forcePathStyle: true });
});

afterAll(() => cloud.stop());

const role = (RoleName: string, properties: Record<string, unknown> = {}): Resource => ({
  Type: 'AWS::IAM::Role', Properties: { RoleName, AssumeRolePolicyDocument: JSON.parse(trustOf(cloud)), ...properties },
});

const boundaryOf = async (RoleName: string) => (await iam.send(new GetRoleCommand({ RoleName }))).Role?.PermissionsBoundary?.PermissionsBoundaryArn;

describe('cfn-role', () => {
  test('a role gets the boundary of the template, and what the template changes it to', async () => {
    await stacks.create('bounded', { Role: role('bounded', { PermissionsBoundary: READ_ONLY }), Free: role('free') });
    const atFirst = [await boundaryOf('bounded'), await boundaryOf('free')];

    await stacks.update('bounded', { Role: role('bounded', { PermissionsBoundary: DENY_ALL }), Free: role('free') });
    const then = await boundaryOf('bounded');
    await stacks.update('bounded', { Role: role('bounded'), Free: role('free') });

    expect(atFirst).toEqual([READ_ONLY, undefined]);
    expect([then, await boundaryOf('bounded')]).toEqual([DENY_ALL, undefined]);
  });

  test('an update that doesn\'t change the boundary leaves alone what it has become since', async () => {
    const roles = (Description: string) => ({
      Swapped: role('swapped', { Description, PermissionsBoundary: READ_ONLY }), Quarantined: role('quarantined', { Description }),
    });
    await stacks.create('unchanged', roles('first'));
    for (const RoleName of ['swapped', 'quarantined']) {
      await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: DENY_ALL }));
    }

    await stacks.update('unchanged', roles('second'));

    expect((await iam.send(new GetRoleCommand({ RoleName: 'swapped' }))).Role?.Description).toBe('second');
    expect([await boundaryOf('swapped'), await boundaryOf('quarantined')]).toEqual([DENY_ALL, DENY_ALL]);
  });

  test('a boundary that there isn\'t is refused, at first and later', async () => {
    const PermissionsBoundary = cloud.iamArn('policy/nowhere');

    expect(await stacks.create('unbounded', { Role: role('unbounded', { PermissionsBoundary }) })).toBe('ROLLBACK_COMPLETE');
    expect(await stacks.create('rebounded', { Role: role('rebounded', { PermissionsBoundary: READ_ONLY }) })).toBe('CREATE_COMPLETE');
    expect(await stacks.update('rebounded', { Role: role('rebounded', { PermissionsBoundary }) })).toBe('UPDATE_ROLLBACK_COMPLETE');

    expect(await outcome(boundaryOf('unbounded'))).toBe('NoSuchEntityException');
    expect(await boundaryOf('rebounded')).toBe(READ_ONLY);
    expect(await stacks.failures('unbounded')).toEqual([expect.stringContaining('Service: Iam')]);
  });

  test('a role whose name is taken is refused, and its holder stays as it is', async () => {
    await stacks.create('holder', { Role: role('taken', { Tags: [{ Key: 'owner', Value: 'holder' }] }) });

    expect(await stacks.create('imposter', { Role: role('taken', { Tags: [{ Key: 'owner', Value: 'imposter' }] }) })).toBe('ROLLBACK_COMPLETE');

    expect(await stacks.failures('imposter')).toEqual([expect.stringContaining('already exists')]);
    expect((await iam.send(new ListRoleTagsCommand({ RoleName: 'taken' }))).Tags).toContainEqual({ Key: 'owner', Value: 'holder' });
  });

  test('a renamed role has a successor, and no longer exists itself', async () => {
    await stacks.create('renamed', { Role: role('before', { PermissionsBoundary: READ_ONLY }) });

    expect(await stacks.update('renamed', { Role: role('after', { PermissionsBoundary: READ_ONLY }) })).toBe('UPDATE_COMPLETE');

    expect(await boundaryOf('after')).toBe(READ_ONLY);
    expect(await outcome(boundaryOf('before'))).toBe('NoSuchEntityException');
  });

  /** Additions to the role `RoleName` outside of its template, and how each is removed. */
  const additions: Record<string, { add: (RoleName: string) => Promise<unknown>; remove: (RoleName: string) => Promise<unknown> }> = {
    'an inline policy': {
      add: (RoleName) => iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'by-hand', PolicyDocument: DOCUMENT })),
      remove: (RoleName) => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'by-hand' })),
    },
    'an attached policy': {
      add: (RoleName) => iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: DENY_ALL })),
      remove: (RoleName) => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: DENY_ALL })),
    },
    'an instance profile': {
      add: async (RoleName) => {
        await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: RoleName }));
        await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: RoleName, RoleName }));
      },
      remove: (RoleName) => iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: RoleName, RoleName })),
    },
  };

  test.each(Object.entries(additions))('a role that was given %s by hand can\'t be deleted, and can once it is away', async (title, { add, remove }) => {
    const name = title.replaceAll(' ', '-');
    const properties = { ManagedPolicyArns: [READ_ONLY], Policies: [{ PolicyName: 'access', PolicyDocument: JSON.parse(DOCUMENT) }] };
    await stacks.create(name, { Role: role(name, properties) });
    await add(name);

    expect(await stacks.delete(name)).toBe('DELETE_FAILED');
    expect(await stacks.failures(name)).toEqual([expect.stringMatching(/Cannot delete entity.*Status Code: 409/)]);
    await remove(name);

    // CloudFormation itself removes what the template names.
    expect(await stacks.delete(name)).toBe('DELETE_COMPLETE');
    expect(await outcome(boundaryOf(name))).toBe('NoSuchEntityException');
  });
});

describe('cfn-bucket', () => {
  const bucket = (BucketName: string, properties: Record<string, unknown> = {}): Resource => ({ Type: 'AWS::S3::Bucket', Properties: { BucketName, ...properties } });
  const RETENTION = { Mode: 'COMPLIANCE', Days: 30 };
  const LOCK = { ObjectLockEnabled: true, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: RETENTION } } };

  test('a bucket has the tags of the template, and those that it is changed to', async () => {
    const tagged = (...Tags: { Key: string; Value: string }[]) => ({ Bucket: bucket('tagged', { Tags }) });
    const first = { Key: 'owner', Value: 'first' };
    const second = { Key: 'owner', Value: 'second' };
    const tags = async () => (await s3.send(new GetBucketTaggingCommand({ Bucket: 'tagged' }))).TagSet;

    await stacks.create('tagged', tagged(first));
    const atFirst = await tags();
    await stacks.update('tagged', tagged(second));
    const then = await tags();
    await stacks.update('tagged', tagged());

    expect([atFirst, then]).toEqual([[first], [second]]);
    expect(await outcome(tags())).toBe('NoSuchTagSet');
  });

  test('a bucket with object lock is versioned, and an object\'s version can\'t be deleted before its time', async () => {
    await stacks.create('locks', { Locked: bucket('locked', LOCK), Open: bucket('open', { VersioningConfiguration: { Status: 'Enabled' } }) });
    const removal = async (Bucket: string) => {
      const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'certificate.json', Body: '{}' }));
      return outcome(s3.send(new DeleteObjectCommand({ Bucket, Key: 'certificate.json', VersionId })));
    };

    expect((await s3.send(new GetBucketVersioningCommand({ Bucket: 'locked' }))).Status).toBe('Enabled');
    expect((await s3.send(new GetObjectLockConfigurationCommand({ Bucket: 'locked' }))).ObjectLockConfiguration?.Rule?.DefaultRetention)
      .toEqual(RETENTION);
    expect([await removal('locked'), await removal('open')]).toEqual(['AccessDenied', 'allowed']);
    const { Retention: retention } = await s3.send(new GetObjectRetentionCommand({ Bucket: 'locked', Key: 'certificate.json' }));
    expect(retention?.RetainUntilDate?.getTime()).toBeGreaterThan(Date.now() + 29 * 86_400_000);
  });
});

describe('cfn-secret', () => {
  const secret = (Name: string, SecretString = 'x'): Resource => ({ Type: 'AWS::SecretsManager::Secret', Properties: { Name, SecretString } });
  const reference = () => role('refers', { Description: { Ref: 'Secret' } });
  let secrets: SecretsManagerClient;

  beforeAll(() => {
    secrets = new SecretsManagerClient(cloud.as());
  });

  const referred = async () => (await iam.send(new GetRoleCommand({ RoleName: 'refers' }))).Role?.Description;
  const arnOf = async (SecretId: string) => (await secrets.send(new DescribeSecretCommand({ SecretId }))).ARN;

  test('Ref is the ARN, of its successor too, and the stack changes and deletes its own secret only', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'kept', SecretString: 'x' }));
    await stacks.create('secret', { Secret: secret('first'), Reference: reference() });
    const first = await arnOf('first');
    expect(first).toMatch(/^arn:aws:secretsmanager:.*:secret:first-/);
    expect(await referred()).toBe(first);

    expect(await stacks.update('secret', { Secret: secret('first', 'y'), Reference: reference() })).toBe('UPDATE_COMPLETE');
    expect(await secrets.send(new GetSecretValueCommand({ SecretId: first }))).toMatchObject({ SecretString: 'y' });
    expect(await arnOf('first')).toBe(first);

    expect(await stacks.update('secret', { Secret: secret('second'), Reference: reference() })).toBe('UPDATE_COMPLETE');
    expect(await referred()).toBe(await arnOf('second'));
    expect(await outcome(arnOf('first'))).toBe('ResourceNotFoundException');

    expect(await stacks.delete('secret')).toBe('DELETE_COMPLETE');
    expect([await outcome(arnOf('second')), await outcome(arnOf('kept'))]).toEqual(['ResourceNotFoundException', 'allowed']);
  });
});
