import { App, Stack, aws_dynamodb as dynamodb, aws_iam as iam, aws_lambda as lambda } from 'aws-cdk-lib';
import { AgentRuntime, AgentStage, Expiry, LifecycleRegistry, ManagedAgentIdentity, ManagedAgentIdentityProps, Sponsor } from 'cdk-nhi-lifecycle';

/** Three agents on Lambda. A planner hands part of its work to a buyer, and the buyer part of that to an archivist. */
const app = new App();
const stack = new Stack(app, 'Purchasing', { env: { account: '111122223333', region: 'eu-central-1' } });
const orders = new dynamodb.Table(stack, 'Orders', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });

const inCommon: Omit<ManagedAgentIdentityProps, 'agentName' | 'purpose'> = {
  registry: LifecycleRegistry.fromRegistryName(stack, 'Agents', 'agents'),
  sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
  stage: AgentStage.TEST,
  expires: Expiry.on('2027-03-31'),
  runtime: AgentRuntime.lambda(),
};
const planner = new ManagedAgentIdentity(stack, 'Planner', { ...inCommon, agentName: 'planner', purpose: 'Plans what is to be ordered' });
const buyer = new ManagedAgentIdentity(stack, 'Buyer', { ...inCommon, agentName: 'buyer', purpose: 'Places orders' });
const archivist = new ManagedAgentIdentity(stack, 'Archivist', { ...inCommon, agentName: 'archivist', purpose: 'Files what was ordered' });

const placeOrders = new iam.PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [orders.tableArn] });
const readOrders = new iam.PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [orders.tableArn] });

// Both have what they delegate.
orders.grantReadWriteData(planner.accessIn(AgentStage.TEST));
orders.grantReadData(buyer.accessIn(AgentStage.TEST));

// The planner calls the buyer's function, and gives it a session that may place orders and nothing else.
planner.mayInvoke(buyer);
planner.mayDelegateTo(buyer, { access: [placeOrders], maxDepth: 2, until: Expiry.on('2026-12-31') });
// The buyer may pass on less: sessions of the planner, and its own.
buyer.mayDelegateTo(archivist, { access: [readOrders] });

for (const bot of [planner, buyer, archivist]) {
  new lambda.Function(stack, `Work of ${bot.agentName}`, {
    role: bot.role, runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => {};'),
  });
}

app.synth();
