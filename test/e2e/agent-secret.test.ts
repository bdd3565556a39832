import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand, RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { aws_lambda as lambda, CfnResource, Stack } from 'aws-cdk-lib';
import { agentApp, platform, TEST } from './harness/apps';
import { readTable } from './harness/ledger-items';
import { secretExists } from './harness/leftovers';
import { LocalAws } from './harness/local-aws';
import { Keys } from '../../examples/quickstart/sessions';
import { certificatesOf } from '../../runtime/operator';
import { ManagedAgentIdentity } from 'cdk-nhi-lifecycle';

const SECRET = 'agents/invoice-bot/db';

let aws: LocalAws;
/** Every value that a test saw. */
const values = new Set<string>();

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform());
  await aws.deploy(app);
});

afterAll(() => aws.stop());

const app = agentApp({
  agentNames: ['invoice-bot', 'other-bot'],
  also: (stack: Stack, [bot]: ManagedAgentIdentity[]) => {
    const rotation = new lambda.Function(stack, 'Rotation', {
      functionName: 'rotation', runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({});'),
    });
    const secret = bot.secret('db', { rotation, generate: { passwordLength: 40 } });
    secret.grantRead(bot.accessIn(TEST));
    // The emulator's CloudFormation has neither rotation schedules nor policies of secrets.
    stack.node.findAll().filter((one) => CfnResource.isCfnResource(one) && /^AWS::SecretsManager::(RotationSchedule|ResourcePolicy)$/.test(one.cfnResourceType))
      .forEach((one) => one.node.scope!.node.tryRemoveChild(one.node.id));
  },
});

async function read(credentials: Keys): Promise<string> {
  const reader = new SecretsManagerClient({ endpoint: aws.endpoint, region: aws.env.region, credentials, maxAttempts: 1 });
  try {
    const { SecretString: value = 'nothing' } = await reader.send(new GetSecretValueCommand({ SecretId: SECRET }));
    values.add(value);
    return value;
  } catch (error) {
    return /AccessDenied/.test((error as Error).name) ? 'refused' : (error as Error).name;
  } finally {
    reader.destroy();
  }
}

const session = (agentName: string): Promise<Keys> => aws.sessions.open(agentName, 'test');

test('the agent reads its secret, another agent does not', async () => {
  expect(await read(await session('invoice-bot'))).toMatch(/^.{40}$/);
  expect(await read(await session('other-bot'))).toBe('refused');
});

test('the agent may not rotate it, and the template has no value', async () => {
  const bot = new SecretsManagerClient({ endpoint: aws.endpoint, region: aws.env.region, credentials: await session('invoice-bot'), maxAttempts: 1 });
  await expect(bot.send(new RotateSecretCommand({ SecretId: SECRET }))).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) });
  bot.destroy();
  const cloudFormation = new CloudFormationClient({ endpoint: aws.endpoint, region: aws.env.region, credentials: { accessKeyId: aws.env.account, secretAccessKey: 'test' } });
  const { TemplateBody: template = '' } = await cloudFormation.send(new GetTemplateCommand({ StackName: 'InvoiceBot' }));
  cloudFormation.destroy();
  values.forEach((value) => expect(template.includes(value)).toBe(false));
});

test('a leave deletes it and looks for it again, and nothing that the registry stored has its value', async () => {
  expect((await aws.nhi(['offboard', 'invoice-bot', '--reason', 'Its project has ended', '--yes'])).status).toBe(0);
  await aws.executionsDone();
  expect(await secretExists(aws, SECRET)).toBe(false);
  const { leaves: [{ certificate }] } = await certificatesOf(aws.registry, 'invoice-bot');
  expect(certificate.wipers.flatMap(({ wiped }) => wiped)).toContain(`secret/${SECRET}`);
  const stored = JSON.stringify([await readTable(aws.registry.table), certificate]);
  expect(stored).toContain(SECRET);
  expect(values.size).toBeGreaterThan(0);
  values.forEach((value) => expect(stored.includes(value)).toBe(false));
});
