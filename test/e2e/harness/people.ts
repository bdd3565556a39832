import { AttachRolePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { LocalAws } from './local-aws';
import { Connection } from '../../../runtime/operator';

/** The role of reviewers that the registry names. */
export const REVIEWER = 'reviewer';

export const asking = () => ({ now: new Date(), tell: () => undefined, lookEveryMs: 20 });

/** Creates a role with the policy of reviewers. */
export async function roleOfPeople(aws: LocalAws, RoleName = REVIEWER): Promise<void> {
  const { env: { account } } = aws;
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }] };
  await aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: `arn:aws:iam::${account}:policy/agents/agents-may-review` }));
}

/** The registry as a person reaches it. */
export async function asPerson(aws: LocalAws, RoleSessionName: string, RoleName = REVIEWER): Promise<Connection> {
  const { endpoint, env: { account, region } } = aws;
  const config = { endpoint, region };
  const sts = new STSClient({ ...config, credentials: { accessKeyId: account, secretAccessKey: 'test' } });
  const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${RoleName}`, RoleSessionName }));
  const credentials = { accessKeyId: keys!.AccessKeyId!, secretAccessKey: keys!.SecretAccessKey!, sessionToken: keys!.SessionToken };
  const { Arn: arn, UserId: userId } = await new STSClient({ ...config, credentials }).send(new GetCallerIdentityCommand({}));
  return aws.registryAs(credentials, arn!, endpoint, userId);
}
