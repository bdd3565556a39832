import { App, Stack, aws_eks as eks, aws_sqs as sqs } from 'aws-cdk-lib';
import { AgentRuntime, AgentStage, Expiry, LifecycleRegistry, ManagedAgentIdentity, Sponsor } from 'cdk-nhi-lifecycle';

/** An agent in pods of Amazon EKS. Its service account gets the role by EKS Pod Identity. */
const app = new App();
const stack = new Stack(app, 'ReceiptBot', { env: { account: '111122223333', region: 'eu-central-1' } });

// The platform team's cluster. It needs the add-on eks-pod-identity-agent.
const cluster = eks.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'apps' });

const bot = new ManagedAgentIdentity(stack, 'Identity', {
  registry: LifecycleRegistry.fromRegistryName(stack, 'Agents', 'agents'),
  agentName: 'receipt-bot',
  purpose: 'Reads receipts from a queue and books them',
  sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
  stage: AgentStage.TEST,
  expires: Expiry.on('2027-03-31'),
  runtime: AgentRuntime.eksPodIdentity({ cluster, namespace: 'receipts', serviceAccount: 'receipt-bot' }),
});

const receipts = new sqs.Queue(stack, 'Receipts', { enforceSSL: true });
receipts.grantConsumeMessages(bot.accessIn(AgentStage.TEST, AgentStage.PRODUCTION));

// Pods with this service account have the agent's role. A change of stage changes the association, and new pods get the new role.
new eks.CfnPodIdentityAssociation(stack, 'Association', {
  clusterName: cluster.clusterName,
  namespace: 'receipts',
  serviceAccount: 'receipt-bot',
  roleArn: bot.role.roleArn,
});

app.synth();
