import { App, Stack, aws_lambda as lambda } from 'aws-cdk-lib';
import { AGENT, AWS_ACCOUNT } from './agent';
import { LifecycleRegistry, AgentRuntime, ManagedAgentIdentity } from 'cdk-nhi-lifecycle';

const app = new App();
const stack = new Stack(app, 'InvoiceBot', { env: { account: AWS_ACCOUNT, region: 'eu-central-1' } });

const bot = new ManagedAgentIdentity(stack, 'Identity', {
  ...AGENT,
  registry: LifecycleRegistry.fromRegistryName(stack, 'Agents', 'agents'),
  runtime: AgentRuntime.lambda(),
});

// No key: Google's client library signs a request with the function's own role, and Google asks AWS who that is.
new lambda.Function(stack, 'Bot', {
  role: bot.role,
  runtime: lambda.Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: lambda.Code.fromInline('exports.handler = async () => "matched";'),
  environment: { GOOGLE_APPLICATION_CREDENTIALS: '/var/task/google-credentials.json' },
});

app.synth();
