import { setTimeout as pause } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import {
  AttachRolePolicyCommand, CreateAccessKeyCommand, CreatePolicyCommand, CreateRoleCommand, CreateUserCommand,
  DeleteRolePermissionsBoundaryCommand, DeleteRolePolicyCommand, IAMClient, ListRolesCommand, PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand, SimulatePrincipalPolicyCommand, TagRoleCommand, UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Stack } from 'aws-cdk-lib';
import { agentApp, instant, platform } from './harness/apps';
import { LocalAws } from './harness/local-aws';
import { Keys } from '../../examples/quickstart/sessions';
import { statusOf } from '../../runtime/model/placement-state';
import { askEngine, showPlacement } from '../../runtime/operator';
import { ACTION_TABLE } from '../../src/aws/iam/action-table-data';
import { unpackLines } from '../../src/aws/iam/packed';
import { Expiry, OrganizationGuardrails } from 'cdk-nhi-lifecycle';

const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const DENIED = /AccessDenied|NotAuthorized|UnauthorizedOperation|Forbidden/;
/** One action of each service. */
const ACTIONS = [...unpackLines(ACTION_TABLE)].map(([service, actions]) => `${service}:${actions.split(' ')[0].replace('!', '')}`);
const AT_ONCE = 100;
let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform());
});

afterAll(() => aws.stop());

describe('the service control policy, as a boundary', () => {
  const config = (credentials: Keys) => ({ endpoint: aws.endpoint, region: aws.env.region, credentials, maxAttempts: 1 });
  const trust = () => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: aws.env.account }, Action: 'sts:AssumeRole' }] });
  const DOCUMENT = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' }] });
  let count = 0;

  interface Administrator {
    readonly iam: IAMClient;
    readonly lambda: LambdaClient;
  }

  /** A role with everything, within the policy of the organization or not, and clients of its session. */
  async function administrator(RoleName: string, isBound: boolean): Promise<Administrator> {
    const { Role: role } = await aws.iam.send(new CreateRoleCommand({
      RoleName, AssumeRolePolicyDocument: trust(), ...(isBound ? { PermissionsBoundary: `arn:aws:iam::${aws.env.account}:policy/organization` } : {}),
    }));
    await aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: ADMIN }));
    const { Credentials: keys } = await new STSClient(config({ accessKeyId: aws.env.account, secretAccessKey: 'test' })).send(new AssumeRoleCommand({ RoleArn: role!.Arn, RoleSessionName: 'eve' }));
    const own = config({ accessKeyId: keys!.AccessKeyId!, secretAccessKey: keys!.SecretAccessKey!, sessionToken: keys!.SessionToken });
    return { iam: new IAMClient(own), lambda: new LambdaClient(own) };
  }

  let unbound: IAMClient;
  let bound: IAMClient;
  let deployer: IAMClient;
  let lambdas: Record<'unbound' | 'bound' | 'deployer', LambdaClient>;
  beforeAll(async () => {
    const { serviceControlPolicy } = new OrganizationGuardrails(new Stack(), 'Guardrails', {
      targetIds: ['r-a1b2'], organizationId: 'o-a1b2c3d4e5', deployerArns: ['arn:aws:iam::*:role/cdk-deployer-*'], userArns: ['arn:aws:iam::*:user/legacy/*'],
    });
    const { Statement: denies } = serviceControlPolicy.content as { Statement: object[] };
    await aws.iam.send(new CreatePolicyCommand({
      PolicyName: 'organization', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }, ...denies] }),
    }));
    await aws.iam.send(new CreateRoleCommand({ RoleName: 'victim-test', Path: '/agents/test/', AssumeRolePolicyDocument: trust() }));
    await aws.iam.send(new CreateRoleCommand({ RoleName: 'bystander', AssumeRolePolicyDocument: trust() }));
    const all = await Promise.all([administrator('admin-unbound', false), administrator('admin-bound', true), administrator('cdk-deployer-1', true)]);
    [unbound, bound, deployer] = all.map(({ iam }) => iam);
    lambdas = { unbound: all[0].lambda, bound: all[1].lambda, deployer: all[2].lambda };
  });

  /** A call on a role of an agent; `id` makes names unique. */
  const CHANGES: Record<string, (iam: IAMClient, RoleName: string, id: number) => Promise<unknown>> = {
    'open its trust': (iam, RoleName) => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust() })),
    'write a policy into it': (iam, RoleName) => iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'x', PolicyDocument: DOCUMENT })),
    'attach a policy to it': (iam, RoleName) => iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: ADMIN })),
    'tag it': (iam, RoleName) => iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'agent:sponsor', Value: 'eve' }] })),
    'remove a policy of it': async (iam, RoleName) => {
      await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'guard', PolicyDocument: DOCUMENT }));
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'guard' }));
    },
    'take its boundary off': async (iam, RoleName) => {
      await aws.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: ADMIN }));
      await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
    },
    'create another beside it': (iam, _RoleName, id) => iam.send(new CreateRoleCommand({ RoleName: `shadow-${id}-test`, Path: '/agents/test/', AssumeRolePolicyDocument: trust() })),
  };

  test.each(Object.entries(CHANGES))('an administrator can\'t %s, without the policy could, and a deployment role can', async (_what, change) => {
    await expect(change(bound, 'victim-test', count++)).rejects.toMatchObject({ name: expect.stringMatching(DENIED) });
    await expect(change(unbound, 'victim-test', count++)).resolves.not.toThrow();
    await expect(change(deployer, 'victim-test', count++)).resolves.not.toThrow();
  });

  test('other roles stay theirs, but no boundary is removed', async () => {
    await expect(CHANGES['write a policy into it'](bound, 'bystander', 0)).resolves.not.toThrow();
    await expect(CHANGES['take its boundary off'](bound, 'bystander', 0)).rejects.toMatchObject({ name: expect.stringMatching(DENIED) });
    await expect(CHANGES['take its boundary off'](unbound, 'bystander', 0)).resolves.not.toThrow();
  });

  test('a role that is let through can\'t be taken over', async () => {
    await expect(CHANGES['open its trust'](bound, 'cdk-deployer-1', 0)).rejects.toMatchObject({ name: expect.stringMatching(DENIED) });
    await expect(CHANGES['open its trust'](unbound, 'cdk-deployer-1', 0)).resolves.not.toThrow();
  });

  test('the functions of the registry stay as they were deployed', async () => {
    const { Functions: functions } = await lambdas.unbound.send(new ListFunctionsCommand({}));
    const { FunctionName } = functions!.find(({ FunctionName: name }) => name!.startsWith('agents-nhi-'))!;
    const describe = (lambda: LambdaClient) => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: 'x' }));

    await expect(describe(lambdas.bound)).rejects.toMatchObject({ name: expect.stringMatching(DENIED) });
    await expect(describe(lambdas.unbound)).resolves.not.toThrow();
    await expect(describe(lambdas.deployer)).resolves.not.toThrow();
  });

  test('only the deployment roles create users of agents and their keys', async () => {
    const create = async (iam: IAMClient, UserName: string) => {
      await iam.send(new CreateUserCommand({ UserName, Path: '/agents/invoice-bot/' }));
      await iam.send(new CreateAccessKeyCommand({ UserName }));
    };

    await expect(create(bound, 'archive-1')).rejects.toMatchObject({ name: expect.stringMatching(DENIED) });
    await expect(create(unbound, 'archive-2')).resolves.not.toThrow();
    await expect(create(deployer, 'archive-3')).resolves.not.toThrow();
    await expect(deployer.send(new CreateUserCommand({ UserName: 'other' }))).rejects.toMatchObject({ name: expect.stringMatching(DENIED) });
    await expect(bound.send(new CreateAccessKeyCommand({ UserName: 'archive-3' }))).rejects.toMatchObject({ name: expect.stringMatching(DENIED) });
  });

  test('only the deployment roles pass on a role of an agent', async () => {
    const simulate = async (name: string) => {
      const { EvaluationResults: results } = await aws.iam.send(new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::${aws.env.account}:role/${name}`,
        ActionNames: ['iam:PassRole'],
        ResourceArns: ['victim-test', 'bystander'].map((role) => `arn:aws:iam::${aws.env.account}:role/${role === 'bystander' ? '' : 'agents/test/'}${role}`),
        ContextEntries: [{ ContextKeyName: 'aws:PrincipalArn', ContextKeyType: 'string', ContextKeyValues: [`arn:aws:iam::${aws.env.account}:role/${name}`] }],
      }));
      return results!.map(({ EvalDecision: decision }) => decision === 'allowed');
    };

    expect(await simulate('admin-bound')).toEqual([false, true]);
    expect(await simulate('admin-unbound')).toEqual([true, true]);
    expect(await simulate('cdk-deployer-1')).toEqual([true, true]);
  });

  test('users and keys only where they are excepted', async () => {
    for (const [Path, UserName, is] of [['/', 'new', false], ['/legacy/', 'smtp', true]] as const) {
      const attempts = [() => bound.send(new CreateUserCommand({ UserName, Path })), () => bound.send(new CreateAccessKeyCommand({ UserName }))];
      for (const attempt of attempts) {
        await (is ? expect(attempt()).resolves.toBeDefined() : expect(attempt()).rejects.toMatchObject({ name: expect.stringMatching(DENIED) }));
      }
    }
    await expect(unbound.send(new CreateUserCommand({ UserName: 'new' }))).resolves.toBeDefined();
  });
});

describe('a principal that somebody gave everything by hand', () => {
  const END_MS = 60_000;
  const roleArn = (agentName: string): string => `arn:aws:iam::${aws.env.account}:role/agents/test/${agentName}-test`;
  const giveEverything = (agentName: string) => aws.iam.send(new AttachRolePolicyCommand({ RoleName: `${agentName}-test`, PolicyArn: ADMIN }));

  /** Actions, one of each service, that IAM allows the principal at a time. */
  async function allowed(agentName: string, at = new Date()): Promise<string[]> {
    const found: string[] = [];
    for (let first = 0; first < ACTIONS.length; first += AT_ONCE) {
      const { EvaluationResults: results } = await aws.iam.send(new SimulatePrincipalPolicyCommand({
        PolicySourceArn: roleArn(agentName),
        ActionNames: ACTIONS.slice(first, first + AT_ONCE),
        ContextEntries: [{ ContextKeyName: 'aws:CurrentTime', ContextKeyType: 'date', ContextKeyValues: [at.toISOString()] }],
      }));
      found.push(...results!.filter(({ EvalDecision: decision }) => decision === 'allowed').map(({ EvalActionName: action }) => action!));
    }
    return found;
  }

  /** Real calls of its session, and which of them are allowed. */
  async function live(credentials: Keys): Promise<string[]> {
    const config = { endpoint: aws.endpoint, region: aws.env.region, credentials, maxAttempts: 1 };
    const calls: Record<string, () => Promise<unknown>> = {
      cloudformation: () => new CloudFormationClient(config).send(new DescribeStacksCommand({})),
      dynamodb: () => new DynamoDBClient(config).send(new ListTablesCommand({})),
      events: () => new EventBridgeClient(config).send(new ListEventBusesCommand({})),
      iam: () => new IAMClient(config).send(new ListRolesCommand({})),
      lambda: () => new LambdaClient(config).send(new ListFunctionsCommand({})),
      s3: () => new S3Client({ ...config, forcePathStyle: true }).send(new ListBucketsCommand({})),
      secretsmanager: () => new SecretsManagerClient(config).send(new ListSecretsCommand({})),
      states: () => new SFNClient(config).send(new ListStateMachinesCommand({})),
      sts: () => new STSClient(config).send(new GetCallerIdentityCommand({})),
    };
    const outcomes = await Promise.all(Object.entries(calls).map(async ([name, call]) => call().then(() => [name], (error: Error) => {
      expect(error.name).toMatch(DENIED);
      return [];
    })));
    return outcomes.flat();
  }

  test('is allowed something in most services while it is alive', async () => {
    await aws.deploy(agentApp({ stackName: 'Alive', agentName: 'alive-bot' }));
    await giveEverything('alive-bot');

    expect(ACTIONS.length).toBeGreaterThan(300);
    // The rest is what no agent may do: administer identities, accounts and sign-in.
    expect((await allowed('alive-bot')).length).toBeGreaterThan(ACTIONS.length - 30);
    expect(await live(await aws.sessions.open('alive-bot', 'test'))).toEqual(['cloudformation', 'dynamodb', 'events', 'iam', 'lambda', 's3', 'secretsmanager', 'states', 'sts']);
  });

  test('can do nothing but ask who it is when it is quarantined', async () => {
    await aws.deploy(agentApp({ stackName: 'Held', agentName: 'held-bot' }));
    await giveEverything('held-bot');
    const session = await aws.sessions.open('held-bot', 'test');
    expect((await allowed('held-bot')).length).toBeGreaterThan(ACTIONS.length - 30);

    const asked = await askEngine(aws.registry, 'held-bot', { kind: 'suspend', reason: 'Its key was seen in a public place' }, { now: new Date(), tell: () => undefined, lookEveryMs: 20 });

    expect(statusOf(asked)).toBe('suspended');
    expect(await allowed('held-bot')).toEqual([]);
    expect(await live(session)).toEqual(['sts']);
    // A new session may do no more.
    expect(await live(await aws.sessions.open('held-bot', 'test'))).toEqual(['sts']);
  });

  test('can do nothing but ask who it is after its end', async () => {
    const end = Date.now() + END_MS;
    await aws.deploy(agentApp({ stackName: 'Ended', agentName: 'ended-bot', expires: Expiry.at(instant(END_MS)) }));
    const session = await aws.sessions.open('ended-bot', 'test');
    await giveEverything('ended-bot');
    await pause(Math.max(0, end + 1_000 - Date.now()));

    expect((await showPlacement(aws.registry, 'ended-bot')).status).toBe('active');
    expect(await allowed('ended-bot')).toEqual([]);
    expect(await live(session)).toEqual(['sts']);
    await expect(aws.sessions.open('ended-bot', 'test')).rejects.toMatchObject({ name: expect.stringMatching(DENIED) });
    expect((await allowed('ended-bot', new Date(end - END_MS))).length).toBeGreaterThan(ACTIONS.length - 30);
  });

  test('can do nothing but ask who it is when it is revoked, if somebody keeps its role', async () => {
    const app = agentApp({ stackName: 'Revoked', agentName: 'revoked-bot' });
    await aws.deployEdited(app, (resources) => Object.values(resources).filter(({ Type }) => Type === 'AWS::IAM::Role').forEach((role) => {
      role.DeletionPolicy = 'Retain';
    }));
    const session = await aws.sessions.open('revoked-bot', 'test');
    await aws.destroy(app);
    await aws.executionsDone();

    await giveEverything('revoked-bot');

    expect((await showPlacement(aws.registry, 'revoked-bot')).status).toBe('left');
    expect(await allowed('revoked-bot')).toEqual([]);
    expect(await live(session)).toEqual(['sts']);
    await expect(aws.sessions.open('revoked-bot', 'test')).rejects.toMatchObject({ name: expect.stringMatching(DENIED) });
  });
});
