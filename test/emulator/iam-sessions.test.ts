import {
  AttachRolePolicyCommand, CreateRoleCommand, DeleteRoleCommand, DeleteRolePermissionsBoundaryCommand, DeleteRolePolicyCommand, GetPolicyCommand,
  IAMClient, IAMClientConfig, ListUsersCommand, PutRolePermissionsBoundaryCommand, UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Cloud, outcome } from './harness/cloud';
import { invoke, makeFunction } from './harness/functions';
import { makeRole, policy, sessionOf, Statement } from './harness/principals';

const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const MAY_LIST: Statement = { Action: 'iam:ListUsers', Resource: '*' };

let cloud: Cloud;
let admin: IAMClient;

beforeAll(async () => {
  cloud = await Cloud.start();
  admin = new IAMClient(cloud.as());
});

afterAll(() => cloud.stop());

describe('iam-sessions', () => {
  test('a session of a deleted role may nothing of a role that is made again under its name', async () => {
    const arn = await makeRole(cloud, 'phoenix', [MAY_LIST]);
    const former = new IAMClient(cloud.as(await sessionOf(cloud, arn)));
    const beforehand = await outcome(former.send(new ListUsersCommand({})));

    await admin.send(new DeleteRolePolicyCommand({ RoleName: 'phoenix', PolicyName: 'access' }));
    await admin.send(new DeleteRoleCommand({ RoleName: 'phoenix' }));
    const inBetween = await outcome(former.send(new ListUsersCommand({})));
    await makeRole(cloud, 'phoenix', [MAY_LIST]);
    const successor = new IAMClient(cloud.as(await sessionOf(cloud, arn)));

    expect([beforehand, inBetween]).toEqual(['allowed', 'AccessDenied']);
    expect(await outcome(former.send(new ListUsersCommand({})))).toBe('InvalidClientTokenId');
    expect(await outcome(successor.send(new ListUsersCommand({})))).toBe('allowed');
  });

  test('a function\'s session is of its role by unique id too', async () => {
    await makeRole(cloud, 'worker', [MAY_LIST]);
    await makeFunction(cloud, 'worker', `
      const { IAMClient, ListUsersCommand } = require('@aws-sdk/client-iam');
      exports.handler = () => new IAMClient({ maxAttempts: 1 }).send(new ListUsersCommand({})).then(() => 'allowed', ({ name }) => name);`);
    const beforehand = await invoke(cloud, 'worker');

    await admin.send(new DeleteRolePolicyCommand({ RoleName: 'worker', PolicyName: 'access' }));
    await admin.send(new DeleteRoleCommand({ RoleName: 'worker' }));
    await makeRole(cloud, 'worker', [MAY_LIST]);

    expect(beforehand).toBe('allowed');
    expect(await invoke(cloud, 'worker')).toBe('InvalidClientTokenId');
  });

  test('a role with a path is assumed by its whole ARN only', async () => {
    const arn = await makeRole(cloud, 'in-path', [], { Path: '/agents/' });

    expect(arn).toBe(cloud.iamArn('role/agents/in-path'));
    expect(await outcome(sessionOf(cloud, arn))).toBe('allowed');
    expect(await outcome(sessionOf(cloud, cloud.iamArn('role/in-path')))).toBe('AccessDenied');
  });

  test('a session lasts as long as its role allows at most', async () => {
    const arn = await makeRole(cloud, 'hourly', [], { MaxSessionDuration: 3_600 });

    expect(await outcome(sessionOf(cloud, arn, { DurationSeconds: 3_600 }))).toBe('allowed');
    expect(await outcome(sessionOf(cloud, arn, { DurationSeconds: 3_601 }))).toBe('ValidationError');
  });
});

describe('iam-deny-all', () => {
  test('as a boundary it stops a live session, and without it the session works', async () => {
    const arn = await makeRole(cloud, 'quarantined', [MAY_LIST]);
    const session = new IAMClient(cloud.as(await sessionOf(cloud, arn)));
    const list = () => outcome(session.send(new ListUsersCommand({})));
    const beforehand = await list();

    await admin.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'quarantined', PermissionsBoundary: DENY_ALL }));
    const within = await list();
    await admin.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'quarantined' }));

    expect([beforehand, within, await list()]).toEqual(['allowed', 'AccessDenied', 'allowed']);
  });

  test('attached, it denies what another policy allows', async () => {
    const arn = await makeRole(cloud, 'denied', [MAY_LIST]);
    const session = new IAMClient(cloud.as(await sessionOf(cloud, arn)));
    const beforehand = await outcome(session.send(new ListUsersCommand({})));

    await admin.send(new AttachRolePolicyCommand({ RoleName: 'denied', PolicyArn: DENY_ALL }));

    expect([beforehand, await outcome(session.send(new ListUsersCommand({})))]).toEqual(['allowed', 'AccessDenied']);
  });

  test('it is one of AWS\'s policies, also after a reset; one that AWS doesn\'t have is not', async () => {
    await cloud.emulator.reset();

    expect(await outcome(admin.send(new GetPolicyCommand({ PolicyArn: DENY_ALL })))).toBe('allowed');
    expect(await outcome(admin.send(new GetPolicyCommand({ PolicyArn: `${DENY_ALL}2` })))).toBe('NoSuchEntityException');
  });
});

describe('sts-source-identity', () => {
  const trusting = (name: string, ...actions: string[]) => makeTrusted(name, actions, { StringEquals: { 'sts:SourceIdentity': 'ada' } });

  /** Creates a role that trusts the orchestrator, which may assume every role. */
  async function makeTrusted(RoleName: string, Action: string[], Condition?: Statement['Condition']): Promise<string> {
    const trust = policy({ Principal: { AWS: cloud.iamArn('role/orchestrator') }, Action, Condition });
    const { Role: role } = await admin.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    return role?.Arn ?? '';
  }

  let orchestrator: STSClient;
  const assume = (RoleArn: string, SourceIdentity?: string) => outcome(orchestrator.send(new AssumeRoleCommand({
    RoleArn, RoleSessionName: 'task', SourceIdentity,
  })));

  beforeAll(async () => {
    const arn = await makeRole(cloud, 'orchestrator', [{ Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'], Resource: '*' }]);
    orchestrator = new STSClient(cloud.as(await sessionOf(cloud, arn)));
    expect(await outcome(orchestrator.send(new GetCallerIdentityCommand({})))).toBe('allowed');
  });

  test('a trust policy that asks for a source identity admits who states it, and nobody else', async () => {
    const arn = await trusting('traced', 'sts:AssumeRole', 'sts:SetSourceIdentity');

    expect(await assume(arn, 'ada')).toBe('allowed');
    expect(await assume(arn, 'li')).toBe('AccessDenied');
    expect(await assume(arn)).toBe('AccessDenied');
    // Simultaneous requests don't share a source identity.
    expect(await Promise.all([assume(arn, 'ada'), assume(arn), assume(arn, 'ada'), assume(arn)])).toEqual(['allowed', 'AccessDenied', 'allowed', 'AccessDenied']);
  });

  test('a source identity may be set only where the trust policy allows to set it', async () => {
    const settable = await makeTrusted('settable', ['sts:AssumeRole', 'sts:SetSourceIdentity']);
    const plain = await makeTrusted('plain', ['sts:AssumeRole']);

    expect(await assume(settable, 'ada')).toBe('allowed');
    expect(await assume(plain)).toBe('allowed');
    expect(await assume(plain, 'ada')).toBe('AccessDenied');
  });

  test('the caller\'s own policy must allow to set it, and decides with its value', async () => {
    const arn = await makeTrusted('settable-by-all', ['sts:AssumeRole', 'sts:SetSourceIdentity']);
    const caller = async (name: string, ...statements: Statement[]) => {
      const role = await makeRole(cloud, name, statements);
      await admin.send(new UpdateAssumeRolePolicyCommand({
        RoleName: 'settable-by-all', PolicyDocument: policy({ Principal: { AWS: role }, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'] }),
      }));
      const client = new STSClient(cloud.as(await sessionOf(cloud, role)));
      return (SourceIdentity?: string) => outcome(client.send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'task', SourceIdentity })));
    };
    const plain = await caller('plain-caller', { Action: 'sts:AssumeRole', Resource: '*' });
    expect([await plain(), await plain('ada')]).toEqual(['allowed', 'AccessDenied']);

    const traced = await caller('traced-caller', {
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'], Resource: '*', Condition: { StringEquals: { 'sts:SourceIdentity': 'ada' } },
    });
    expect([await traced('ada'), await traced('li'), await traced()]).toEqual(['allowed', 'AccessDenied', 'AccessDenied']);
  });

  test('a session has it in every request, passes it on, and can\'t change it', async () => {
    const next = await makeRole(cloud, 'next', [
      { Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'], Resource: '*' },
      { Action: 'iam:ListUsers', Resource: '*', Condition: { StringEquals: { 'aws:SourceIdentity': 'ada' } } },
    ]);
    const trust = (...names: string[]) => policy(...names.map((name) => ({
      Principal: { AWS: cloud.iamArn(`role/${name}`) }, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    })));
    await admin.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'next', PolicyDocument: trust('orchestrator', 'next') }));
    const opened = async (from: STSClient, SourceIdentity?: string) => {
      const { Credentials: keys } = await from.send(new AssumeRoleCommand({ RoleArn: next, RoleSessionName: 'task', SourceIdentity }));
      return cloud.as({ accessKeyId: keys!.AccessKeyId!, secretAccessKey: keys!.SecretAccessKey!, sessionToken: keys!.SessionToken });
    };
    const lists = async (config: IAMClientConfig) => outcome(new IAMClient(config).send(new ListUsersCommand({})));
    const first = await opened(orchestrator, 'ada');

    expect([await lists(first), await lists(await opened(orchestrator)), await lists(await opened(orchestrator, 'li'))])
      .toEqual(['allowed', 'AccessDenied', 'AccessDenied']);
    expect([await lists(await opened(new STSClient(first))), await lists(await opened(new STSClient(first), 'ada'))]).toEqual(['allowed', 'allowed']);
    expect(await outcome(opened(new STSClient(first), 'li'))).toBe('AccessDenied');
  });
});
