import { CreateRoleCommand, CreateRoleCommandInput, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { Cloud, Keys } from './cloud';

export interface Statement {
  readonly Effect?: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, string>>;
}

/** A policy document. A statement allows unless it has another effect. */
export function policy(...statements: Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })) });
}

/** A trust policy for every principal of the account that is allowed to assume the role. */
export function trustOf({ account }: Cloud): string {
  return policy({ Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' });
}

/** Creates a role with these statements, and returns its ARN. */
export async function makeRole(
  cloud: Cloud, RoleName: string, statements: Statement[] = [], input: Partial<CreateRoleCommandInput> = {},
): Promise<string> {
  const iam = new IAMClient(cloud.as());
  const { Role: role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf(cloud), ...input }));
  if (statements.length > 0) {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'access', PolicyDocument: policy(...statements) }));
  }
  return role?.Arn ?? '';
}

/** A live session of a role, opened by the account's administrator. */
export async function sessionOf(cloud: Cloud, RoleArn: string, input: Partial<AssumeRoleCommandInput> = {}): Promise<Keys> {
  const sts = new STSClient(cloud.as());
  const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test', ...input }));
  return { accessKeyId: keys?.AccessKeyId ?? '', secretAccessKey: keys?.SecretAccessKey ?? '', sessionToken: keys?.SessionToken };
}

/** An IAM client for a principal with these statements. */
export async function iamAs(cloud: Cloud, roleName: string, ...statements: Statement[]): Promise<IAMClient> {
  return new IAMClient(cloud.as(await sessionOf(cloud, await makeRole(cloud, roleName, statements))));
}
