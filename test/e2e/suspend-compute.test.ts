import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateAccessKeyCommand, CreateUserCommand, ListAccessKeysCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConcurrencyCommand, InvokeCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { aws_events as events, aws_events_targets as targets, aws_lambda as lambda, aws_lambda_event_sources as sources, aws_sqs as sqs, Duration, Stack } from 'aws-cdk-lib';
import { agentApp, platform, TEST_TABLE } from './harness/apps';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { statusOf } from '../../runtime/model/placement-state';
import { askEngine, showPlacement } from '../../runtime/operator';
import { AgentRuntime, ManagedAgentIdentity } from 'cdk-nhi-lifecycle';

const asking = { now: new Date(), tell: () => undefined, lookEveryMs: 20 };
const WORKER = 'invoice-worker';
const RULE = 'invoice-hourly';

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform());
});

afterAll(() => aws.stop());

/** A function that runs with the agent's role, with a queue and a rule that invoke it. */
function compute(stack: Stack, [bot]: ManagedAgentIdentity[]): void {
  const worker = new lambda.Function(stack, 'Worker', {
    functionName: WORKER,
    role: bot.role,
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async (event) => ({ received: (event.Records ?? []).length })'),
  });
  const queue = new sqs.Queue(stack, 'Queue', { queueName: 'invoices', visibilityTimeout: Duration.seconds(30) });
  worker.addEventSource(new sources.SqsEventSource(queue));
  new events.Rule(stack, 'Hourly', { ruleName: RULE, schedule: events.Schedule.rate(Duration.hours(1)), targets: [new targets.LambdaFunction(worker)] });
}

const app = (props: object = {}) => agentApp({ runtime: AgentRuntime.lambda(), also: compute, ...props });
const suspend = () => askEngine(aws.registry, 'invoice-bot', { kind: 'suspend', reason: 'Its key was seen in a public place' }, asking);
const resume = () => askEngine(aws.registry, 'invoice-bot', { kind: 'resume', reason: 'The key was replaced' }, asking);

async function invoke(): Promise<'allowed' | 'refused'> {
  try {
    await aws.lambda.send(new InvokeCommand({ FunctionName: WORKER, Payload: Buffer.from('{}') }));
    return 'allowed';
  } catch (error) {
    expect(error).toMatchObject({ name: 'TooManyRequestsException' });
    return 'refused';
  }
}

/** An IAM user that somebody created for the agent by hand, with a key that may read. */
async function userKey(): Promise<() => Promise<'allowed' | 'refused'>> {
  const UserName = 'invoice-bot-legacy';
  await aws.iam.send(new CreateUserCommand({ UserName, Path: '/agents/invoice-bot/' }));
  const statement = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' };
  await aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'read', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) }));
  const { AccessKey: key } = await aws.iam.send(new CreateAccessKeyCommand({ UserName }));
  const credentials = { accessKeyId: key!.AccessKeyId!, secretAccessKey: key!.SecretAccessKey! };
  const client = new DynamoDBClient({ endpoint: aws.endpoint, region: aws.env.region, credentials });
  return async () => {
    try {
      await client.send(new GetItemCommand({ TableName: TEST_TABLE, Key: { id: { S: '1' } } }));
      return 'allowed';
    } catch {
      return 'refused';
    }
  };
}

const rule = async () => {
  const client = new EventBridgeClient({ endpoint: aws.endpoint, region: aws.env.region, credentials: { accessKeyId: aws.env.account, secretAccessKey: 'test' } });
  return (await client.send(new DescribeRuleCommand({ Name: RULE }))).State;
};
const reserved = async () => (await aws.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: WORKER }))).ReservedConcurrentExecutions;

test('a suspension stops the function, its queue, its rule and the key of the agent\'s user, and a resumption starts each as it was', async () => {
  await aws.deploy(app());
  // The emulator takes no concurrency from a template.
  await aws.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: WORKER, ReservedConcurrentExecutions: 5 }));
  const key = await userKey();
  expect([await invoke(), await key(), await rule()]).toEqual(['allowed', 'allowed', 'ENABLED']);

  const state = await suspend();
  expect(statusOf(state)).toBe('suspended');
  expect([await invoke(), await key(), await rule()]).toEqual(['refused', 'refused', 'DISABLED']);
  expect(state.suspension?.cuts?.filter(({ changes }) => changes.length > 0).map(({ name, changes }) => [name, changes.length])).toEqual([
    ['access-keys', 1], ['functions', 1], ['event-sources', 1], ['rules', 1],
  ]);
  expect(state.suspension?.snapshot).toMatchObject({ key: expect.stringMatching(/^snapshots\/.*\/invoice-bot\/operator-suspend-/), sha256: expect.any(String) });

  await resume();
  expect([await invoke(), await key(), await rule(), await reserved()]).toEqual(['allowed', 'allowed', 'ENABLED', 5]);
  const { AccessKeyMetadata: [{ Status: status }] = [] } = await aws.iam.send(new ListAccessKeysCommand({ UserName: 'invoice-bot-legacy' }));
  expect(status).toBe('Active');
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'suspended', 'resumed']);
});

test('a deployment and a hand don\'t lift it: what is switched on is switched off again, and told', async () => {
  await suspend();
  await aws.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: WORKER, ReservedConcurrentExecutions: 10 }));
  expect(await invoke()).toBe('allowed');

  await aws.deploy(app({ purpose: 'Matches invoices, with care' }));
  expect(await invoke()).toBe('refused');
  expect((await eventsOf(aws.registry, 'invoice-bot')).slice(-2)).toEqual(['purpose-changed', 'suspension-reasserted']);
});

test('nhi shows what is off, and what nobody can reach', async () => {
  const { stdout, status } = await aws.nhi(['show', 'invoice-bot']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^status {6}suspended$/m);
  expect(stdout).toMatch(/^ {2}functions {16}off since 20.*: invoice-worker$/m);
  expect(stdout).toMatch(/out of reach {13}tokens that others verify without AWS: .* up to 3600 seconds/);
});

test('it leaves while suspended, with its user and its compute', async () => {
  await aws.destroy(app());
  expect(await showPlacement(aws.registry, 'invoice-bot')).toMatchObject({ status: 'left' });
  await expect(aws.iam.send(new ListAccessKeysCommand({ UserName: 'invoice-bot-legacy' }))).rejects.toMatchObject({ name: expect.stringMatching(/NoSuchEntity/) });
});
