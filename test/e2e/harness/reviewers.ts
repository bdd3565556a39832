import { AttachRolePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { LocalAws } from './local-aws';
import { statusOf } from '../../../runtime/model/placement-state';
import { Connection, proposeDecision, WantedDecision } from '../../../runtime/operator';

/** Creates a role with the policy of reviewers. */
export async function createReviewerRole({ env: { account }, iam }: LocalAws, RoleName: string): Promise<void> {
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }] };
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: `arn:aws:iam::${account}:policy/agents/agents-may-review` }));
}

/** The registry as a person reaches it, in a session of such a role. */
export async function connectAs(aws: LocalAws, RoleSessionName: string, RoleName = 'reviewer'): Promise<Connection> {
  const { endpoint, env: { account, region } } = aws;
  const config = { endpoint, region };
  const sts = new STSClient({ ...config, credentials: { accessKeyId: account, secretAccessKey: 'test' } });
  const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${RoleName}`, RoleSessionName }));
  const credentials = { accessKeyId: keys!.AccessKeyId!, secretAccessKey: keys!.SecretAccessKey!, sessionToken: keys!.SessionToken };
  const { Arn: arn, UserId: userId } = await new STSClient({ ...config, credentials }).send(new GetCallerIdentityCommand({}));
  return aws.registryAs(credentials, arn!, endpoint, userId);
}

/** Decides, and returns the agent's status after it. */
export async function decideAs(who: Connection, agentName: string, wanted: Omit<WantedDecision, 'reason'>): Promise<string> {
  const { make } = await proposeDecision(who, agentName, { reason: 'It is needed for the monthly closing', ...wanted }, undefined, { now: new Date(), tell: () => undefined, lookEveryMs: 20 });
  return statusOf(await make());
}
