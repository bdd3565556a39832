import { CreateRoleCommand, GetRoleCommand, GetRolePolicyCommand, IAMClient, PutRolePolicyCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { aws_iam as iam, CfnResource, Stack } from 'aws-cdk-lib';
import { Build, instant, PRODUCTION, TEST_TABLE } from './apps';
import { lookAtRole } from './identities';
import { LocalAws } from './local-aws';
import { Keys } from '../../../examples/quickstart/sessions';
import { AdoptedAgentIdentity, AdoptedAgentIdentityProps, Expiry, LifecycleRegistry, ManagedAgentIdentity, Sponsor } from 'cdk-nhi-lifecycle';

export const LEGACY = 'legacy-bot';
const END = Expiry.at(instant(90 * 86_400_000));

/** A role that another team created by hand: with a path, a tag, an inline policy and a trust policy of its own form. */
export async function createLegacyRole({ iam: client, env: { account, region } }: LocalAws, RoleName = LEGACY): Promise<void> {
  const trust = { Version: '2012-10-17', Statement: { Sid: 'Operators', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' } };
  await client.send(new CreateRoleCommand({ RoleName, Path: '/teams/', AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await client.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'team', Value: 'billing' }] }));
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: `arn:aws:dynamodb:${region}:${account}:table/${TEST_TABLE}` }] };
  await client.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'tables', PolicyDocument: JSON.stringify(policy) }));
}

/** All of a role that an adoption may touch, with the documents as IAM returns them. */
export async function wholeRole(client: IAMClient, RoleName = LEGACY): Promise<object> {
  const [{ Role: role }, seen] = await Promise.all([client.send(new GetRoleCommand({ RoleName })), lookAtRole(client, RoleName)]);
  const inline = await Promise.all((seen?.inline ?? []).map(async (PolicyName) => (
    (await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument)));
  return { ...seen, documents: inline, trust: role?.AssumeRolePolicyDocument, id: role?.RoleId, lasts: role?.MaxSessionDuration };
}

/** Opens a session of a role as the account's root user. */
export async function openSession({ endpoint, env: { account, region } }: LocalAws, role = `teams/${LEGACY}`): Promise<Keys> {
  const sts = new STSClient({ endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } });
  const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${role}`, RoleSessionName: 'run' }));
  return { accessKeyId: keys!.AccessKeyId!, secretAccessKey: keys!.SecretAccessKey!, sessionToken: keys!.SessionToken };
}

interface AdoptingAppProps extends Partial<AdoptedAgentIdentityProps> {
  readonly stackName?: string;
  readonly roleOf?: (stack: Stack) => iam.IRole;
  readonly also?: (stack: Stack, bot: AdoptedAgentIdentity) => void;
}

/** The app that adopts the role. */
export function adoptingApp({ stackName = 'Adopting', also, roleOf, ...props }: AdoptingAppProps = {}): Build {
  return (app, env) => {
    const stack = new Stack(app, stackName, { env });
    const bot = ManagedAgentIdentity.adopt(stack, 'Bot', {
      registry: LifecycleRegistry.fromRegistryName(stack, 'Agents', 'agents'),
      agentName: 'legacy-bot',
      purpose: 'Matches invoices since 2019',
      sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
      stage: PRODUCTION,
      expires: END,
      role: roleOf?.(stack) ?? iam.Role.fromRoleArn(stack, 'Legacy', `arn:aws:iam::${env.account}:role/teams/${LEGACY}`),
      ...props,
    });
    also?.(stack, bot);
  };
}

/** A resource after the agent that CloudFormation can't create, because its function doesn't exist. */
export function brokenAfter(stack: Stack, bot: AdoptedAgentIdentity): void {
  const resource = new CfnResource(stack, 'Broken', { type: 'Custom::Broken', properties: { ServiceToken: `arn:aws:lambda:${stack.region}:${stack.account}:function:nowhere` } });
  resource.node.addDependency(bot);
}
