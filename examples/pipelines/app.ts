import { App, Environment, Stack, StackProps, Stage, StageProps, aws_dynamodb as dynamodb, aws_lambda as lambda, pipelines } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { LifecycleRegistry, AgentRuntime, AgentStage, Expiry, ManagedAgentIdentity, Sponsor } from 'cdk-nhi-lifecycle';

/** What differs between the accounts. */
interface PlacementProps {
  readonly stage: AgentStage;
  readonly expires: Expiry;
}

/** One stack class for all accounts: each deployment of it is a placement of the one agent. */
class InvoiceBotStack extends Stack {
  constructor(scope: Construct, id: string, { stage, expires, ...props }: PlacementProps & StackProps) {
    super(scope, id, props);

    const bot = new ManagedAgentIdentity(this, 'Identity', {
      // The account's own registry accepts this stage only, and so does its engine.
      registry: LifecycleRegistry.fromRegistryName(this, 'Agents', 'agents', { acceptedStages: [stage], homeRegion: 'eu-central-1' }),
      agentName: 'invoice-bot',
      purpose: 'Matches supplier invoices to purchase orders',
      sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
      stage,
      expires,
      runtime: AgentRuntime.lambda(),
    });

    const invoices = new dynamodb.Table(this, 'Invoices', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
    invoices.grantReadData(bot.accessIn(AgentStage.TEST));
    invoices.grantReadWriteData(bot.accessIn(AgentStage.PRODUCTION)); // never rendered in the test account

    new lambda.Function(this, 'Bot', {
      role: bot.role,
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => "matched";'),
    });
  }
}

/** What the pipeline deploys to one account. */
class InvoiceBotStage extends Stage {
  constructor(scope: Construct, id: string, { stage, expires, ...props }: PlacementProps & StageProps) {
    super(scope, id, props);
    new InvoiceBotStack(this, 'InvoiceBot', { stage, expires });
  }
}

const app = new App();
const tools: Environment = { account: '777788889999', region: 'eu-central-1' };
const test: Environment = { account: '111122223333', region: 'eu-central-1' };
const production: Environment = { account: '444455556666', region: 'eu-central-1' };

const delivery = new Stack(app, 'Delivery', { env: tools });
const pipeline = new pipelines.CodePipeline(delivery, 'Pipeline', {
  crossAccountKeys: true,
  synth: new pipelines.ShellStep('Synth', {
    input: pipelines.CodePipelineSource.connection('acme/invoice-bot', 'main', {
      connectionArn: 'arn:aws:codeconnections:eu-central-1:777788889999:connection/0d4c2a5e-3f1b-4a8e-9c76-1b2d3e4f5a6b',
    }),
    commands: ['npm ci', 'npx cdk synth'],
  }),
});

pipeline.addStage(new InvoiceBotStage(app, 'Test', { env: test, stage: AgentStage.TEST, expires: Expiry.on('2027-03-31') }));
pipeline.addStage(new InvoiceBotStage(app, 'Production', { env: production, stage: AgentStage.PRODUCTION, expires: Expiry.on('2027-09-30') }), {
  pre: [new pipelines.ManualApprovalStep('PromoteInvoiceBot')],
});

app.synth();
