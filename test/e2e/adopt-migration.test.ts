import { setTimeout as pause } from 'node:timers/promises';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { aws_dynamodb as dynamodb, aws_iam as iam, aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { Build, instant, platform, PRODUCTION, PRODUCTION_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { AgentRuntime, Expiry, LifecycleRegistry, ManagedAgentIdentity, Sponsor } from 'cdk-nhi-lifecycle';

const FUNCTION = 'billing-worker';
const LEGACY = 'billing-legacy';
const AGENT = {
  agentName: 'billing-bot',
  purpose: 'Books invoices',
  sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
  stage: PRODUCTION,
  expires: Expiry.at(instant(90 * 86_400_000)),
};

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start({ bootstrapped: true });
  await aws.deployByCommand(platform());
});

afterAll(() => aws.stop());

/** The steps of the guide: `legacy`, `adopted`, `own` and `done`. */
function billing(step: 'legacy' | 'adopted' | 'own' | 'done'): Build {
  return (app, env) => {
    const stack = new Stack(app, 'Billing', { env });
    const registry = LifecycleRegistry.fromRegistryName(stack, 'Agents', 'agents');
    const table = dynamodb.Table.fromTableName(stack, 'Table', PRODUCTION_TABLE);
    const legacy = step === 'done' ? undefined : new iam.Role(stack, 'Legacy', { roleName: LEGACY, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    if (legacy !== undefined) {
      table.grantReadData(legacy);
    }
    if (step === 'legacy' || step === 'adopted') {
      addFunction(stack, legacy!);
      if (step === 'adopted') {
        ManagedAgentIdentity.adopt(stack, 'Bot', { ...AGENT, registry, role: legacy! });
      }
      return;
    }
    const bot = new ManagedAgentIdentity(stack, 'Bot', { ...AGENT, registry, runtime: AgentRuntime.lambda(), replaces: legacy });
    table.grantReadData(bot.accessIn(PRODUCTION));
    addFunction(stack, bot.role);
  };
}

function addFunction(stack: Stack, role: iam.IRole): void {
  const worker = new lambda.Function(stack, 'Worker', {
    functionName: FUNCTION,
    role,
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(`
      const { DynamoDBClient, GetItemCommand } = require('@aws-sdk/client-dynamodb');
      exports.handler = async () => {
        try {
          await new DynamoDBClient({}).send(new GetItemCommand({ TableName: '${PRODUCTION_TABLE}', Key: { id: { S: 'invoice-1' } } }));
          return 'allowed';
        } catch (error) {
          return error.name;
        }
      };`),
  });
  new lambda.Alias(stack, 'Live', { aliasName: 'live', version: worker.currentVersion });
}

async function invoke(): Promise<unknown> {
  const { Payload: payload } = await aws.lambda.send(new InvokeCommand({ FunctionName: FUNCTION, Qualifier: 'live' }));
  return JSON.parse(Buffer.from(payload ?? []).toString());
}

/** Calls the function until the work is done, and returns its answers. */
async function calling(work: Promise<void>): Promise<unknown[]> {
  const answers: unknown[] = [];
  let isDone = false;
  const ended = work.finally(() => { isDone = true; });
  do {
    answers.push(await invoke());
    await pause(100);
  } while (!isDone);
  await ended;
  answers.push(await invoke());
  return answers;
}

test('a running function gets from a role of its own making to an agent, and is never denied', async () => {
  await aws.deployByCommand(billing('legacy'), ['Billing']);
  expect(await invoke()).toBe('allowed');

  const answers = await calling(aws.deployByCommand(billing('adopted'), ['Billing']));
  expect(await eventsOf(aws.registry, AGENT.agentName)).toEqual(['adopted']);
  expect((await lookAtRole(aws.iam, LEGACY))?.inline).toContain('nhi-expiry');

  answers.push(...await calling(aws.deployByCommand(billing('own'), ['Billing'])));
  expect(await eventsOf(aws.registry, AGENT.agentName)).toEqual(expect.arrayContaining(['adopted', 'moved', 'principal-retired']));
  // The former role can do nothing any more. Its twin is the function, which works.
  expect(await lookAtRole(aws.iam, LEGACY)).toMatchObject({ boundary: 'arn:aws:iam::aws:policy/AWSDenyAll', attached: [] });

  answers.push(...await calling(aws.deployByCommand(billing('done'), ['Billing'])));
  expect(await lookAtRole(aws.iam, LEGACY)).toBeUndefined();
  expect(await lookAtRole(aws.iam, 'billing-bot-production')).toBeDefined();
  expect((await aws.resourcesOf('Billing')).filter(({ LogicalResourceId: id }) => id?.includes('Reach'))).toEqual([]);
  expect(new Set(answers)).toEqual(new Set(['allowed']));
});
