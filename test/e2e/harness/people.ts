import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { LocalAws } from './local-aws';
import { Connection } from '../../../runtime/operator';

/** A role for people, with one of the registry's policies for operators, such as `may-review`. */
export async function roleOfPeople({ iam, env: { account } }: LocalAws, RoleName: string, policy: string): Promise<void> {
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }] };
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: `arn:aws:iam::${account}:policy/agents/agents-${policy}` }));
}

/** The registry as a person reaches it through a role. */
export async function asPerson(aws: LocalAws, RoleSessionName: string, role: string): Promise<Connection> {
  const { endpoint, env: { account, region } } = aws;
  const config = { endpoint, region };
  const sts = new STSClient({ ...config, credentials: { accessKeyId: account, secretAccessKey: 'test' } });
  const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${role}`, RoleSessionName }));
  const credentials = { accessKeyId: keys!.AccessKeyId!, secretAccessKey: keys!.SecretAccessKey!, sessionToken: keys!.SessionToken };
  const { Arn: arn, UserId: userId } = await new STSClient({ ...config, credentials }).send(new GetCallerIdentityCommand({}));
  const own = { ...config, credentials };
  return { ...aws.registryAs(credentials, arn!, endpoint, userId), iam: new IAMClient(own), cloudFormation: new CloudFormationClient(own) };
}
