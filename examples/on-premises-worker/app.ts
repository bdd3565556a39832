import { App, aws_iam as iam, CfnOutput, Stack } from 'aws-cdk-lib';
import { AgentRuntime, AgentStage, Expiry, LifecycleRegistry, ManagedAgentIdentity, OnPremisesWorker, Revoker, Sponsor } from 'cdk-nhi-lifecycle';

const app = new App();
const env = { account: '111122223333', region: 'eu-central-1' };

const platform = new Stack(app, 'Platform', { env, terminationProtection: true });
const registry = new LifecycleRegistry(platform, 'Agents');

// The machine of the worker gets this role by a certificate, through IAM Roles Anywhere.
const role = new iam.Role(platform, 'WorkerRole', {
  roleName: 'directory-worker',
  assumedBy: new iam.ServicePrincipal('rolesanywhere.amazonaws.com').withSessionTags(),
});
role.assumeRolePolicy!.addStatements(new iam.PolicyStatement({
  principals: [new iam.ServicePrincipal('rolesanywhere.amazonaws.com')],
  actions: ['sts:SetSourceIdentity'],
}));

const directory = new OnPremisesWorker(platform, 'Directory', { registry, workerName: 'directory', role });
// What the worker's settings need.
new CfnOutput(platform, 'OrdersUrl', { value: directory.orders.queueUrl });
new CfnOutput(platform, 'AnswersUrl', { value: directory.answers.queueUrl });
new CfnOutput(platform, 'SigningKey', { value: directory.signingKey.keyArn });

new ManagedAgentIdentity(new Stack(app, 'InvoiceBot', { env }), 'Identity', {
  registry,
  agentName: 'invoice-bot',
  purpose: 'Matches supplier invoices to purchase orders',
  sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
  stage: AgentStage.PRODUCTION,
  expires: Expiry.on('2027-03-31'),
  runtime: AgentRuntime.lambda(),
  revokers: [Revoker.queue('directory', { workerName: directory.workerName, subject: 'svc-invoice' })],
});

app.synth();
