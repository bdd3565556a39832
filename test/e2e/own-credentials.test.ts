import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetExecutionHistoryCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { aws_apigateway as apigateway, aws_cognito as cognito, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { agentApp, broken, Build, platform, PRODUCTION, TEST, TEST_TABLE } from './harness/apps';
import { readTable } from './harness/ledger-items';
import { secretExists } from './harness/leftovers';
import { LocalAws } from './harness/local-aws';
import { Keys } from '../../examples/quickstart/sessions';
import { operatorsCalls, PlainCalls } from '../../runtime/aws/plain-calls';
import { certificatesOf } from '../../runtime/operator';
import { AgentApiKey, AgentMachineClient, AgentStage, ManagedAgentIdentity, ResidueKind } from 'cdk-nhi-lifecycle';

const SECRET = 'agents/invoice-bot/erp';
const LAB = AgentStage.of('lab', { longLivedKeysAllowed: true });

interface Key { readonly id: string; readonly name: string; readonly enabled: boolean; readonly value?: string }
interface Clients { readonly UserPoolClients: { readonly ClientId: string; readonly ClientName: string }[]; readonly [key: string]: unknown }

let aws: LocalAws;
let admin: PlainCalls;
/** Every value of a key and every client secret that a test saw. */
const secrets = new Set<string>();

beforeAll(async () => {
  aws = await LocalAws.start();
  process.env.AWS_ENDPOINT_URL = aws.endpoint;
  admin = as({ accessKeyId: aws.env.account, secretAccessKey: 'test' });
  await aws.deploy(platform({
    stages: [LAB],
    wipes: [ResidueKind.API_GATEWAY_KEYS, ResidueKind.USER_POOL_CLIENTS],
    also: (stack) => {
      new cognito.CfnUserPool(stack, 'People', { userPoolName: 'machines' }).applyRemovalPolicy(RemovalPolicy.DESTROY);
      new apigateway.CfnUsagePlan(stack, 'Plan', { usagePlanName: 'billing' });
    },
  }));
});

afterAll(() => {
  delete process.env.AWS_ENDPOINT_URL;
  return aws.stop();
});

function as(credentials: Keys): PlainCalls {
  return operatorsCalls('aws', aws.env.region, async () => credentials);
}

async function planId(): Promise<string> {
  const { item: [{ id }] } = await admin.rest('apigateway', ['usageplans']) as { item: { id: string }[] };
  return id;
}

async function poolId(): Promise<string> {
  const { UserPools: [{ Id: id }] } = await admin.json<{ UserPools: { Id: string }[] }>('cognito', 'ListUserPools', { MaxResults: 10 });
  return id;
}

async function app(stage = TEST, more?: (stack: Stack, bots: ManagedAgentIdentity[]) => void): Promise<Build> {
  const [plan, pool] = await Promise.all([planId(), poolId()]);
  return agentApp({
    reference: { stages: [LAB] },
    stage,
    also: (stack: Stack, [bot]: ManagedAgentIdentity[]) => {
      const key = new AgentApiKey(bot, 'billing', { usagePlan: apigateway.UsagePlan.fromUsagePlanId(stack, 'Plan', plan) });
      const client = new AgentMachineClient(bot, 'erp', { userPool: cognito.UserPool.fromUserPoolId(stack, 'Pool', pool), scopes: [cognito.OAuthScope.custom('erp/read')] });
      [key, client].forEach((one) => one.grantRead(bot.accessIn(TEST, LAB)));
      more?.(stack, [bot]);
    },
  });
}

async function keys(): Promise<Key[]> {
  const { item = [] } = await admin.rest('apigateway', ['apikeys'], undefined, { query: { name: 'agents_' } }) as { item?: Key[] };
  return item;
}

async function clients(): Promise<Clients['UserPoolClients']> {
  return (await admin.json<Clients>('cognito', 'ListUserPoolClients', { UserPoolId: await poolId(), MaxResults: 60 })).UserPoolClients;
}

const outcome = (work: Promise<unknown>): Promise<string> => (
  work.then(() => 'allowed', (error: Error) => (/AccessDenied/.test(error.name) ? 'refused' : error.name)));

async function secretIn(credentials: Keys): Promise<{ clientId: string; clientSecret: string }> {
  const reader = new SecretsManagerClient({ endpoint: aws.endpoint, region: aws.env.region, credentials, maxAttempts: 1 });
  try {
    const { SecretString: text = '{}' } = await reader.send(new GetSecretValueCommand({ SecretId: SECRET }));
    const found = JSON.parse(text) as { clientId: string; clientSecret: string };
    secrets.add(found.clientSecret);
    return found;
  } finally {
    reader.destroy();
  }
}

/** Everything that the registry stored, with the history of each execution, and the templates of the stacks. */
async function everythingStored(): Promise<string> {
  const { table, s3, bucket, stateMachine, stateMachineArn } = aws.registry;
  const parts = [JSON.stringify(await readTable(table))];
  const { Contents: objects = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  for (const { Key: key } of objects) {
    parts.push(await (await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body!.transformToString());
  }
  const { executions = [] } = await stateMachine.send(new ListExecutionsCommand({ stateMachineArn }));
  for (const { executionArn } of executions) {
    const history = new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true, maxResults: 1_000 });
    parts.push(JSON.stringify(await stateMachine.send(history)));
  }
  return parts.join('\n');
}

test('the agent reads its own key and its client\'s secret, and changes neither', async () => {
  await aws.deploy(await app());
  const [{ id, name, enabled }] = await keys();
  expect({ name, enabled }).toEqual({ name: 'agents_invoice-bot_test_billing', enabled: true });
  const other = await admin.rest('apigateway', ['apikeys'], { name: 'of-others', enabled: true }) as Key;
  const session = await aws.sessions.open('invoice-bot', 'test');
  const bot = as(session);

  const read = await bot.rest('apigateway', ['apikeys', id], undefined, { query: { includeValue: 'true' } }) as Key;
  expect(read.value!.length).toBeGreaterThan(15);
  secrets.add(read.value!);
  expect(await outcome(bot.rest('apigateway', ['apikeys', other.id], undefined, { query: { includeValue: 'true' } }))).toBe('refused');
  expect(await outcome(bot.rest('apigateway', ['apikeys', id], { patchOperations: [{ op: 'replace', path: '/enabled', value: 'false' }] }, { method: 'PATCH' }))).toBe('refused');
  const [{ ClientId: clientId }] = await clients();
  expect(await secretIn(session)).toEqual({ clientId, clientSecret: expect.stringMatching(/^.{20,}$/) });
  expect(await outcome(bot.json('cognito', 'DescribeUserPoolClient', { UserPoolId: await poolId(), ClientId: clientId }))).toBe('refused');
});

test('a suspension disables the key and says what it can\'t reach, and a resumption enables it', async () => {
  const suspended = await aws.nhi(['suspend', 'invoice-bot', '--reason', 'Its key was seen in a public place', '--yes']);
  expect(suspended.status).toBe(0);
  expect((await keys()).map(({ enabled }) => enabled)).toEqual([false]);
  expect((await aws.nhi(['show', 'invoice-bot', '--json'])).stdout).toMatch(/anyone who has the secret of the client agents_invoice-bot_test_erp gets tokens/);

  expect((await aws.nhi(['resume', 'invoice-bot', '--reason', 'It was a false alarm', '--yes'])).status).toBe(0);
  expect((await keys()).map(({ enabled }) => enabled)).toEqual([true]);
});

test('a move that fails leaves a key of the stage, enabled', async () => {
  await expect(app(LAB, broken).then((build) => aws.deploy(build))).rejects.toThrow(/UPDATE_ROLLBACK_COMPLETE/);
  await aws.executionsDone();
  expect((await keys()).map(({ name, enabled }) => [name, enabled])).toEqual([['agents_invoice-bot_test_billing', true]]);
  expect(await aws.sessions.read(await aws.sessions.open('invoice-bot', 'test'), TEST_TABLE)).toBe('allowed');
});

test('a move replaces both, and a stage without long-lived keys refuses the key', async () => {
  const before = [await keys(), await clients()];
  await expect(app(PRODUCTION).then((build) => aws.deploy(build))).rejects.toThrow(/LongLivedKeysForbidden/);
  expect([await keys(), await clients()]).toEqual(before);

  await aws.deploy(await app(LAB));
  await aws.executionsDone();

  expect((await keys()).map(({ name }) => name)).toEqual(['agents_invoice-bot_lab_billing']);
  expect((await clients()).map(({ ClientName: name }) => name)).toEqual(['agents_invoice-bot_lab_erp']);
  const [{ ClientId: clientId }] = await clients();
  expect((await secretIn(await aws.sessions.open('invoice-bot', 'lab'))).clientId).toBe(clientId);
});

test('an operator\'s offboarding deletes both without a deployment, and nothing of others', async () => {
  const [{ id: others }] = (await admin.rest('apigateway', ['apikeys'], undefined, { query: { name: 'of-others' } }) as { item: Key[] }).item;
  const lookalike = await admin.rest('apigateway', ['apikeys'], { name: 'agents_invoice-bot_lab_billing_2', enabled: true }) as Key;
  await admin.json('cognito', 'CreateUserPoolClient', { UserPoolId: await poolId(), ClientName: 'of-others' });

  expect((await aws.nhi(['offboard', 'invoice-bot', '--reason', 'Its project has ended', '--yes'])).status).toBe(0);
  await aws.executionsDone();

  expect((await keys()).map(({ id }) => id)).toEqual([lookalike.id]);
  expect(await outcome(admin.rest('apigateway', ['apikeys', others]))).toBe('allowed');
  expect((await clients()).map(({ ClientName: name }) => name)).toEqual(['of-others']);
  expect(await secretExists(aws, SECRET)).toBe(false);
  const { leaves: [{ certificate }] } = await certificatesOf(aws.registry, 'invoice-bot');
  const wiped = (wiper: string) => certificate.wipers.find((one) => one.wiper === wiper)?.wiped;
  expect(wiped('api-gateway-keys')).toEqual([expect.stringMatching(/^api-gateway-key\/.*\/agents_invoice-bot_lab_billing$/)]);
  expect(wiped('user-pool-clients')).toEqual([expect.stringMatching(/^user-pool-client\/.*\/agents_invoice-bot_lab_erp$/)]);
  expect(certificate.leftAlone).toEqual(expect.arrayContaining([{ id: `machine-token/${await poolId()}/agents_invoice-bot_lab_erp`, note: expect.stringContaining('900 seconds') }]));
});

test('the stack is destroyed after that, and no value was ever stored', async () => {
  await aws.destroy(await app(LAB));
  await aws.executionsDone();
  expect(await aws.statusOf('InvoiceBot')).toBeUndefined();

  const stored = await everythingStored();
  // The search would find them: names, which are no secret, are there.
  expect(stored).toContain('agents_invoice-bot_lab_billing');
  expect(secrets.size).toBeGreaterThan(2);
  secrets.forEach((secret) => expect(stored.includes(secret)).toBe(false));
});
