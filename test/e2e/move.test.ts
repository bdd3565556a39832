import { setTimeout as pause } from 'node:timers/promises';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { aws_dynamodb as dynamodb, aws_lambda as lambda, aws_ssm as ssm, Stack } from 'aws-cdk-lib';
import { agentApp, broken, instant, platform, PRODUCTION, PRODUCTION_TABLE, TEST, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { askEngine, showPlacement, verifyPlacement } from '../../runtime/operator';
import { eventNameOf } from '../../src/core/lifecycle-event';
import { AgentRuntime, Expiry, ManagedAgentIdentity, Sponsor } from 'cdk-nhi-lifecycle';

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform());
});

afterAll(() => aws.stop());

// The last of its tests comes after the others of the file, so that they take up the time until its end.
const ENDING = { stackName: 'Ending', agentName: 'ending-bot', runtime: AgentRuntime.lambda(), also: withFunction('ending-worker') };
const renewEnding = (untilMs: number) => askEngine(aws.registry, 'ending-bot', { kind: 'renew', until: instant(untilMs), reason: 'Its audit runs until then' },
  { now: new Date(), tell: () => undefined, lookEveryMs: 200 });
let ends: Expiry;

test('an agent works before its end, and needs no operator to renew it', async () => {
  ends = Expiry.at(instant(45_000));
  await aws.deploy(agentApp({ ...ENDING, expires: ends }));

  expect(await invoke(TEST_TABLE, 'ending-worker')).toBe('allowed');
  await expect(renewEnding(60 * 86_400_000)).rejects.toMatchObject({ code: 'NotEnded' });
});

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
  // A session of the first principal is not a session of its successor, although both have the same name.
  expect(await aws.sessions.read(inTest, TEST_TABLE)).toBe('refused');
  const backInTest = await aws.sessions.open('invoice-bot', 'test');
  expect(await aws.sessions.read(backInTest, TEST_TABLE)).toBe('allowed');
  expect(await lookAtRole(aws.iam, 'invoice-bot-production')).toBeUndefined();
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'moved', 'principal-retired', 'moved', 'principal-retired']);
});

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
});

test('an agent is handed over to another stack with a change of stage; what fails leaves it where it was', async () => {
  const agentName = 'handed-bot';
  const also = (stack: Stack): void => void new ssm.CfnParameter(stack, 'Stays', { type: 'String', value: 'x' });
  const taker = { stackName: 'Taker', agentName, stage: PRODUCTION, transferFrom: 'Giver' };
  const giver = { stackName: 'Giver', agentName, also };
  await aws.deploy(agentApp(giver));
  const session = await aws.sessions.open(agentName, 'test');

  // Naming the owner is not enough: its stack has not offered the agent.
  await expect(aws.deploy(agentApp(taker))).rejects.toThrow(/TransferNotOffered: the stack Giver has not offered agent handed-bot to the stack Taker/);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  await aws.destroy(agentApp(taker));
  await aws.deploy(agentApp({ ...giver, transferTo: 'Taker' }));
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');

  await expect(aws.deploy(agentApp({ ...taker, also: broken }))).rejects.toThrow(/Broken/);
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await showPlacement(aws.registry, agentName)).toMatchObject({ status: 'active', owner: { stackName: 'Giver' }, declared: { stage: 'test' } });
  await aws.destroy(agentApp({ ...taker, also: broken }));

  await aws.deploy(agentApp(taker));
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  const inProduction = await aws.sessions.open(agentName, 'production');
  expect(await aws.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('allowed');
  expect(await showPlacement(aws.registry, agentName)).toMatchObject({ status: 'active', owner: { stackName: 'Taker' }, declared: { stage: 'production' } });

  // The stack that handed over the agent releases the former principal, and nothing else.
  await aws.deploy(agentApp({ stackName: 'Giver', agentNames: [], also }));
  expect(await lookAtRole(aws.iam, `${agentName}-test`)).toBeUndefined();
  expect(await aws.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('allowed');
  await aws.destroy(agentApp({ stackName: 'Giver', agentNames: [], also }));
  expect(await aws.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('allowed');

  await aws.destroy(agentApp(taker));
  expect(await aws.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('refused');
  expect(await showPlacement(aws.registry, agentName)).toMatchObject({ status: 'left' });
  await aws.executionsDone();
  expect(await eventsOf(aws.registry, agentName)).toEqual([
    'joined', 'transfer-offered', 'moved', 'move-undone', 'principal-retired', 'moved', 'principal-retired', 'principal-retired', 'left', 'deletion-confirmed',
  ]);
});

test('a change of scope within a stage is recorded, and holds for the session that is open; a move is not such a change', async () => {
  const agentName = 'scope-bot';
  const readsMore = (stack: Stack, [bot]: ManagedAgentIdentity[]): void =>
    void dynamodb.Table.fromTableName(stack, 'More', PRODUCTION_TABLE).grantReadData(bot.accessIn(TEST));
  const app = { stackName: 'Scope', agentName };
  await aws.deploy(agentApp(app));
  const session = await aws.sessions.open(agentName, 'test');
  expect([await aws.sessions.read(session, TEST_TABLE), await aws.sessions.read(session, PRODUCTION_TABLE)]).toEqual(['allowed', 'refused']);

  await aws.deploy(agentApp({ ...app, also: readsMore, purpose: 'Matches invoices and orders' }));
  expect([await aws.sessions.read(session, TEST_TABLE), await aws.sessions.read(session, PRODUCTION_TABLE)]).toEqual(['allowed', 'allowed']);

  await aws.deploy(agentApp({ ...app, purpose: 'Matches invoices and orders', sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'mia.ortiz@example.com' }) }));
  expect([await aws.sessions.read(session, TEST_TABLE), await aws.sessions.read(session, PRODUCTION_TABLE)]).toEqual(['allowed', 'refused']);

  await aws.deploy(agentApp({ ...app, stage: PRODUCTION, purpose: 'Matches invoices and orders', sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'mia.ortiz@example.com' }) }));
  expect(await eventsOf(aws.registry, agentName)).toEqual([
    'joined', 'purpose-changed', 'access-changed', 'sponsor-changed', 'access-changed', 'moved', 'principal-retired',
  ]);
  const [wider, narrower] = (await detailsOf(agentName, 'access-changed')) as { widened: string[]; narrowed: string[] }[];
  expect(wider).toMatchObject({ widened: expect.arrayContaining([expect.stringMatching(/^in test: .*dynamodb:GetItem.* on arn:.*table\/invoices-production$/)]), narrowed: [] });
  expect(narrower).toMatchObject({ widened: [], narrowed: wider.widened });
});

test('the alias of a function that holds the role works before and after a move', async () => {
  const app = { stackName: 'Worker', agentName: 'worker-bot', runtime: AgentRuntime.lambda(), also: withFunction('worker') };
  await aws.deploy(agentApp(app));
  expect(await invoke(TEST_TABLE)).toBe('allowed');
  expect(await invoke(PRODUCTION_TABLE)).toBe('AccessDeniedException');

  await aws.deploy(agentApp({ ...app, stage: PRODUCTION }));

  expect(await invoke(PRODUCTION_TABLE)).toBe('allowed');
  expect(await invoke(TEST_TABLE)).toBe('AccessDeniedException');
});

test('an agent that ended is refused a later end until an operator renews it; then its compute works again, and nothing is wider in between', async () => {
  const agentName = 'ending-bot';
  const { present } = await showPlacement(aws.registry, agentName);
  const later = { ...ENDING, expires: Expiry.at(instant(30 * 86_400_000)) };
  const wider = {
    ...later,
    also: (stack: Stack, bots: ManagedAgentIdentity[]) => {
      withFunction('ending-worker')(stack, bots);
      dynamodb.Table.fromTableName(stack, 'More', PRODUCTION_TABLE).grantReadData(bots[0].accessIn(TEST));
    },
  };
  await pause(Math.max(0, ends.epochSeconds * 1000 - Date.now()) + 1_000);
  expect(await invoke(TEST_TABLE, 'ending-worker')).not.toBe('allowed');
  await expect(aws.deploy(agentApp(wider))).rejects.toThrow(/AgentExpired: agent ending-bot ended at .* or let an operator run `nhi renew ending-bot --until/);
  expect(await aws.statusOf('Ending')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await invoke(TEST_TABLE, 'ending-worker')).not.toBe('allowed');

  await expect(renewEnding(400 * 86_400_000)).rejects.toMatchObject({ code: 'TenureExceeded' });
  expect((await renewEnding(60 * 86_400_000)).renewal).toMatchObject({ reason: 'Its audit runs until then', by: aws.registry.operator });
  expect(await invoke(TEST_TABLE, 'ending-worker')).not.toBe('allowed');

  await aws.deploy(agentApp(later));
  expect(await invoke(TEST_TABLE, 'ending-worker')).toBe('allowed');
  expect(await invoke(PRODUCTION_TABLE, 'ending-worker')).toBe('AccessDeniedException');
  expect(await showPlacement(aws.registry, agentName)).toMatchObject({ status: 'active', present, declared: { expiresAt: later.expires.iso } });
  expect(await eventsOf(aws.registry, agentName)).toEqual(['joined', 'renewed', 'expiry-changed']);
});

function withFunction(functionName: string): (stack: Stack, bots: ManagedAgentIdentity[]) => void {
  return (stack, [bot]) => addFunction(stack, bot, functionName);
}

function addFunction(stack: Stack, bot: ManagedAgentIdentity, functionName: string): void {
  const worker = new lambda.Function(stack, 'Worker', {
    functionName,
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

/** Details of an agent's events with this name. */
async function detailsOf(agentName: string, name: string): Promise<unknown[]> {
  const { events } = await verifyPlacement(aws.registry, agentName, new Date());
  return events.filter(({ type }) => eventNameOf(type) === name).map(({ data }) => (data.unmapped as { details: unknown }).details);
}

async function invoke(table: string, functionName = 'worker'): Promise<unknown> {
  const { Payload: payload } = await aws.lambda.send(new InvokeCommand({ FunctionName: functionName, Qualifier: 'live', Payload: JSON.stringify({ table }) }));
  return JSON.parse(Buffer.from(payload ?? []).toString());
}
