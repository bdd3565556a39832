import { App, Stack, aws_dynamodb as dynamodb, aws_iam as iam, aws_lambda as lambda } from 'aws-cdk-lib';
import { AgentDefaults, AgentRuntime, AgentStage, Expiry, LifecycleRegistry, ManagedAgentIdentity, Sponsor } from 'cdk-nhi-lifecycle';

const app = new App();
const env = { account: '111122223333', region: 'eu-central-1' };

const registry = new LifecycleRegistry(new Stack(app, 'Platform', { env, terminationProtection: true }), 'Agents');
AgentDefaults.of(app).set({
  sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
  stage: AgentStage.PRODUCTION,
  expires: Expiry.on('2027-03-31'),
});

// A role that another team created, and keeps.
const billing = new Stack(app, 'Billing', { env });
ManagedAgentIdentity.adopt(billing, 'BillingBot', {
  registry,
  agentName: 'billing-bot',
  purpose: 'Books invoices since 2019',
  role: iam.Role.fromRoleArn(billing, 'Legacy', 'arn:aws:iam::111122223333:role/teams/billing-legacy'),
});

// A role of this stack that was adopted with an earlier deployment, and now gives way to a role of the agent's own.
const orders = new Stack(app, 'Orders', { env });
const table = new dynamodb.Table(orders, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
const legacy = new iam.Role(orders, 'Legacy', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
table.grantReadData(legacy);
const bot = new ManagedAgentIdentity(orders, 'OrderBot', {
  registry,
  agentName: 'order-bot',
  purpose: 'Watches orders since 2021',
  runtime: AgentRuntime.lambda(),
  replaces: legacy, // remove it, and the role, with the next deployment
});
table.grantReadData(bot.accessIn(AgentStage.PRODUCTION));
new lambda.Function(orders, 'Worker', {
  role: bot.role, // before: legacy
  runtime: lambda.Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: lambda.Code.fromInline('exports.handler = async () => "watched";'),
});

app.synth();
