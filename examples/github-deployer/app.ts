import { App, Stack, aws_iam as iam } from 'aws-cdk-lib';
import { AgentRuntime, AgentStage, Expiry, LifecycleRegistry, ManagedAgentIdentity, Sponsor } from 'cdk-nhi-lifecycle';

/** A pipeline on GitHub Actions that deploys CDK apps without keys: `aws-actions/configure-aws-credentials` with the agent's role, then `cdk deploy`. */
const app = new App();
const env = { account: '111122223333', region: 'eu-central-1' };

// Once per account.
const platform = new Stack(app, 'Platform', { env });
new iam.OidcProviderNative(platform, 'GitHub', { url: 'https://token.actions.githubusercontent.com', clientIds: ['sts.amazonaws.com'] });

const stack = new Stack(app, 'Deployer', { env });
new ManagedAgentIdentity(stack, 'Identity', {
  registry: LifecycleRegistry.fromRegistryName(stack, 'Agents', 'agents'),
  agentName: 'invoice-deployer',
  purpose: 'Deploys the invoice apps from the repository acme/invoices',
  sponsor: Sponsor.team({
    name: 'Platform', mailbox: 'platform@example.com', accountableName: 'Ada Park', accountableEmail: 'ada.park@example.com', backupEmail: 'li.chen@example.com',
  }),
  stage: AgentStage.PRODUCTION,
  expires: Expiry.on('2027-03-31'),
  runtime: AgentRuntime.githubActions({
    repository: 'acme/invoices',
    // A name can be taken again by somebody else, an id can't: gh api repos/acme/invoices --jq '.id, .owner.id'
    repositoryId: '456789012',
    ownerId: '1234567',
    // Protect it: required reviewers, and the branches that may deploy.
    environment: 'production',
    deploysCdkApps: true,
  }),
});

app.synth();
