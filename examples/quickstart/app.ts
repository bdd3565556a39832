import { App, CliCredentialsStackSynthesizer, Duration, RemovalPolicy, Stack, aws_dynamodb as dynamodb, aws_iam as iam } from 'aws-cdk-lib';
import { LifecycleRegistry, AgentRuntime, AgentStage, Expiry, ManagedAgentIdentity, Sponsor } from 'cdk-nhi-lifecycle';

/** Both tables, the registry and the agent of the quickstart; `cdk deploy -c stage=production` is the edit of one line in real life. */
const app = new App({ defaultStackSynthesizer: new CliCredentialsStackSynthesizer() });
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };

const platform = new Stack(app, 'Platform', { env });
// The emulator applies a change of IAM at once. On AWS the default waits for IAM's propagation.
const registry = LifecycleRegistry.development(platform, 'Agents', { propagationWait: Duration.seconds(1) });
const orchestrator = new iam.Role(platform, 'Orchestrator', { roleName: 'orchestrator', assumedBy: new iam.AccountRootPrincipal() });
orchestrator.addToPolicy(new iam.PolicyStatement({
  actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
  resources: [`arn:aws:iam::${env.account}:role/agents/*/invoice-bot-*`],
}));
const testInvoices = invoices('invoices-test');
const productionInvoices = invoices('invoices-production');

const stack = new Stack(app, 'InvoiceBot', { env });
const bot = new ManagedAgentIdentity(stack, 'Identity', {
  registry,
  agentName: 'invoice-bot',
  purpose: 'Matches supplier invoices to purchase orders',
  sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
  stage: app.node.tryGetContext('stage') === 'production' ? AgentStage.PRODUCTION : AgentStage.TEST,
  expires: Expiry.at(app.node.tryGetContext('expires')),
  runtime: AgentRuntime.broker({ principal: new iam.ArnPrincipal(`arn:aws:iam::${env.account}:role/orchestrator`), externalId: 'invoices' }),
});
bot.node.addDependency(orchestrator);
testInvoices.grantReadData(bot.accessIn(AgentStage.TEST));
productionInvoices.grantReadWriteData(bot.accessIn(AgentStage.PRODUCTION));

app.synth();

function invoices(tableName: string): dynamodb.Table {
  return new dynamodb.Table(platform, tableName, {
    tableName,
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
