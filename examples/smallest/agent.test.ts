import { App, Stack, aws_dynamodb as dynamodb } from 'aws-cdk-lib';
import { AgentAssertions, AgentRuntime, AgentStage, Expiry, LifecycleRegistry, ManagedAgentIdentity, Sponsor } from 'cdk-nhi-lifecycle';

test('the bot reads invoices and changes none, and it ends with the project', () => {
  const stack = new Stack(new App(), 'InvoiceBot', { env: { account: '111122223333', region: 'eu-central-1' } });
  const invoices = new dynamodb.Table(stack, 'Invoices', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
  const bot = new ManagedAgentIdentity(stack, 'Identity', {
    registry: LifecycleRegistry.fromRegistryName(stack, 'Agents', 'agents'),
    agentName: 'invoice-bot',
    purpose: 'Matches supplier invoices to purchase orders',
    sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
    stage: AgentStage.TEST,
    expires: Expiry.on('2027-03-31'),
    runtime: AgentRuntime.lambda(),
  });
  invoices.grantReadData(bot.accessIn(AgentStage.TEST, AgentStage.PRODUCTION));

  AgentAssertions.fromStack(stack).agent('invoice-bot')
    .isIn(AgentStage.TEST)
    .isSponsoredBy('ada.park@example.com')
    .expiresNoLaterThan(Expiry.on('2027-06-30'))
    .trusts('lambda.amazonaws.com')
    .declares('dynamodb:GetItem', { resource: invoices.tableArn, stage: AgentStage.PRODUCTION })
    .doesNotDeclare('dynamodb:PutItem', { stage: AgentStage.PRODUCTION })
    .doesNotDeclare('s3:*');
});
