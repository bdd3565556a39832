import {
  CreateBucketCommand, DeleteObjectsCommand, ListObjectVersionsCommand, PutBucketPolicyCommand, PutBucketVersioningCommand, PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Cloud, outcome } from './harness/cloud';
import { makeRole, policy, sessionOf } from './harness/principals';

let cloud: Cloud;
let admin: S3Client;

beforeAll(async () => {
  cloud = await Cloud.start();
  admin = new S3Client({ ...cloud.as(), forcePathStyle: true });
});

afterAll(() => cloud.stop());

describe('s3-batch-delete', () => {
  /**
   * Creates a versioned bucket with one version of `kept/x` and of `x`, and a principal that may do everything except what the bucket's policy
   * denies.
   */
  async function makeBucket(Bucket: string, Action: string, Resource: string) {
    await admin.send(new CreateBucketCommand({ Bucket }));
    await admin.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const version = async (Key: string) => (await admin.send(new PutObjectCommand({ Bucket, Key, Body: Key }))).VersionId;
    const versions = { kept: await version('kept/x'), free: await version('x') };
    await admin.send(new PutBucketPolicyCommand({ Bucket, Policy: policy({ Effect: 'Deny', Principal: '*', Action, Resource: `arn:aws:s3:::${Bucket}/${Resource}` }) }));
    const session = await sessionOf(cloud, await makeRole(cloud, Bucket, [{ Action: '*', Resource: '*' }]));
    return { ...versions, client: new S3Client({ ...cloud.as(session), forcePathStyle: true }) };
  }

  async function deleted(client: S3Client, Bucket: string, Objects: { Key: string; VersionId?: string }[]) {
    const { Deleted: done = [], Errors: errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    return { done: done.map(({ Key: key }) => key), errors: errors.map(({ Key: key, Code: code }) => `${key} ${code}`) };
  }

  test('what is denied is an error of its own, and the rest is deleted', async () => {
    const { client } = await makeBucket('partly', 's3:DeleteObject', 'kept/*');

    expect(await deleted(client, 'partly', [{ Key: 'kept/x' }, { Key: 'x' }])).toEqual({ done: ['x'], errors: ['kept/x AccessDenied'] });
    expect(await deleted(client, 'partly', [{ Key: 'kept/x' }])).toEqual({ done: [], errors: ['kept/x AccessDenied'] });
    const { DeleteMarkers: markers = [] } = await admin.send(new ListObjectVersionsCommand({ Bucket: 'partly' }));
    expect(markers.map(({ Key: key }) => key)).toEqual(['x']);
  });

  test('a version needs s3:DeleteObjectVersion, be it the first of the batch', async () => {
    const { client, free } = await makeBucket('versions', 's3:DeleteObjectVersion', '*');

    expect(await deleted(client, 'versions', [{ Key: 'x', VersionId: free }, { Key: 'x' }])).toEqual({ done: ['x'], errors: ['x AccessDenied'] });
  });

  test('with nobody\'s keys nothing is deleted', async () => {
    const { client: { config } } = await makeBucket('nobody', 's3:PutObject', '*');
    const unknown = new S3Client({ region: cloud.region, endpoint: cloud.emulator.url, forcePathStyle: true, maxAttempts: 1, credentials: { ...await config.credentials(), sessionToken: 'x' } });

    expect(await outcome(unknown.send(new DeleteObjectsCommand({ Bucket: 'nobody', Delete: { Objects: [{ Key: 'x' }] } })))).toBe('InvalidToken');
  });
});
