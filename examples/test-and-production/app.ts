import { App, Environment, Stack, StackProps, aws_dynamodb as dynamodb, aws_lambda as lambda, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { LifecycleRegistry, AgentRuntime, AgentStage, Expiry, ManagedAgentIdentity, Sponsor } from 'cdk-nhi-lifecycle';

/** What differs between the places where the agent lives. */
interface InvoiceBotProps extends StackProps {
  readonly stage: AgentStage;
  readonly expires: Expiry;
}

/** One stack class, deployed to two accounts: two placements of one agent, each with its own principal, chain and end. */
class InvoiceBotStack extends Stack {
  constructor(scope: Construct, id: string, props: InvoiceBotProps) {
    super(scope, id, props);

    const bot = new ManagedAgentIdentity(this, 'Identity', {
      // The registry is another team's app: found by name, nothing is exported.
      registry: LifecycleRegistry.fromRegistryName(this, 'Agents', 'agents'),
      agentName: 'invoice-bot',
      purpose: 'Matches supplier invoices to purchase orders',
      sponsor: Sponsor.team({
        name: 'Accounts Payable',
        mailbox: 'accounts-payable@example.com',
        accountableName: 'Ada Park',
        accountableEmail: 'ada.park@example.com',
        backupEmail: 'li.chen@example.com',
        costCenter: 'CC-4711',
      }),
      stage: props.stage,
      expires: props.expires,
      runtime: AgentRuntime.lambda(),
    });

    const invoices = new dynamodb.Table(this, 'Invoices', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
    const erp = new secretsmanager.Secret(this, 'Erp', { description: 'Login of the ERP system' });

    // The access of both stages stands side by side, and only the present stage's is rendered.
    invoices.grantReadData(bot.accessIn(AgentStage.TEST));
    invoices.grantReadWriteData(bot.accessIn(AgentStage.PRODUCTION));
    erp.grantRead(bot.accessIn(AgentStage.PRODUCTION));

    new lambda.Function(this, 'Bot', {
      role: bot.role,
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => "matched";'),
      environment: { INVOICES: invoices.tableName },
    });
  }
}

const app = new App();
const test: Environment = { account: '111122223333', region: 'eu-central-1' };
const production: Environment = { account: '444455556666', region: 'eu-central-1' };

new InvoiceBotStack(app, 'InvoiceBotTest', { env: test, stage: AgentStage.TEST, expires: Expiry.on('2027-03-31') });
new InvoiceBotStack(app, 'InvoiceBotProduction', { env: production, stage: AgentStage.PRODUCTION, expires: Expiry.on('2027-09-30') });

app.synth();
