import { CloudFormationClient, DeleteStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, CreateRoleCommand, DeleteRoleCommand, DeleteRolePolicyCommand, DetachRolePolicyCommand, AttachRolePolicyCommand, ListAttachedRolePoliciesCommand, ListRolePoliciesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  aws_dynamodb as dynamodb, aws_events as events, aws_iam as iam, aws_lambda as lambda, aws_s3 as s3, aws_secretsmanager as secretsmanager,
  aws_ssm as ssm, aws_stepfunctions as stepfunctions, CfnResource, RemovalPolicy, Stack,
} from 'aws-cdk-lib';
import { agentApp, platform, PRODUCTION, TEST, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { PlacementState } from '../../runtime/model/placement-state';
import { askEngine, certificatesOf, showPlacement, verifyPlacement } from '../../runtime/operator';
import { SCHEMA_VERSION } from '../../src/contract/lifecycle-resource';
import { hashEvent } from '../../src/core/hash-chain';
import { LifecycleEvent } from '../../src/core/lifecycle-event';
import { ACCESS } from '../runtime/engine/wire';
import { ManagedAgentIdentity } from 'cdk-nhi-lifecycle';

const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const ALLOW_ALL = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform());
  await aws.deploy(agentApp());
});

afterAll(() => aws.stop());

const stays = (stack: Stack): void => void new ssm.CfnParameter(stack, 'Stays', { type: 'String', value: 'x' });

describe('an agent that somebody gave everything by hand', () => {
  const RoleName = 'invoice-bot-test';
  const OWN_TABLE = 'own-ledger';
  const at = async () => ({ endpoint: aws.endpoint, region: aws.env.region, credentials: await aws.sessions.open('invoice-bot', 'test'), maxAttempts: 1 });
  const item = (pk: string) => ({ pk: { S: pk }, sk: { S: 'state' } });

  beforeAll(async () => {
    await aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: ADMIN }));
    await aws.deploy(agentApp({ stackName: 'Own', agentNames: [], also: ownResources }));
  });
  afterAll(() => aws.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: ADMIN })));

  type Call = (own: boolean) => Promise<unknown>;
  const CALLS: [string, Call][] = [
    ['invoke the engine\'s function', async (own) => new LambdaClient(await at()).send(new InvokeCommand({ FunctionName: own ? 'own-function' : 'agents-nhi-lifecycle', Payload: '{}' }))],
    ['invoke its steps', async (own) => new LambdaClient(await at()).send(new InvokeCommand({ FunctionName: own ? 'own-function' : 'agents-nhi-lifecycle-steps', Payload: '{}' }))],
    ['configure the engine\'s function', async (own) => new LambdaClient(await at()).send(new UpdateFunctionConfigurationCommand({ FunctionName: own ? 'own-function' : 'agents-nhi-lifecycle', Timeout: 60 }))],
    ['write the ledger', async (own) => new DynamoDBClient(await at()).send(new PutItemCommand({ TableName: own ? OWN_TABLE : 'agents-nhi-ledger', Item: item('placement#x') }))],
    ['read the ledger', async (own) => new DynamoDBClient(await at()).send(new GetItemCommand({ TableName: own ? OWN_TABLE : 'agents-nhi-ledger', Key: item('registry') }))],
    ['put events on the bus', async (own) => new EventBridgeClient(await at()).send(new PutEventsCommand({ Entries: [{ EventBusName: own ? 'own-bus' : 'agents-nhi-lifecycle', Source: 'x', DetailType: 'y', Detail: '{}' }] }))],
    ['start the engine\'s machine', async (own) => new SFNClient(await at()).send(new StartExecutionCommand({ stateMachineArn: `arn:aws:states:${aws.env.region}:${aws.env.account}:stateMachine:${own ? 'own-machine' : 'agents-nhi-lifecycle'}` }))],
    ['read another agent\'s secret', async (own) => new SecretsManagerClient(await at()).send(new GetSecretValueCommand({ SecretId: own ? 'own/secret' : 'agents/other-bot/erp' }))],
    ['write evidence', async (own) => new S3Client({ ...await at(), forcePathStyle: true }).send(new PutObjectCommand({ Bucket: own ? `own-bucket-${aws.env.account}` : aws.registry.bucket, Key: 'certificates/x', Body: 'x' }))],
  ];

  test.each(CALLS)('can\'t %s, and can do the same elsewhere', async (_what, call) => {
    await expect(call(false)).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied|NotAuthorized|Forbidden/) });
    await expect(call(true)).resolves.toBeDefined();
  });

  test('can\'t change a stack, and can look at it', async () => {
    const cloudFormation = new CloudFormationClient(await at());

    await expect(cloudFormation.send(new DeleteStackCommand({ StackName: 'Own' }))).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) });
    await expect(cloudFormation.send(new DescribeStacksCommand({ StackName: 'Own' }))).resolves.toMatchObject({ Stacks: [{ StackStatus: 'CREATE_COMPLETE' }] });
  });

  function ownResources(stack: Stack): void {
    new dynamodb.Table(stack, 'Table', {
      tableName: OWN_TABLE,
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new lambda.Function(stack, 'Function', { functionName: 'own-function', runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => 1;') });
    new events.EventBus(stack, 'Bus', { eventBusName: 'own-bus' });
    new stepfunctions.StateMachine(stack, 'Machine', { stateMachineName: 'own-machine', definitionBody: stepfunctions.DefinitionBody.fromChainable(new stepfunctions.Succeed(stack, 'Done')) });
    for (const secretName of ['own/secret', 'agents/other-bot/erp']) {
      new secretsmanager.Secret(stack, secretName, { secretName, removalPolicy: RemovalPolicy.DESTROY });
    }
    new s3.Bucket(stack, 'Bucket', { bucketName: `own-bucket-${aws.env.account}`, removalPolicy: RemovalPolicy.DESTROY });
  }
});

describe('a request that CloudFormation does not make', () => {
  const executions = async (): Promise<number> => {
    const { stateMachine, stateMachineArn } = aws.registry;
    return (await stateMachine.send(new ListExecutionsCommand({ stateMachineArn }))).executions!.length;
  };
  const forged = async (changes: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const state = await showPlacement(aws.registry, 'invoice-bot');
    const { roleArn, roleName, roleId, stage } = state.principals[state.present];
    return {
      RequestType: 'Delete',
      RequestId: `forged-${Math.random()}`,
      StackId: state.owner.stackId,
      LogicalResourceId: (await aws.resourcesOf('InvoiceBot')).find(({ ResourceType: type }) => type === 'Custom::AgentLifecycle')?.LogicalResourceId,
      PhysicalResourceId: `invoice-bot/test/${state.present}`,
      ResponseURL: `${aws.endpoint}/nowhere`,
      ResourceProperties: {
        SchemaVersion: SCHEMA_VERSION,
        Registry: 'agents',
        AgentName: 'invoice-bot',
        Stage: stage,
        Purpose: 'x',
        ExpiresAt: '2027-03-31T00:00:00Z',
        Access: ACCESS,
        Sponsor: { Kind: 'person', Name: 'Eve', Email: 'eve@example.com', BackupEmail: 'mallory@example.com' },
        RoleArn: roleArn,
        RoleName: roleName,
        RoleId: roleId,
      },
      ...changes,
    };
  };

  test.each([
    ['Delete', {}],
    ['Update', { RequestType: 'Update' }],
    ['Create', { RequestType: 'Create', PhysicalResourceId: undefined }],
    ['Delete of a stack that is not there', { StackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/InvoiceBot/no-such-stack' }],
  ])('a hand-written %s changes nothing, and nothing of it is in the agent\'s chain', async (_kind, changes) => {
    const session = await aws.sessions.open('invoice-bot', 'test');
    const before = await showPlacement(aws.registry, 'invoice-bot');
    const started = await executions();

    await aws.lambda.send(new InvokeCommand({ FunctionName: 'agents-nhi-lifecycle', Payload: JSON.stringify(await forged(changes)) }));
    await aws.executionsDone();

    // The request was well-formed, so the engine asked CloudFormation about it.
    expect(await executions()).toBe(started + 1);
    expect(await showPlacement(aws.registry, 'invoice-bot')).toEqual(before);
    expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
    expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined']);
  });

  test.each([
    ['account', 'arn:aws:cloudformation:us-east-1:444455556666:stack/InvoiceBot/1'],
    ['region', 'arn:aws:cloudformation:eu-west-1:111122223333:stack/InvoiceBot/1'],
  ])('one of a stack in another %s starts nothing', async (_what, StackId) => {
    const started = await executions();

    await aws.lambda.send(new InvokeCommand({ FunctionName: 'agents-nhi-lifecycle', Payload: JSON.stringify(await forged({ StackId })) }));

    expect(await executions()).toBe(started);
  });

  test('a stack that hands in another agent\'s role as its own is refused', async () => {
    const state = await showPlacement(aws.registry, 'invoice-bot');
    const thief = (AgentName: string) => (stack: Stack) => {
      const event = state.principals[state.present];
      new CfnResource(stack, 'Raw', {
        type: 'Custom::AgentLifecycle',
        properties: {
          ServiceToken: `arn:aws:lambda:${aws.env.region}:${aws.env.account}:function:agents-nhi-lifecycle`,
          SchemaVersion: SCHEMA_VERSION,
          Registry: 'agents',
          AgentName,
          Stage: 'test',
          Purpose: 'x',
          ExpiresAt: '2026-12-31T00:00:00Z',
          Access: ACCESS,
          Sponsor: { Kind: 'person', Name: 'Eve', Email: 'eve@example.com', BackupEmail: 'mallory@example.com' },
          RoleArn: event.roleArn,
          RoleName: event.roleName,
          RoleId: event.roleId,
        },
      });
    };
    for (const [name, refusal] of [['thief-bot', /PrincipalOutsideRegistry/], ['invoice-bot', /RequestUnconfirmed|PrincipalNotOfStack|NameTaken/]] as const) {
      await expect(aws.deploy(agentApp({ stackName: 'Thief', agentNames: [], also: thief(name) }))).rejects.toThrow(refusal);
      await aws.destroy(agentApp({ stackName: 'Thief', agentNames: [], also: thief(name) }));
    }
    expect(await showPlacement(aws.registry, 'invoice-bot')).toEqual(state);
    expect(await aws.sessions.read(await aws.sessions.open('invoice-bot', 'test'), TEST_TABLE)).toBe('allowed');
  });
});

describe('a cut that fails', () => {
  test('is an event, an alarm\'s metric and a state that the list shows; what was attached by hand is removed; an operator finishes', async () => {
    const app = { stackName: 'Uncut', agentName: 'uncut-bot', also: stays };
    await aws.deploy(agentApp(app));
    await aws.iam.send(new AttachRolePolicyCommand({ RoleName: 'uncut-bot-test', PolicyArn: ADMIN }));
    const session = await aws.sessions.open('uncut-bot', 'test');
    const lift = await aws.deny(['iam:PutRolePermissionsBoundary', 'iam:AttachRolePolicy'], ['*']);

    await aws.deploy(agentApp({ ...app, agentNames: [] }));

    expect(await aws.statusOf('Uncut')).toBe('UPDATE_COMPLETE');
    expect(await aws.sessions.write(session, TEST_TABLE)).toBe('refused');
    expect(new Set(await eventsOf(aws.registry, 'uncut-bot'))).toEqual(new Set(['joined', 'teardown-incomplete']));
    const [listed] = (await aws.registry.ledger.fleet.list()).filter(({ agentName }) => agentName === 'uncut-bot');
    expect(listed).toMatchObject({ status: 'leaving', trouble: { code: 'TeardownIncomplete', message: expect.stringContaining('sessions') } });
    await expect(certificatesOf(aws.registry, 'uncut-bot')).rejects.toMatchObject({ code: 'CertificateMissing' });

    await lift();
    expect(await askEngine(aws.registry, 'uncut-bot', { kind: 'finish' }, { now: new Date(), tell: () => undefined, lookEveryMs: 300 })).toMatchObject({ status: 'left' });
    expect(await lookAtRole(aws.iam, 'uncut-bot-test')).toBeUndefined();
  });

  test('where only boundaries are forbidden, an attached policy cuts, and a move and a leave go through', async () => {
    const app = { stackName: 'Bounded', agentName: 'bounded-bot' };
    await aws.deploy(agentApp(app));
    const lift = await aws.deny(['iam:PutRolePermissionsBoundary'], ['*']);
    const inTest = await aws.sessions.open('bounded-bot', 'test');
    expect(await aws.sessions.read(inTest, TEST_TABLE)).toBe('allowed');

    await aws.deploy(agentApp({ ...app, stage: PRODUCTION }));
    expect(await aws.sessions.read(inTest, TEST_TABLE)).toBe('refused');
    expect(await lookAtRole(aws.iam, 'bounded-bot-test')).toBeUndefined();
    await aws.destroy(agentApp({ ...app, stage: PRODUCTION }));

    expect(await showPlacement(aws.registry, 'bounded-bot')).toMatchObject({ status: 'left' });
    const { leaves: [{ certificate }] } = await certificatesOf(aws.registry, 'bounded-bot');
    expect(certificate.principals).toEqual([expect.objectContaining({ denied: expect.objectContaining({ by: ['attached-policy'] }), registryDeletionAt: null })]);
    await lift();
  });
});

describe('a certificate claims what was seen', () => {
  const deleteByHand = async (RoleName: string): Promise<void> => {
    const { PolicyNames: inline = [] } = await aws.iam.send(new ListRolePoliciesCommand({ RoleName }));
    const { AttachedPolicies: attached = [] } = await aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    await Promise.all(inline.map((PolicyName) => aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }))));
    await Promise.all(attached.map(({ PolicyArn }) => aws.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))));
    await aws.iam.send(new DeleteRoleCommand({ RoleName }));
  };

  test('of a role that was deleted by hand it claims no denial, and a role that was created in its place is deleted', async () => {
    const app = { stackName: 'Replaced', agentName: 'replaced-bot' };
    await aws.deploy(agentApp(app));
    const { present } = await showPlacement(aws.registry, 'replaced-bot');
    await deleteByHand('replaced-bot-test');
    const trust = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${aws.env.account}:root` }, Action: 'sts:AssumeRole' }] });
    await aws.iam.send(new CreateRoleCommand({ RoleName: 'replaced-bot-test', Path: '/agents/test/', AssumeRolePolicyDocument: trust }));
    await aws.iam.send(new PutRolePolicyCommand({ RoleName: 'replaced-bot-test', PolicyName: 'all', PolicyDocument: ALLOW_ALL }));
    const { Role: impostor } = await aws.iam.send(new GetRoleCommand({ RoleName: 'replaced-bot-test' }));

    await aws.destroy(agentApp(app));

    expect(await aws.statusOf('Replaced')).toBeUndefined();
    expect(await lookAtRole(aws.iam, 'replaced-bot-test')).toBeUndefined();
    const { leaves: [{ certificate }] } = await certificatesOf(aws.registry, 'replaced-bot');
    expect(certificate.principals).toMatchObject([{ id: present, denied: null, missingSince: expect.any(String), absentAt: expect.any(String) }]);
    expect(certificate.wipers.flatMap(({ wiped }) => wiped)).toContain(`role/replaced-bot-test/namesake/${impostor?.RoleId}`);
  });

  test('sessions that it may have opened in other roles are named; a delete marker over the certificate hides nothing', async () => {
    const also = (stack: Stack, [bot]: ManagedAgentIdentity[]): void => void bot.accessIn(TEST).grantPrincipal.addToPrincipalPolicy(
      new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [`arn:aws:iam::${stack.account}:role/partner`] }),
    );
    const app = { stackName: 'Chained', agentName: 'chained-bot', also };
    await aws.deploy(agentApp(app));

    await aws.destroy(agentApp(app));

    const { leaves: [{ certificate }] } = await certificatesOf(aws.registry, 'chained-bot');
    expect(certificate.leftAlone).toEqual([
      { id: `role/chained-bot-test/opened-session/arn:aws:iam::${aws.env.account}:role/partner`, note: expect.stringContaining('can\'t end it') },
    ]);
    const { s3: client, bucket } = aws.registry;
    const { Versions: [version] = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: `certificates/${aws.env.account}/chained-bot/` }));
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: version.Key }));
    expect(await certificatesOf(aws.registry, 'chained-bot')).toMatchObject({ leaves: [{ certificate }], unknown: [] });
  });
});

test('who may write the table can rewrite the chain and the state, and is found out by the evidence', async () => {
  await aws.deploy(agentApp({ stackName: 'Rewritten', agentName: 'rewritten-bot' }));
  const { table } = aws.registry;
  const pk = `placement#${aws.env.account}#rewritten-bot`;
  const verified = () => verifyPlacement(aws.registry, 'rewritten-bot', new Date());
  const [stateItem, eventItem] = await table.getTogether([{ pk, sk: 'state' }, { pk, sk: 'event#000000000001' }]) as [{ state: PlacementState }, { event: LifecycleEvent }];
  const { state } = stateItem;
  expect(await verified()).toMatchObject({ chain: { intact: true, length: 1 }, copies: { copied: [{ first: 1, last: 1 }], pending: [], late: [] } });

  const forged = { ...eventItem.event, data: { ...eventItem.event.data, actor: { app_uid: 'arn:aws:iam::111122223333:user/eve' } } };
  const hash = hashEvent(forged);
  await table.put({ ...eventItem, event: { ...forged, hash } });
  await table.put({ ...stateItem, state: { ...state, lastHash: hash } });
  expect(await verified()).toMatchObject({ chain: { intact: false, brokenAt: 0, reason: expect.stringMatching(/^data\.actor\.app_uid is "arn:aws:iam::111122223333:user\/eve" in the ledger/) } });

  await table.put({ ...eventItem });
  await table.put({ ...stateItem, state: { ...state, declared: { ...state.declared, expiresAt: '2099-01-01T00:00:00Z' } } });
  expect(await verified()).toMatchObject({ chain: { intact: false, reason: expect.stringContaining('its end is "2099-01-01T00:00:00Z"') } });

  await table.put({ ...stateItem });
  expect(await verified()).toMatchObject({ chain: { intact: true } });
});
