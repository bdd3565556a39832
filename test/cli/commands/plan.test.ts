import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, GetTemplateCommand, ListImportsCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { App, aws_dynamodb as dynamodb, aws_iam as iam, aws_lambda as lambda, CfnOutput, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { mockClient } from 'aws-sdk-client-mock';
import { Construct } from 'constructs';
import { program } from '../../../cli/program';
import { DeployedReader } from '../../../runtime/operator';
import { AdoptionRemoval, ManagedAgentIdentity, ManagedAgentIdentityProps } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { Expiry, Sponsor } from '../../../src/core';
import { ADA, agentIn, ENV, PRODUCTION, TEST } from '../../aws/agent-identity/agents';

const ROOT = mkdtempSync(join(tmpdir(), 'nhi-plan-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

/** Synthesizes an app, and returns its directory. */
function synth(fill: (app: App) => void): string {
  const outdir = mkdtempSync(join(ROOT, 'app-'));
  const app = new App({ outdir });
  fill(app);
  app.synth();
  return outdir;
}

function bot(scope: Construct, props: Partial<ManagedAgentIdentityProps> = {}): void {
  const stack = Stack.of(scope);
  const table = new dynamodb.Table(scope, 'Invoices', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
  const identity = agentIn(scope, props);
  table.grantReadData(identity.accessIn(TEST));
  table.grantWriteData(identity.accessIn(PRODUCTION));
  identity.accessIn(PRODUCTION).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['sns:Publish'], resources: [`arn:aws:sns:${stack.region}:${stack.account}:paid`] }));
}

const app = (props: Partial<ManagedAgentIdentityProps> = {}, stackName = 'InvoiceBot'): string => synth((root) => bot(new Stack(root, stackName, { env: ENV }), props));

async function nhi(words: readonly string[], deployed?: DeployedReader): Promise<{ readonly output: string; readonly exitCode: number }> {
  let output = '';
  const command = program({ write: (text: string) => (output += text) }, {
    connect: () => { throw new Error('no registry is needed'); },
    connectGoogle: () => { throw new Error('not on Google'); },
    connectDeployed: async () => deployed ?? Promise.reject(new Error('no credentials are needed')),
    now: () => new Date('2026-06-01T00:00:00Z'),
    progress: { write: () => true },
  });
  command.commands.forEach((one) => one.exitOverride().configureOutput({ writeErr: () => undefined }));
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await command.parseAsync(['node', 'nhi', ...words]);
    return { output, exitCode: Number(process.exitCode) };
  } finally {
    process.exitCode = before;
  }
}

const plan = async (before: string, after: string, ...options: string[]): Promise<string> => (await nhi(['plan', after, '--against', before, ...options])).output;
const empty = synth((root) => void new Stack(root, 'InvoiceBot', { env: ENV }));

test('the same app changes no agent', async () => {
  expect(await plan(app(), app())).toBe('no agent changes\n');
});

test('an agent joins, and leaves', async () => {
  expect(await plan(empty, app())).toMatch(new RegExp([
    '^invoice-bot joins in test, stack InvoiceBot in account 111122223333',
    '  gets      in test: dynamodb:BatchGetItem, .*dynamodb:GetItem.* on <Invoices\\w+.Arn>',
    '(  .*\n)*  sponsor   ada.park@example.com',
    '  ends      2999-04-01T00:00:00Z\n$',
  ].join('\n')));
  const leaves = await plan(app(), empty);
  expect(leaves).toMatch(/^invoice-bot LEAVES test, stack InvoiceBot in account 111122223333: it is torn down, and its role is deleted\n {2}loses {5}in test: dynamodb:BatchGetItem/);
  expect(leaves).not.toContain('gets');
});

test('a move reads as a move: what comes and what goes', async () => {
  const output = await plan(app(), app({ stage: PRODUCTION }));
  expect(output).toMatch(/^invoice-bot moves from test to production, stack InvoiceBot in account 111122223333\n/);
  expect(output).toMatch(/^ {2}gets {6}in production: .*dynamodb:PutItem.* on <Invoices\w+\.Arn>$/m);
  expect(output).toMatch(/^ {2}gets {6}in production: sns:Publish on arn:aws:sns:eu-west-1:111122223333:paid$/m);
  expect(output).toMatch(/^ {2}loses {5}in test: .*dynamodb:GetItem.* on <Invoices\w+\.Arn>$/m);
  expect(output).not.toMatch(/gets.*GetItem|loses.*PutItem|sponsor|ends|later/);
});

test('who is accountable for it, what for, and how long', async () => {
  const li = Sponsor.person({ name: 'Li Chen', email: 'li.chen@example.com', backupEmail: 'ada.park@example.com' });
  expect(await plan(app(), app({ sponsor: li, purpose: 'Matches invoices of suppliers', expires: Expiry.on('2999-06-30') }))).toBe([
    'invoice-bot changes in test, stack InvoiceBot in account 111122223333',
    '  sponsor   ada.park@example.com -> li.chen@example.com',
    '  backup    li.chen@example.com -> ada.park@example.com',
    '  purpose   Matches supplier invoices to purchase orders -> Matches invoices of suppliers',
    '  ends      2999-04-01T00:00:00Z -> 2999-07-01T00:00:00Z\n',
  ].join('\n'));
});

test('what it will be able to do in another stage, and what is not declared access', async () => {
  const wider = synth((root) => {
    const stack = new Stack(root, 'InvoiceBot', { env: ENV });
    bot(stack);
    const identity = stack.node.findChild('Bot') as ReturnType<typeof agentIn>;
    identity.accessIn(PRODUCTION).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:eu-west-1:111122223333:paid'] }));
  });
  expect(await plan(app(), wider)).toMatch(/^invoice-bot changes in test, .*\n {2}later {5}may get in production: sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:paid\n$/);
  expect(await plan(wider, app())).toMatch(/^ {2}later {5}may not get in production: sqs:SendMessage/m);
  expect(await plan(app(), app({ maxSessionDuration: undefined, permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyArn(new Stack(), 'B', 'arn:aws:iam::111122223333:policy/limits') } as object)))
    .toMatch(/^invoice-bot changes in test, .*\n {2}other {5}its trust, its boundary, its guards or the form of its policies change, and no declared access\n$/);
});

test('an adoption, its release, its leave and the change to a role of its own differ', async () => {
  const arn = 'arn:aws:iam::111122223333:role/teams/legacy-bot';
  const adopting = (onRemoval?: AdoptionRemoval) => synth((root) => {
    const stack = new Stack(root, 'InvoiceBot', { env: ENV });
    ManagedAgentIdentity.adopt(stack, 'Bot', {
      registry: LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents'),
      agentName: 'invoice-bot',
      purpose: 'Matches supplier invoices to purchase orders',
      sponsor: ADA,
      stage: TEST,
      expires: Expiry.on('2999-03-31'),
      role: iam.Role.fromRoleArn(stack, 'Legacy', arn),
      onRemoval,
    });
  });
  expect(await plan(empty, adopting())).toMatch(/^invoice-bot ADOPTS a role that exists, in test, stack InvoiceBot/);
  expect(await plan(adopting(), adopting())).toBe('no agent changes\n');
  expect(await plan(adopting(), adopting(AdoptionRemoval.RELEASE))).toMatch(/^invoice-bot changes in test/);
  expect(await plan(adopting(AdoptionRemoval.RELEASE), empty)).toMatch(/^invoice-bot is RELEASED from test, .*given back as it was/);
  expect(await plan(adopting(), empty)).toMatch(/^invoice-bot LEAVES test, .*torn down, and the role that it adopted is denied everything/);
  expect(await plan(adopting(), app())).toMatch(/^invoice-bot gets a role of its own in test, stack InvoiceBot.*denied everything after compute has moved/);
});

test('a hand-over between stacks is no leave', async () => {
  const output = await plan(app(), app({ stage: PRODUCTION, transferFrom: 'InvoiceBot' }, 'Billing'));
  expect(output).toMatch(/^invoice-bot is handed over by stack InvoiceBot and moves from test to production, stack Billing in account 111122223333\n/);
  expect(output).not.toContain('LEAVES');
});

test('agents of nested stacks, of pipelines\' stages, and one name in two accounts', async () => {
  const nested = synth((root) => bot(new NestedStack(new Stack(root, 'InvoiceBot', { env: ENV }), 'Nested')));
  expect(await plan(empty, nested)).toMatch(/^invoice-bot joins in test, stack InvoiceBot in account 111122223333\n/);
  const staged = synth((root) => [ENV.account, '444455556666'].forEach((account) => bot(new Stack(new Stage(root, `In${account}`), 'InvoiceBot', { env: { ...ENV, account }, stackName: 'InvoiceBot' }))));
  expect((await plan(empty, staged)).match(/^invoice-bot joins .*$/gm)).toEqual([ENV.account, '444455556666'].map((account) => `invoice-bot joins in test, stack InvoiceBot in account ${account}`));
});

describe('against what is deployed', () => {
  const cloudFormation = mockClient(CloudFormationClient);
  const regions: (string | undefined)[] = [];
  const deployed: DeployedReader = { account: ENV.account, cloudFormation: (region) => (regions.push(region), new CloudFormationClient({ region })) };
  beforeEach(() => cloudFormation.reset());

  test('the template that CloudFormation has, in the stack\'s own region', async () => {
    cloudFormation.on(GetTemplateCommand, { StackName: 'InvoiceBot' }).resolves({ TemplateBody: readFileSync(join(app(), 'InvoiceBot.template.json'), 'utf8') });
    expect((await nhi(['plan', app({ stage: PRODUCTION })], deployed)).output).toMatch(/^invoice-bot moves from test to production/);
    expect(regions).toEqual(['eu-west-1']);
  });

  test('nested stacks as they are deployed', async () => {
    const directory = synth((root) => bot(new NestedStack(new Stack(root, 'InvoiceBot', { env: ENV }), 'Nested')));
    const templates = JSON.parse(readFileSync(join(directory, 'InvoiceBot.template.json'), 'utf8'));
    const path = readdirSync(directory).find((file) => file.endsWith('.nested.template.json'))!;
    cloudFormation
      .on(GetTemplateCommand, { StackName: 'InvoiceBot' }).resolves({ TemplateBody: JSON.stringify(templates) })
      .on(ListStackResourcesCommand, { StackName: 'InvoiceBot' }).resolves({
        StackResourceSummaries: [
          { ResourceType: 'AWS::CloudFormation::Stack', PhysicalResourceId: 'nested-id', ResourceStatus: 'UPDATE_COMPLETE', LogicalResourceId: 'Nested', LastUpdatedTimestamp: new Date() },
          { ResourceType: 'AWS::CloudFormation::Stack', PhysicalResourceId: 'gone-id', ResourceStatus: 'DELETE_COMPLETE', LogicalResourceId: 'Gone', LastUpdatedTimestamp: new Date() },
        ],
      })
      .on(GetTemplateCommand, { StackName: 'nested-id' }).resolves({ TemplateBody: readFileSync(join(directory, path), 'utf8') });
    expect((await nhi(['plan', directory], deployed)).output).toBe('no agent changes\n');
    expect((await nhi(['plan', empty], deployed)).output).toContain('invoice-bot LEAVES test');
  });

  test('a stack that is not there yet has no agents; any other failure is one', async () => {
    cloudFormation.on(GetTemplateCommand).rejects(Object.assign(new Error('Stack with id InvoiceBot does not exist'), { name: 'ValidationError' }));
    expect((await nhi(['plan', app()], deployed)).output).toMatch(/^invoice-bot joins in test/);
    cloudFormation.on(GetTemplateCommand).rejects(Object.assign(new Error('Rate exceeded'), { name: 'Throttling' }));
    await expect(nhi(['plan', app()], deployed)).rejects.toThrow('Rate exceeded');
  });

  test('a stack of another account is named and not compared', async () => {
    const elsewhere = synth((root) => bot(new Stack(root, 'InvoiceBot', { env: { ...ENV, account: '444455556666' } })));
    expect((await nhi(['plan', elsewhere], deployed)).output).toBe('no agent changes\nnot compared: stack InvoiceBot is in account 444455556666: use the credentials of that account, or --against\n');
    expect(cloudFormation.calls()).toEqual([]);
  });
});

test.each<[string, Partial<ManagedAgentIdentityProps> | 'leaves' | 'joins', number]>([
  ['move', { stage: PRODUCTION }, 2],
  ['move', { purpose: 'Matches invoices of suppliers' }, 0],
  ['change', { purpose: 'Matches invoices of suppliers' }, 2],
  ['leave', 'leaves', 2],
  ['join', 'leaves', 0],
  ['join', 'joins', 2],
  ['wider-access', { stage: PRODUCTION }, 2],
  ['wider-access', { expires: Expiry.on('2999-06-30') }, 0],
  ['later-end', { expires: Expiry.on('2999-06-30') }, 2],
  ['later-end', { expires: Expiry.on('2999-01-31') }, 0],
  ['later-end', 'joins', 0],
])('--fail-on %s with %p: exit code %i', async (word, change, exitCode) => {
  const [before, after] = change === 'leaves' ? [app(), empty] : change === 'joins' ? [empty, app()] : [app(), app(change)];
  expect((await nhi(['plan', after, '--against', before, '--fail-on', word])).exitCode).toBe(exitCode);
});

test('Markdown for a pull request, in which texts stay texts', async () => {
  const output = await plan(app(), app({ purpose: 'Pays @everyone ![x](https://example.com/a.png) and | more' }), '--markdown');
  expect(output).toContain('- **invoice&#45;bot changes'.replace('&#45;', '-'));
  expect(output).toContain('  - purpose: Matches supplier invoices to purchase orders -&#62; Pays &#64;everyone &#33;&#91;x&#93;&#40;https://example.com/a.png&#41; and &#124; more');
});

test('JSON for programs', async () => {
  expect(JSON.parse((await nhi(['--json', 'plan', app({ stage: PRODUCTION }), '--against', app()])).output)).toMatchObject({
    agents: [{ agentName: 'invoice-bot', registry: 'agents', account: '111122223333', does: 'move', stage: 'production', fromStage: 'test' }], notRead: [],
  });
});

describe('what can\'t be read', () => {
  test('a folder that is no synthesized app', async () => {
    await expect(plan(app(), ROOT)).rejects.toMatchObject({ code: 'AssemblyUnreadable', message: expect.stringContaining('run cdk synth') });
  });

  test('a nested stack whose template is not there', async () => {
    const directory = synth((root) => bot(new NestedStack(new Stack(root, 'InvoiceBot', { env: ENV }), 'Nested')));
    writeFileSync(join(directory, 'InvoiceBot.assets.json'), '{"files":{}}');
    await expect(plan(empty, directory)).rejects.toMatchObject({ code: 'TemplateUnreadable', message: expect.stringContaining('synthesize the app again') });
  });

  test('a template that is no JSON, and an agent of another version', async () => {
    const directory = app();
    const file = join(directory, 'InvoiceBot.template.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/"SchemaVersion": "\d+"/, '"SchemaVersion": "99"'));
    await expect(plan(empty, directory)).rejects.toMatchObject({ code: 'TemplateUnreadable', message: expect.stringMatching(/SchemaVersion.*use the version of nhi that the app has/) });
    writeFileSync(file, 'Resources: {}');
    await expect(plan(empty, directory)).rejects.toMatchObject({ code: 'TemplateUnreadable' });
  });
});


describe('who depends on an agent that leaves', () => {
  /** An agent that another one calls, with an export of its role. */
  const two = (keepsCallee: boolean, keepsCaller = true): string => synth((root) => {
    const stack = new Stack(root, 'InvoiceBot', { env: ENV });
    const caller = keepsCaller ? agentIn(stack, { agentName: 'planner' }, 'Planner') : undefined;
    if (keepsCallee) {
      const callee = agentIn(stack, { runtime: AgentRuntime.lambda() });
      new lambda.Function(stack, 'Function', { role: callee.role, code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X });
      caller?.mayInvoke(callee);
      new CfnOutput(stack, 'Role', { value: callee.role.roleArn, exportName: 'InvoiceBot:Role' });
    }
  });
  const NEEDED = '  needed by agent planner may invoke it';

  test('is named, in Markdown too', async () => {
    expect(await plan(two(true), two(false))).toMatch(new RegExp(`\ninvoice-bot LEAVES [^]*\n${NEEDED}\n`));
    expect(await plan(two(true), two(false), '--markdown')).toContain('needed by: agent planner may invoke it');
  });

  test('twin: nothing is said if it leaves with the agent, if the agent stays, or if there is nobody', async () => {
    expect(await plan(two(true), empty)).not.toContain('needed by');
    expect(await plan(two(true), two(true))).not.toContain('needed by');
    expect(await plan(two(true, false), two(false, false))).toMatch(/^invoice-bot LEAVES (?![^]*needed by)/);
  });

  test('stacks that import from it are asked of CloudFormation, only of an agent that leaves', async () => {
    const cloudFormation = mockClient(CloudFormationClient);
    const deployed: DeployedReader = { account: ENV.account, cloudFormation: () => new CloudFormationClient({ region: 'eu-west-1' }) };
    cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: readFileSync(join(two(true), 'InvoiceBot.template.json'), 'utf8') })
      .on(ListImportsCommand, { ExportName: 'InvoiceBot:Role', NextToken: undefined }).resolves({ Imports: ['Dashboards'], NextToken: 'more' })
      .on(ListImportsCommand, { ExportName: 'InvoiceBot:Role', NextToken: 'more' }).resolves({ Imports: ['Audit'] });

    expect((await nhi(['plan', two(false)], deployed)).output).toMatch(/needed by stack Audit imports from it\n {2}needed by stack Dashboards imports from it\n/);
    const asked = cloudFormation.commandCalls(ListImportsCommand).length;
    expect(asked).toBe(2);

    await nhi(['plan', two(true)], deployed);
    expect(cloudFormation.commandCalls(ListImportsCommand)).toHaveLength(asked);
    cloudFormation.restore();
  });
});
