import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, aws_dynamodb as dynamodb, aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { AgentRuntime, AgentStage, Expiry, LifecycleRegistry, ManagedAgentIdentity, Sponsor } from 'cdk-nhi-lifecycle';

const PROJECT = join(__dirname, '..', '..');
const { TEST, PRODUCTION } = AgentStage;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nhi-diff-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Synthesizes the agent in a stage, and returns its assembly. */
function assembly(name: string, stage: AgentStage, inProduction = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem']): string {
  const outdir = join(folder, name);
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'InvoiceBot', { env: { account: '111122223333', region: 'eu-central-1' } });
  const invoices = new dynamodb.Table(stack, 'Invoices', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
  const bot = new ManagedAgentIdentity(stack, 'Identity', {
    registry: LifecycleRegistry.fromRegistryName(stack, 'Agents', 'agents'),
    agentName: 'invoice-bot',
    purpose: 'Matches supplier invoices to purchase orders',
    sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
    stage,
    // In the past, which is a warning on any day. An end too far ahead is an error.
    expires: Expiry.on('2026-01-31'),
    runtime: AgentRuntime.lambda(),
  });
  invoices.grant(bot.accessIn(TEST), 'dynamodb:GetItem', 'dynamodb:Query');
  invoices.grant(bot.accessIn(PRODUCTION), ...inProduction);
  new lambda.Function(stack, 'Bot', { role: bot.role, runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => 0;') });
  app.synth();
  return outdir;
}

/** What the real command prints. */
function diff(from: string, to: string): Promise<string> {
  const args = ['diff', 'InvoiceBot', '--app', to, '--template', join(from, 'InvoiceBot.template.json'), '--output', join(folder, 'out'), '--no-notices', '--no-color', '--ci'];
  const env = { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', CDK_DISABLE_VERSION_CHECK: '1', CI: '1' };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join(PROJECT, 'node_modules', '.bin', 'cdk'), ...args], { cwd: folder, env }, (error, stdout, stderr) => {
      return error === null ? resolve(stdout + stderr) : reject(new Error(`cdk diff ended with ${error.code}: ${stdout}${stderr}`));
    });
  });
}

test('cdk diff of a move says which access goes and which comes, as the guide shows it', async () => {
  const said = (await diff(assembly('test', TEST), assembly('production', PRODUCTION))).split('\n').map((line) => line.trim());
  const guide = readFileSync(join(PROJECT, 'docs', 'guide', 'aws.md'), 'utf8');
  const [, shown] = /```text\n\$ npx cdk diff InvoiceBot\n([^`]+)```/.exec(guide)!;
  const lines = shown.trim().split('\n').map((line) => line.trim());

  expect(lines).toContain('[-]   "in test: dynamodb:GetItem,Query on <InvoicesF0222E8D.Arn>"');
  expect(lines).toContain('[+]   "in production: dynamodb:GetItem,PutItem,Query on <InvoicesF0222E8D.Arn>"');
  expect(said.filter((line) => lines.includes(line))).toEqual(lines);
});

test('a change of access within a stage reads as one, and what did not change is not in it', async () => {
  const from = assembly('less', PRODUCTION, ['dynamodb:GetItem']);
  const said = await diff(from, assembly('more', PRODUCTION, ['dynamodb:GetItem', 'dynamodb:DeleteItem']));

  expect(said).toMatch(/\[-\] +"in production: dynamodb:GetItem on <InvoicesF0222E8D\.Arn>"/);
  expect(said).toMatch(/\[\+\] +"in production: dynamodb:DeleteItem,GetItem on <InvoicesF0222E8D\.Arn>"/);
  expect(said).not.toMatch(/[[][-+]\] +".*(is in|in test)/);
  expect(await diff(from, assembly('again', PRODUCTION, ['dynamodb:GetItem']))).not.toContain('Custom::AgentLifecycle');
});
