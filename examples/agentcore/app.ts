import { App, Stack, aws_bedrockagentcore as agentcore, aws_dynamodb as dynamodb, aws_ecr as ecr } from 'aws-cdk-lib';
import { AgentRuntime, AgentStage, Expiry, LifecycleRegistry, ManagedAgentIdentity, ModelAccess, Sponsor } from 'cdk-nhi-lifecycle';

/** An AI agent on Amazon Bedrock AgentCore, with a model, a memory and a table. */
const app = new App();
const stack = new Stack(app, 'InvoiceAgent', { env: { account: '111122223333', region: 'eu-central-1' } });

const bot = new ManagedAgentIdentity(stack, 'Identity', {
  registry: LifecycleRegistry.fromRegistryName(stack, 'Agents', 'agents'),
  agentName: 'invoice-agent',
  purpose: 'Answers questions of suppliers on their invoices',
  sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
  stage: AgentStage.TEST,
  expires: Expiry.on('2027-03-31'),
  runtime: AgentRuntime.bedrockAgentCore(),
});

// The model in each region to which the profile may route, and only through the profile.
const claude = ModelAccess.throughProfile({
  profileId: 'eu.anthropic.claude-sonnet-4-20250514-v1:0',
  regions: ['eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-3'],
});
claude.grant(bot.accessIn(AgentStage.TEST));
claude.grant(bot.accessIn(AgentStage.PRODUCTION));

const invoices = new dynamodb.Table(stack, 'Invoices', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
invoices.grantReadData(bot.accessIn(AgentStage.TEST, AgentStage.PRODUCTION));

const memory = new agentcore.Memory(stack, 'Memory', { memoryName: 'invoice_agent_memory' });
memory.grantRead(bot.accessIn(AgentStage.TEST, AgentStage.PRODUCTION));
memory.grantWrite(bot.accessIn(AgentStage.TEST, AgentStage.PRODUCTION));

// The construct of aws-cdk-lib takes the agent's role as it is. A change of stage gives the same runtime another role.
new agentcore.Runtime(stack, 'Runtime', {
  runtimeName: 'invoice_agent',
  executionRole: bot.role,
  agentRuntimeArtifact: agentcore.AgentRuntimeArtifact.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Images', 'invoice-agent'), 'v1'),
  environmentVariables: { INVOICES: invoices.tableName, MEMORY: memory.memoryId },
});

app.synth();
