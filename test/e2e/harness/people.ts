import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { LocalAws } from './local-aws';
import { Keys } from '../../../examples/quickstart/sessions';
import { Connection } from '../../../runtime/operator';

/** A role for people, with one of the registry's policies for operators, such as `may-review`. */
export async function roleOfPeople({ iam, env: { account } }: LocalAws, RoleName: string, policy: string, Path = '/'): Promise<void> {
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }] };
  await iam.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: `arn:aws:iam::${account}:policy/agents/agents-${policy}` }));
}

/** The keys of a person's session of a role. */
export async function keysOf({ endpoint, transport, env: { account, region } }: LocalAws, RoleSessionName: string, role: string): Promise<Keys> {
  const sts = new STSClient({ endpoint, region, ...transport, credentials: { accessKeyId: account, secretAccessKey: 'test' } });
  const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${role}`, RoleSessionName }));
  return { accessKeyId: keys!.AccessKeyId!, secretAccessKey: keys!.SecretAccessKey!, sessionToken: keys!.SessionToken };
}

/** The registry as a person reaches it through a role. */
export async function asPerson(aws: LocalAws, RoleSessionName: string, role: string): Promise<Connection> {
  const { endpoint, env: { region } } = aws;
  const config = { endpoint, region };
  const credentials = await keysOf(aws, RoleSessionName, role);
  const { Arn: arn, UserId: userId } = await new STSClient({ ...config, credentials }).send(new GetCallerIdentityCommand({}));
  const own = { ...config, credentials };
  return { ...aws.registryAs(credentials, arn!, endpoint, userId), iam: new IAMClient(own), cloudFormation: new CloudFormationClient(own) };
}
