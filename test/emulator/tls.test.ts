import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CreateBucketCommand, GetObjectCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Cloud, outcome } from './harness/cloud';
import { invoke, makeFunction } from './harness/functions';
import { makeRole, policy, sessionOf } from './harness/principals';

const Bucket = 'tls-only';

let cloud: Cloud;

beforeAll(async () => {
  cloud = await Cloud.start({}, true);
});

afterAll(() => cloud.stop());

/** The same client with TLS and without. */
function s3By(transport: 'tls' | 'plain', credentials?: Parameters<Cloud['as']>[0]): S3Client {
  const config = cloud.as(credentials);
  return new S3Client({ ...config, endpoint: transport === 'tls' ? config.endpoint : cloud.emulator.plainUrl, forcePathStyle: true });
}

test('it speaks TLS, to those who trust its certificate only, on a port of the loopback address', async () => {
  expect(cloud.emulator.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect((await new STSClient(cloud.as()).send(new GetCallerIdentityCommand({}))).Account).toBe(cloud.account);
  const untrusting = new STSClient({ ...cloud.as(), requestHandler: {} });
  await expect(untrusting.send(new GetCallerIdentityCommand({}))).rejects.toThrow('self-signed certificate');
});

test('aws:SecureTransport is true of what comes by TLS, and of nothing else, for root and sessions', async () => {
  const session = await sessionOf(cloud, await makeRole(cloud, 'reader', [{ Action: '*', Resource: '*' }]));
  const root = s3By('tls');
  await root.send(new CreateBucketCommand({ Bucket }));
  await root.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x' }));
  await root.send(new PutBucketPolicyCommand({
    Bucket,
    Policy: policy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${Bucket}/*`, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
  }));
  const read = (client: S3Client) => outcome(
    // A body that nobody reads would fail later, when its connection is closed.
    client.send(new GetObjectCommand({ Bucket, Key: 'x' })).then(({ Body: body }) => body!.transformToString()));

  expect([await read(root), await read(s3By('tls', session))]).toEqual(['allowed', 'allowed']);
  expect([await read(s3By('plain')), await read(s3By('plain', session))]).toEqual(['AccessDenied', 'AccessDenied']);
});

test('functions and processes with its environment speak TLS to it', async () => {
  const source = `
    const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');
    const ask = async () => process.env.AWS_ENDPOINT_URL + ' ' + (await new STSClient({}).send(new GetCallerIdentityCommand({}))).Account;`;
  const answer = `${cloud.emulator.url} ${cloud.account}`;
  await makeFunction(cloud, 'asker', `${source} exports.handler = ask;`);

  expect(await invoke(cloud, 'asker')).toBe(answer);
  const env = { ...process.env, ...cloud.emulator.env };
  expect((await promisify(execFile)(process.execPath, ['-e', `${source} ask().then(console.log);`], { env })).stdout.trim()).toBe(answer);
});
