import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { connect } from '../../cli/connect';
import { RegistryNames } from '../../src/aws/agent-registry/registry-names';

const sts = mockClient(STSClient);
beforeEach(() => sts.reset());

test('it reaches the table and the bucket that the registry has made, as whoever is asking', async () => {
  sts.on(GetCallerIdentityCommand).resolves({ Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/ada' });
  const names = new RegistryNames('bots');

  const { account, operator, bucket, table } = await connect({ registry: 'bots', region: 'eu-north-1' });

  expect({ account, operator }).toEqual({ account: '111122223333', operator: 'arn:aws:iam::111122223333:user/ada' });
  expect(table.name).toBe(names.table);
  expect(bucket).toBe(names.bucket({ partition: 'aws', account: '111122223333', region: 'eu-north-1' }));
});

test.each([{}, { Account: '111122223333' }, { Arn: 'arn:aws:iam::111122223333:user/ada' }])('fails when AWS doesn\'t say who is asking: %j', async (answer) => {
  sts.on(GetCallerIdentityCommand).resolves(answer);

  await expect(connect({ registry: 'agents', region: 'eu-west-1' })).rejects.toMatchObject({ code: 'CallerUnknown' });
});

test('fails as AWS does when the credentials are refused', async () => {
  sts.on(GetCallerIdentityCommand).rejects(Object.assign(new Error('expired'), { name: 'ExpiredTokenException' }));

  await expect(connect({ registry: 'agents', region: 'eu-west-1' })).rejects.toMatchObject({ name: 'ExpiredTokenException' });
});
