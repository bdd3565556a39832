import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { aws_iam as iam, aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { agentApp, Build, platform, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { LocalAws } from './harness/local-aws';
import { Keys } from '../../examples/quickstart/sessions';
import { statusOf } from '../../runtime/model/placement-state';
import { askEngine, showPlacement } from '../../runtime/operator';
import { AgentRuntime, ManagedAgentIdentity } from 'cdk-nhi-lifecycle';

const asking = { now: new Date(), tell: () => undefined, lookEveryMs: 20 };
let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform());
  await aws.deploy(chain());
});

afterAll(() => aws.stop());

interface Chain {
  readonly names?: readonly string[];
  readonly maxDepth?: number;
}

/** Scout delegates one read to payer, and payer delegates the same to archiver. Scout names payer only. Clerk delegates to payer, too. */
function chain({ names = ['scout', 'payer', 'archiver', 'clerk'], maxDepth = 2 }: Chain = {}): Build {
  return (app, env) => agentApp({
    stackName: 'Chain',
    agentNames: [...names],
    runtime: AgentRuntime.of({ principal: orchestrator(env.account) }),
    also: (stack, bots) => delegate(stack, Object.fromEntries(bots.map((bot) => [bot.agentName, bot])), maxDepth),
  })(app, env);
}

function delegate(stack: Stack, { scout, payer, archiver, clerk }: Record<string, ManagedAgentIdentity | undefined>, maxDepth: number): void {
  const access = () => readOf(stack);
  scout?.mayDelegateTo(payer!, { access: access(), maxDepth });
  clerk?.mayDelegateTo(payer!, { access: access() });
  payer?.mayDelegateTo(archiver!, { access: access() });
}

const readOf = (stack: Stack) => [new iam.PolicyStatement({
  actions: ['dynamodb:GetItem'], resources: [`arn:${stack.partition}:dynamodb:${stack.region}:${stack.account}:table/${TEST_TABLE}`],
})];

/** Runs the agents, and sets no source identity. */
function orchestrator(account: string): iam.IPrincipal {
  return new iam.ArnPrincipal(`arn:aws:iam::${account}:role/orchestrator`).withConditions({ StringEquals: { 'sts:ExternalId': 'invoices' } });
}

/** Opens a session as a service would: without a source identity. */
async function open(agentName: string): Promise<Keys> {
  return assume(await orchestrate(), roleOf(agentName), undefined, 'invoices');
}

const orchestrate = () => assume({ accessKeyId: aws.env.account, secretAccessKey: 'test' }, 'orchestrator');
const roleOf = (agentName: string) => `agents/test/${agentName}-test`;

async function assume(credentials: Keys, role: string, SourceIdentity?: string, ExternalId?: string): Promise<Keys> {
  const sts = new STSClient({ endpoint: aws.endpoint, region: aws.env.region, credentials, maxAttempts: 1 });
  const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${aws.env.account}:role/${role}`, RoleSessionName: 'task', SourceIdentity, ExternalId }));
  return { accessKeyId: keys!.AccessKeyId!, secretAccessKey: keys!.SecretAccessKey!, sessionToken: keys!.SessionToken };
}

const delegated = (from: Keys, by: string, to: string) => assume(from, roleOf(to), `agent=${by}`);

async function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(() => 'allowed', (error: Error) => /AccessDenied/.test(error.name) ? 'refused' : error.name);
}

function calls(credentials: Keys): { read: () => Promise<string>; scan: () => Promise<string> } {
  const client = new DynamoDBClient({ endpoint: aws.endpoint, region: aws.env.region, credentials, maxAttempts: 1 });
  return {
    read: () => outcome(client.send(new GetItemCommand({ TableName: TEST_TABLE, Key: { id: { S: '1' } } }))),
    scan: () => outcome(client.send(new ScanCommand({ TableName: TEST_TABLE }))),
  };
}
const read = (credentials: Keys) => calls(credentials).read();

test('a delegate may do with the parent\'s session what was delegated, and with its own what is its own', async () => {
  const session = calls(await delegated(await open('scout'), 'scout', 'payer'));
  expect([await session.read(), await session.scan()]).toEqual(['allowed', 'refused']);
  const own = calls(await open('payer'));
  expect([await own.read(), await own.scan()]).toEqual(['allowed', 'allowed']);
});

test('only the declared parent opens such a session, under its own name and no other', async () => {
  const [scout, archiver, clerk] = await Promise.all(['scout', 'archiver', 'clerk'].map(open));
  const outsider = await orchestrate();
  const rows: [string, Promise<unknown>][] = [
    ['scout as scout', delegated(scout, 'scout', 'payer')],
    ['clerk as clerk', delegated(clerk, 'clerk', 'payer')],
    ['scout as clerk', delegated(scout, 'clerk', 'payer')],
    ['clerk as scout', delegated(clerk, 'scout', 'payer')],
    ['scout as nobody', assume(scout, roleOf('payer'))],
    ['scout as a person', assume(scout, roleOf('payer'), 'ada.park@example.com')],
    ['the orchestrator as scout', delegated(outsider, 'scout', 'payer')],
    ['archiver as scout', delegated(archiver, 'scout', 'payer')],
    ['scout to archiver, which it doesn\'t name', delegated(scout, 'scout', 'archiver')],
  ];
  expect(await Promise.all(rows.map(async ([who, call]) => [who, await outcome(call)]))).toEqual([
    ['scout as scout', 'allowed'], ['clerk as clerk', 'allowed'], ...rows.slice(2).map(([who]) => [who, 'refused']),
  ]);
});

test('a session is passed on as far as its depth allows, and keeps its name', async () => {
  const atPayer = await delegated(await open('scout'), 'scout', 'payer');
  expect(await read(await delegated(atPayer, 'scout', 'archiver'))).toBe('allowed');
  expect(await read(await assume(atPayer, roleOf('archiver')))).toBe('allowed');
  expect(await outcome(delegated(atPayer, 'payer', 'archiver'))).toBe('refused');
  // Payer's own sessions are passed on under payer's name, and clerk's, which may take one hop, are not.
  const payer = await open('payer');
  expect(await read(await delegated(payer, 'payer', 'archiver'))).toBe('allowed');
  expect(await outcome(delegated(payer, 'scout', 'archiver'))).toBe('refused');
  const fromClerk = await delegated(await open('clerk'), 'clerk', 'payer');
  expect(await read(fromClerk)).toBe('allowed');
  expect([await outcome(delegated(fromClerk, 'clerk', 'archiver')), await outcome(assume(fromClerk, roleOf('archiver')))]).toEqual(['refused', 'refused']);
});

test('a suspension of the first ends its sessions with the second and the third, and nobody else\'s; a resumption gives them back', async () => {
  const atPayer = await delegated(await open('scout'), 'scout', 'payer');
  const atArchiver = await delegated(atPayer, 'scout', 'archiver');
  const [payer, archiver, ofClerk] = [await open('payer'), await open('archiver'), await delegated(await open('clerk'), 'clerk', 'payer')];
  const ofPayer = await delegated(payer, 'payer', 'archiver');
  const all = [atPayer, atArchiver, payer, archiver, ofClerk, ofPayer];
  const before = await lookAtRole(aws.iam, 'archiver-test');
  expect(await Promise.all(all.map(read))).toEqual(all.map(() => 'allowed'));

  expect(statusOf(await askEngine(aws.registry, 'scout', { kind: 'suspend', reason: 'Its key was seen in a public place' }, asking))).toBe('suspended');

  expect(await Promise.all(all.map(read))).toEqual(['refused', 'refused', 'allowed', 'allowed', 'allowed', 'allowed']);
  expect(await outcome(assume(atPayer, roleOf('archiver')))).toBe('refused');
  const { suspension } = (await showPlacement(aws.registry, 'scout'))!;
  expect(suspension!.cuts!.find(({ name }) => name === 'delegated-sessions')!.changes.map(({ id }) => id))
    .toEqual(['payer-test/nhi-cut-scout', 'archiver-test/nhi-cut-scout']);
  expect(suspension!.beyondReach!.filter((what) => what.includes('payer-test'))).toEqual([]);

  expect(await askEngine(aws.registry, 'scout', { kind: 'resume', reason: 'The key was replaced' }, asking)).toMatchObject({ status: 'active' });
  expect(await Promise.all(all.map(read))).toEqual(all.map(() => 'allowed'));
  expect(await lookAtRole(aws.iam, 'archiver-test')).toEqual(before);
});

test('less depth ends what went further, at once', async () => {
  const atPayer = await delegated(await open('scout'), 'scout', 'payer');
  const atArchiver = await delegated(atPayer, 'scout', 'archiver');
  await aws.deploy(chain({ maxDepth: 1 }));

  expect([await read(atPayer), await read(atArchiver)]).toEqual(['allowed', 'refused']);
  expect(await outcome(delegated(atPayer, 'scout', 'archiver'))).toBe('refused');
  await aws.deploy(chain());
});

test('when the first leaves, its open sessions end, and its delegates continue', async () => {
  const atPayer = await delegated(await open('scout'), 'scout', 'payer');
  const atArchiver = await delegated(atPayer, 'scout', 'archiver');
  const payer = await open('payer');
  await aws.deploy(chain({ names: ['payer', 'archiver', 'clerk'] }));

  expect(await showPlacement(aws.registry, 'scout')).toMatchObject({ status: 'left' });
  expect(await Promise.all([atPayer, atArchiver, payer].map(read))).toEqual(['refused', 'refused', 'allowed']);
  expect((await lookAtRole(aws.iam, 'payer-test'))!.inline).toContain('nhi-cut-scout');

  // The Denies that the engine wrote keep no delegate from leaving.
  await aws.destroy(chain());
  expect(await Promise.all(['scout', 'payer', 'archiver', 'clerk'].map((name) => lookAtRole(aws.iam, `${name}-test`)))).toEqual([undefined, undefined, undefined, undefined]);
});

test('a delegate whose only parent leaves is no longer a delegate: its own guard denies the sessions, and the leave needs no Deny on it', async () => {
  const pair = (...names: string[]): Build => (app, env) => agentApp({
    stackName: 'Pair',
    agentNames: names,
    runtime: AgentRuntime.of({ principal: orchestrator(env.account) }),
    also: (stack, [keeper, herald]) => herald?.mayDelegateTo(keeper, { access: readOf(stack) }),
  })(app, env);
  await aws.deploy(pair('keeper', 'herald'));
  const atKeeper = await delegated(await open('herald'), 'herald', 'keeper');
  const keeper = await open('keeper');
  expect(await Promise.all([atKeeper, keeper].map(read))).toEqual(['allowed', 'allowed']);

  await aws.deploy(pair('keeper'));

  expect(await showPlacement(aws.registry, 'herald')).toMatchObject({ status: 'left' });
  expect(await Promise.all([atKeeper, keeper].map(read))).toEqual(['refused', 'allowed']);
  await aws.destroy(pair('keeper'));
});

test('an agent calls the function of the agent that it may invoke, and no other function', async () => {
  const build: Build = (app, env) => agentApp({
    stackName: 'Invoking',
    agentNames: ['caller', 'callee', 'other'],
    also: (stack, [caller, callee, other]) => {
      for (const bot of [callee, other]) {
        new lambda.Function(stack, `Function-${bot.agentName}`, {
          functionName: `work-of-${bot.agentName}`,
          role: bot.role,
          runtime: lambda.Runtime.NODEJS_22_X,
          handler: 'index.handler',
          code: lambda.Code.fromInline('exports.handler = async () => "done";'),
        });
      }
      caller.mayInvoke(callee);
    },
    runtime: AgentRuntime.of({
      principal: new iam.CompositePrincipal(
        orchestrator(env.account),
        new iam.ServicePrincipal('lambda.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': env.account } } }),
      ),
    }),
  })(app, env);
  await aws.deploy(build);

  const credentials = await open('caller');
  const client = new LambdaClient({ endpoint: aws.endpoint, region: aws.env.region, credentials, maxAttempts: 1 });
  const call = (name: string) => outcome(client.send(new InvokeCommand({ FunctionName: `work-of-${name}` })));
  expect([await call('callee'), await call('other')]).toEqual(['allowed', 'refused']);
});
