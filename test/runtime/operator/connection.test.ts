import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { connect } from '../../../runtime/operator';
import { RegistryNames } from '../../../src/contract/registry-names';

const ADA = 'arn:aws:iam::111122223333:user/ada';
const sts = mockClient(STSClient);
beforeEach(() => sts.reset());

test('connects to the table, the bucket and the engine of the registry with the caller\'s credentials', async () => {
  sts.on(GetCallerIdentityCommand).resolves({ Account: '111122223333', Arn: ADA, UserId: 'AIDA000000000001' });
  const names = new RegistryNames('bots');
  const place = { partition: 'aws', account: '111122223333', region: 'eu-north-1' };

  const { registry, account, operator, bucket, table, stateMachineArn } = await connect({ registry: 'bots', region: 'eu-north-1' });

  expect({ registry, account, operator }).toEqual({ registry: 'bots', account: '111122223333', operator: ADA });
  expect(table.name).toBe(names.table);
  expect(bucket).toBe(names.bucket(place));
  expect(stateMachineArn).toBe(names.stateMachineArn(place));
});

test('the partition is the caller\'s', async () => {
  sts.on(GetCallerIdentityCommand).resolves({ Account: '111122223333', Arn: 'arn:aws-us-gov:iam::111122223333:user/ada', UserId: 'AIDA000000000001' });

  expect((await connect({ registry: 'bots', region: 'us-gov-west-1' })).stateMachineArn).toMatch(/^arn:aws-us-gov:states:us-gov-west-1:111122223333:stateMachine:/);
});

test.each([{}, { Account: '111122223333' }, { Arn: ADA }])('fails when AWS doesn\'t say who is asking: %j', async (answer) => {
  sts.on(GetCallerIdentityCommand).resolves(answer);

  await expect(connect({ registry: 'agents', region: 'eu-west-1' })).rejects.toMatchObject({ code: 'CallerUnknown' });
});

test.each([
  ['no credentials are found', Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' }), 'CredentialsMissing', /Could not load credentials.*AWS_PROFILE/],
  ['no region is known', new Error('Region is missing'), 'RegionMissing', /--region/],
])('fails when %s, and says where to give it', async (_what, error, code, message) => {
  sts.on(GetCallerIdentityCommand).rejects(error);

  await expect(connect({ registry: 'agents', region: 'eu-west-1' })).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('fails when the credentials have expired, and says what to do', async () => {
  sts.on(GetCallerIdentityCommand).rejects(Object.assign(new Error('expired'), { name: 'ExpiredTokenException' }));

  await expect(connect({ registry: 'agents', region: 'eu-west-1' })).rejects.toMatchObject({ code: 'CredentialsExpired' });
});

test('fails as AWS does when it fails otherwise', async () => {
  sts.on(GetCallerIdentityCommand).rejects(Object.assign(new Error('too often'), { name: 'ThrottlingException' }));

  await expect(connect({ registry: 'agents', region: 'eu-west-1' })).rejects.toMatchObject({ name: 'ThrottlingException' });
});

test.each(['', 'a', 'Agents', 'my agents', 'a--b', '../x'])('fails when the registry\'s name is %j, before AWS is asked', async (registry) => {
  await expect(connect({ registry, region: 'eu-west-1' })).rejects.toMatchObject({ code: 'RegistryNameInvalid' });
  expect(sts.calls()).toEqual([]);
});

test('each of its clients says where nothing was found', async () => {
  sts.on(GetCallerIdentityCommand).resolves({ Account: '111122223333', Arn: ADA, UserId: 'AIDA000000000001' });
  const clients = [DynamoDBDocumentClient, S3Client, SFNClient].map((client) => mockClient(client as never));
  clients.forEach((client) => client.rejects(Object.assign(new Error('none'), { name: 'ResourceNotFoundException' })));
  const { ledger, s3, stateMachine } = await connect({ registry: 'bots', region: 'eu-north-1' });

  for (const look of [ledger.fleet.list(), s3.send(new ListObjectVersionsCommand({ Bucket: 'b' })), stateMachine.send(new DescribeExecutionCommand({ executionArn: 'e' }))]) {
    await expect(look).rejects.toMatchObject({ code: 'RegistryNotFound', message: expect.stringContaining('account 111122223333 has no registry "bots" in eu-north-1') });
  }
  clients.forEach((client) => client.restore());
});
