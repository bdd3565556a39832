import { InvokeCommand } from '@aws-sdk/client-lambda';
import { aws_lambda as lambda, aws_ssm as ssm, Stack } from 'aws-cdk-lib';
import { agentApp, broken, platform, PRODUCTION, PRODUCTION_TABLE, TEST, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { showPlacement } from '../../cli/verbs';
import { AgentRuntime, ManagedAgentIdentity } from 'cdk-nhi-lifecycle';

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform());
}, 120_000);

afterAll(() => aws.stop());

test('a move cuts the old session and gives the new principal its access; back again likewise', async () => {
  await aws.deploy(agentApp());
  const inTest = await aws.sessions.open('invoice-bot', 'test');
  expect(await aws.sessions.read(inTest, TEST_TABLE)).toBe('allowed');

  await aws.deploy(agentApp({ stage: PRODUCTION }));

  expect(await aws.sessions.read(inTest, TEST_TABLE)).toBe('refused');
  const inProduction = await aws.sessions.open('invoice-bot', 'production');
  expect(await aws.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('allowed');
  expect(await aws.sessions.read(inProduction, TEST_TABLE)).toBe('refused');
  expect(await lookAtRole(aws.iam, 'invoice-bot-test')).toBeUndefined();

  await aws.deploy(agentApp({ stage: TEST }));

  expect(await aws.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('refused');
  // A session of the first principal is not one of its successor, though both have one name.
  expect(await aws.sessions.read(inTest, TEST_TABLE)).toBe('refused');
  const backInTest = await aws.sessions.open('invoice-bot', 'test');
  expect(await aws.sessions.read(backInTest, TEST_TABLE)).toBe('allowed');
  expect(await lookAtRole(aws.iam, 'invoice-bot-production')).toBeUndefined();
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'moved', 'principal-retired', 'moved', 'principal-retired']);
}, 180_000);

test('two agents of one stack move at once', async () => {
  const agentNames = ['left-bot', 'right-bot'];
  await aws.deploy(agentApp({ stackName: 'Pair', agentNames }));
  const before = await Promise.all(agentNames.map((name) => aws.sessions.open(name, 'test')));

  await aws.deploy(agentApp({ stackName: 'Pair', agentNames, stage: PRODUCTION }));

  for (const [index, name] of agentNames.entries()) {
    expect(await aws.sessions.read(before[index], TEST_TABLE)).toBe('refused');
    expect(await aws.sessions.read(await aws.sessions.open(name, 'production'), PRODUCTION_TABLE)).toBe('allowed');
    expect(await eventsOf(aws.registry, name)).toEqual(['joined', 'moved', 'principal-retired']);
  }
}, 180_000);

test('an agent is handed over to another stack with a change of stage; what fails leaves it where it was', async () => {
  const agentName = 'handed-bot';
  const also = (stack: Stack): void => void new ssm.CfnParameter(stack, 'Stays', { type: 'String', value: 'x' });
  const taker = { stackName: 'Taker', agentName, stage: PRODUCTION, transferFrom: 'Giver' };
  await aws.deploy(agentApp({ stackName: 'Giver', agentName, also }));
  const session = await aws.sessions.open(agentName, 'test');

  await expect(aws.deploy(agentApp({ ...taker, also: broken }))).rejects.toThrow(/Broken/);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await showPlacement(aws.registry, agentName)).toMatchObject({ status: 'active', owner: { stackName: 'Giver' }, declared: { stage: 'test' } });
  await aws.destroy(agentApp({ ...taker, also: broken }));

  await aws.deploy(agentApp(taker));
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  const inProduction = await aws.sessions.open(agentName, 'production');
  expect(await aws.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('allowed');
  expect(await showPlacement(aws.registry, agentName)).toMatchObject({ status: 'active', owner: { stackName: 'Taker' }, declared: { stage: 'production' } });

  // The stack that gave it away lets go of the former principal, and of nothing else.
  await aws.deploy(agentApp({ stackName: 'Giver', agentNames: [], also }));
  expect(await lookAtRole(aws.iam, `${agentName}-test`)).toBeUndefined();
  expect(await aws.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('allowed');
  await aws.destroy(agentApp({ stackName: 'Giver', agentNames: [], also }));
  expect(await aws.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('allowed');

  await aws.destroy(agentApp(taker));
  expect(await aws.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('refused');
  expect(await showPlacement(aws.registry, agentName)).toMatchObject({ status: 'left' });
  expect(await eventsOf(aws.registry, agentName)).toEqual([
    'joined', 'moved', 'move-undone', 'principal-retired', 'moved', 'principal-retired', 'principal-retired', 'left',
  ]);
}, 300_000);

test('the alias of a function that holds the role works before and after a move', async () => {
  const app = { stackName: 'Worker', agentName: 'worker-bot', runtime: AgentRuntime.lambda(), also: withFunction };
  await aws.deploy(agentApp(app));
  expect(await invoke(TEST_TABLE)).toBe('allowed');
  expect(await invoke(PRODUCTION_TABLE)).toBe('AccessDeniedException');

  await aws.deploy(agentApp({ ...app, stage: PRODUCTION }));

  expect(await invoke(PRODUCTION_TABLE)).toBe('allowed');
  expect(await invoke(TEST_TABLE)).toBe('AccessDeniedException');
}, 180_000);

function withFunction(stack: Stack, [bot]: ManagedAgentIdentity[]): void {
  const worker = new lambda.Function(stack, 'Worker', {
    functionName: 'worker',
    role: bot.role,
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(`
      const { DynamoDBClient, GetItemCommand } = require('@aws-sdk/client-dynamodb');
      exports.handler = async ({ table }) => {
        try {
          await new DynamoDBClient({}).send(new GetItemCommand({ TableName: table, Key: { id: { S: 'invoice-1' } } }));
          return 'allowed';
        } catch (error) {
          return error.name;
        }
      };`),
  });
  new lambda.Alias(stack, 'Live', { aliasName: 'live', version: worker.currentVersion });
}

async function invoke(table: string): Promise<unknown> {
  const { Payload: payload } = await aws.lambda.send(new InvokeCommand({ FunctionName: 'worker', Qualifier: 'live', Payload: JSON.stringify({ table }) }));
  return JSON.parse(Buffer.from(payload ?? []).toString());
}
