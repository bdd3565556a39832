import { setTimeout as pause } from 'node:timers/promises';
import {
  CreateServiceSpecificCredentialCommand, GetUserCommand, ListServiceSpecificCredentialsCommand, ListUsersCommand, ServiceSpecificCredentialMetadata,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { ListObjectsV2Command, GetObjectCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetExecutionHistoryCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { aws_bedrock as bedrock, Duration } from 'aws-cdk-lib';
import { agentApp, Build, END, platform, PRODUCTION, TEST, TEST_TABLE } from './harness/apps';
import { eventsOf, readTable } from './harness/ledger-items';
import { secretExists } from './harness/leftovers';
import { LocalAws } from './harness/local-aws';
import { sweep } from './harness/sweep';
import { AgentBedrockApiKey, ModelAccess } from 'cdk-nhi-lifecycle';

const SECRET = 'agents/invoice-bot/tool';
const DAY_MS = 86_400_000;
const modelArn = (name: string) => `arn:aws:bedrock:${aws.env.region}::foundation-model/amazon.nova-${name}-v1:0`;

let aws: LocalAws;
/** All keys that a test read. */
const read: string[] = [];

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform({ bedrockApiKeys: true, agenda: { interval: Duration.days(1) } }));
});

afterAll(() => aws.stop());

const app: Build = agentApp({
  also: (stack, [bot]) => {
    new AgentBedrockApiKey(bot, 'tool', { reason: 'The translation tool takes nothing but an API key', until: END });
    const [micro, pro] = ['amazon.nova-micro-v1:0', 'amazon.nova-pro-v1:0'].map((id) => (
      bedrock.FoundationModel.fromFoundationModelId(stack, id, new bedrock.FoundationModelIdentifier(id))));
    ModelAccess.invoke(micro).grant(bot.accessIn(TEST));
    ModelAccess.invoke(pro).grant(bot.accessIn(PRODUCTION));
  },
});

async function keyInSecret(): Promise<{ readonly apiKeyId: string; readonly apiKey: string }> {
  const { SecretString: text = '{}' } = await aws.secrets.send(new GetSecretValueCommand({ SecretId: SECRET }));
  const key = JSON.parse(text) as { apiKeyId: string; apiKey: string };
  read.push(key.apiKey);
  return key;
}

async function user(): Promise<{ readonly UserName?: string; readonly Arn?: string }> {
  const { Users: [found = {}] = [] } = await aws.iam.send(new ListUsersCommand({ PathPrefix: '/agents/invoice-bot/' }));
  return found;
}

async function credentials(): Promise<ServiceSpecificCredentialMetadata[]> {
  const { UserName } = await user();
  return (await aws.iam.send(new ListServiceSpecificCredentialsCommand({ UserName }))).ServiceSpecificCredentials ?? [];
}

async function stateOf(id: string): Promise<string | undefined> {
  return (await credentials()).find(({ ServiceSpecificCredentialId }) => ServiceSpecificCredentialId === id)?.Status;
}

/** What IAM decides about the user of the key. The emulator has no Bedrock. */
async function decision(action: string, resource: string, token = 'LONG_TERM'): Promise<string | undefined> {
  const { Arn: PolicySourceArn } = await user();
  const { EvaluationResults: [result] = [] } = await aws.iam.send(new SimulatePrincipalPolicyCommand({
    PolicySourceArn,
    ActionNames: [action],
    ResourceArns: [resource],
    ContextEntries: [{ ContextKeyName: 'bedrock:BearerTokenType', ContextKeyType: 'string', ContextKeyValues: [token] }],
  }));
  return result?.EvalDecision;
}

async function sweepUntil(isDone: () => Promise<boolean>): Promise<void> {
  for (let sweeps = 0; sweeps < 40 && !await isDone(); sweeps++) {
    await pause(1_000);
    await sweep(aws);
    await aws.executionsDone();
  }
  expect(await isDone()).toBe(true);
}

/** The ledger, the evidence, and the history of each execution. */
async function everythingStored(): Promise<string> {
  const { table, s3, bucket, stateMachine, stateMachineArn } = aws.registry;
  const parts = [JSON.stringify(await readTable(table))];
  const { Contents: objects = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  for (const { Key } of objects) {
    parts.push(await (await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))).Body!.transformToString());
  }
  for (const arn of [stateMachineArn, stateMachineArn.replace(/[^:]*$/, 'agents-nhi-agenda')]) {
    const { executions = [] } = await stateMachine.send(new ListExecutionsCommand({ stateMachineArn: arn }));
    for (const { executionArn } of executions) {
      const history = new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true, maxResults: 1_000 });
      parts.push(JSON.stringify(await stateMachine.send(history)));
    }
  }
  return parts.join('\n');
}

test('a join makes the key with an end, and its user may call the model of the stage and nothing else', async () => {
  await aws.deploy(app);
  const { apiKeyId } = await keyInSecret();
  const [made, ...others] = await credentials();
  expect([made.ServiceSpecificCredentialId, made.ServiceName, made.Status, others]).toEqual([apiKeyId, 'bedrock.amazonaws.com', 'Active', []]);
  // It ends with the exception, which is the agent's end, if that is before the end by its age.
  const days = (made.ExpirationDate!.getTime() - made.CreateDate!.getTime()) / DAY_MS;
  expect([days > 80, days <= 105]).toEqual([true, true]);

  expect(await decision('bedrock:CallWithBearerToken', '*')).toBe('allowed');
  expect(await decision('bedrock:CallWithBearerToken', '*', 'SHORT_TERM')).toBe('implicitDeny');
  expect(await decision('bedrock:InvokeModel', modelArn('micro'))).toBe('allowed');
  expect(await decision('bedrock:InvokeModel', modelArn('pro'))).not.toBe('allowed');
  // The agent may read the table in its stage, its key of Bedrock may not.
  expect(await decision('dynamodb:GetItem', `arn:aws:dynamodb:${aws.env.region}:${aws.env.account}:table/${TEST_TABLE}`)).toBe('explicitDeny');
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'access-key-changed']);
});

test('a suspension makes it inactive, and a resumption makes it work again', async () => {
  const { apiKeyId } = await keyInSecret();
  expect((await aws.nhi(['suspend', 'invoice-bot', '--reason', 'Its key was seen in a public place', '--yes'])).status).toBe(0);
  expect(await stateOf(apiKeyId)).toBe('Inactive');
  expect((await aws.nhi(['resume', 'invoice-bot', '--reason', 'It was a false alarm', '--yes'])).status).toBe(0);
  expect(await stateOf(apiKeyId)).toBe('Active');
});

test('it is replaced with an overlap, one that a person made by hand is deleted, and the old one is deleted in the end', async () => {
  const old = await keyInSecret();
  const { UserName } = await user();
  const { ServiceSpecificCredential: byHand } = await aws.iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName: 'bedrock.amazonaws.com' }));
  await aws.deployEdited(app, (resources) => {
    for (const { Properties: properties } of Object.values(resources) as { Properties?: { AccessKeys?: object[] } }[]) {
      // The construct allows no times below a day.
      properties?.AccessKeys?.forEach((key) => Object.assign(key, { RotateSeconds: '30', GraceSeconds: '9' }));
    }
  });
  await sweepUntil(async () => (await keyInSecret()).apiKeyId !== old.apiKeyId);
  expect(await stateOf(byHand!.ServiceSpecificCredentialId!)).toBeUndefined();
  expect(await stateOf((await keyInSecret()).apiKeyId)).toBe('Active');
  await sweepUntil(async () => await stateOf(old.apiKeyId) === undefined);
  expect(await stateOf((await keyInSecret()).apiKeyId)).toBe('Active');
});

test('a leave deletes user, keys and secret; no key was ever stored', async () => {
  const key = await keyInSecret();
  const { UserName } = await user();
  await aws.destroy(app);
  await aws.executionsDone();

  await expect(aws.iam.send(new GetUserCommand({ UserName }))).rejects.toMatchObject({ name: expect.stringContaining('NoSuchEntity') });
  expect(await secretExists(aws, SECRET)).toBe(false);
  const stored = await everythingStored();
  // The search would find it: the id of the key, which is no secret, is there.
  expect(stored).toContain(key.apiKeyId);
  expect(new Set(read).size).toBeGreaterThan(1);
  read.forEach((apiKey) => expect(stored.includes(apiKey)).toBe(false));
});
