import { App, Stack, aws_dynamodb as dynamodb, aws_lambda as lambda } from 'aws-cdk-lib';
import { LifecycleRegistry, AgentRuntime, AgentStage, Expiry, ManagedAgentIdentity, Sponsor } from 'cdk-nhi-lifecycle';

const app = new App();
const env = { account: '111122223333', region: 'eu-central-1' };

const platform = new Stack(app, 'Platform', { env, terminationProtection: true });
const registry = new LifecycleRegistry(platform, 'Agents'); // once per account

const stack = new Stack(app, 'InvoiceBot', { env });
const invoices = new dynamodb.Table(stack, 'Invoices', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });

const bot = new ManagedAgentIdentity(stack, 'Identity', {
  registry,
  agentName: 'invoice-bot',
  purpose: 'Matches supplier invoices to purchase orders',
  sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
  stage: AgentStage.TEST, // mover: change this line
  expires: Expiry.on('2027-03-31'),
  runtime: AgentRuntime.lambda(),
});
invoices.grantReadData(bot.accessIn(AgentStage.TEST));
invoices.grantReadWriteData(bot.accessIn(AgentStage.PRODUCTION)); // dormant until promoted

new lambda.Function(stack, 'Bot', {
  role: bot.role,
  runtime: lambda.Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: lambda.Code.fromInline('exports.handler = async () => "matched";'),
});

app.synth();
