import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CustomResource, Stack, aws_dynamodb as dynamodb, aws_iam as iam } from 'aws-cdk-lib';
import { LifecycleRegistry, AgentDefaults, AgentFleet, AgentRuntime, AgentStage, Expiry, ManagedAgentIdentity, Sponsor } from 'cdk-nhi-lifecycle';

/** Synthesizes a fleet, either of agents, or of agents from a table, or of the equivalent bare resources, and prints its cost as JSON. */
const [kind, agents, stacks] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const env = { account: '111122223333', region: 'eu-central-1' };
const outdir = mkdtempSync(join(tmpdir(), 'nhi-bench-'));
const started = process.hrtime.bigint();

// The flags that `cdk init` sets in a new app.
const context = { '@aws-cdk/core:enablePartitionLiterals': true, '@aws-cdk/aws-iam:minimizePolicies': true };
const app = new App({ outdir, context });
if (kind === 'table') {
  ofTable();
}
for (let s = 0; kind !== 'table' && s < stacks; s++) {
  const stack = new Stack(app, `Fleet${s}`, { env });
  const table = dynamodb.Table.fromTableName(stack, 'Table', 'invoices');
  const registry = kind === 'agents' ? LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents') : undefined;
  for (let i = s; i < agents; i += stacks) {
    table.grantReadData(registry === undefined ? bare(stack, i) : managed(stack, i, registry));
  }
}
const assembly = app.synth();
const ms = Number(process.hrtime.bigint() - started) / 1e6;

const templates = assembly.stacks.map((stack) => stack.template as { Resources: Record<string, { Type: string }> });
const resources = templates.flatMap((template) => Object.values(template.Resources)).filter(({ Type }) => Type !== 'AWS::CDK::Metadata').length;
const bytes = templates.reduce((sum, template) => sum + JSON.stringify(template, null, 1).length, 0);
rmSync(outdir, { recursive: true, force: true });
console.log(JSON.stringify({ ms, maxRssMb: process.resourceUsage().maxRSS / 1024, resources, bytes }));

function managed(stack: Stack, i: number, registry: ReturnType<typeof LifecycleRegistry.fromRegistryName>): iam.IGrantable {
  const bot = new ManagedAgentIdentity(stack, `Agent${i}`, {
    registry,
    agentName: `agent-${i}`,
    purpose: 'Matches supplier invoices to purchase orders',
    sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
    stage: AgentStage.TEST,
    expires: Expiry.on('2027-03-31'),
    runtime: AgentRuntime.lambda(),
  });
  return bot.access;
}

function bare(stack: Stack, i: number): iam.IGrantable {
  const role = new iam.Role(stack, `Role${i}`, { roleName: `agent-${i}-test`, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const lifecycle = new CustomResource(stack, `Lifecycle${i}`, {
    serviceToken: `arn:aws:lambda:${env.region}:${env.account}:function:agents-nhi-lifecycle`,
    properties: { AgentName: `agent-${i}`, Stage: 'test', RoleName: role.roleName, RoleArn: role.roleArn, RoleId: role.roleId },
  });
  const access = new iam.Policy(stack, `Access${i}`, {
    roles: [role],
    statements: [new iam.PolicyStatement({ actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], resources: [`arn:aws:logs:${env.region}:${env.account}:log-group:agent-${i}:*`] })],
  });
  access.node.addDependency(lifecycle);
  return access;
}

/** The same agents with the same grants, from rows that spread them over the stacks. */
function ofTable(): void {
  const inStacks = Object.fromEntries(Array.from({ length: stacks }, (_, s) => [`Fleet${s}`, new Stack(app, `Fleet${s}`, { env })]));
  for (const stack of Object.values(inStacks)) {
    AgentDefaults.of(stack).set({ registry: LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents') });
  }
  const rows = Array.from({ length: agents }, (_, i) => ({
    agentName: `agent-${i}`,
    purpose: 'Matches supplier invoices to purchase orders',
    sponsor: 'Ada Park',
    sponsorEmail: 'ada.park@example.com',
    sponsorBackup: 'li.chen@example.com',
    stage: 'test',
    expires: '2027-03-31',
    runtime: 'lambda',
    access: 'read-invoices',
  }));
  const fleet = AgentFleet.fromRows(rows, { stacks: inStacks, spreadOver: Object.keys(inStacks), access: ['read-invoices'] });
  const tables = new Map(Object.values(inStacks).map((stack) => [stack, dynamodb.Table.fromTableName(stack, 'Table', 'invoices')]));
  fleet.withAccess('read-invoices').forEach((bot) => tables.get(Stack.of(bot))!.grantReadData(bot.access));
}
