import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, TerraformOutput, TerraformStack } from 'cdktf';
import { AGENT, AWS_ACCOUNT } from './agent';
import { AgentStage, google } from 'cdk-nhi-lifecycle';

const app = new App();
const stack = new TerraformStack(app, 'invoice-bot');
new GoogleProvider(stack, 'google', { region: 'europe-west3' });

const bot = new google.ManagedAgentIdentity(stack, 'Identity', {
  ...AGENT,
  project: 'acme-agents',
  // The role that the AWS half gives the function: named by agent and stage.
  runtime: google.AgentRuntime.workloadIdentityFederation(
    google.FederatedIdentity.awsRole({ accountId: AWS_ACCOUNT, roleName: `${AGENT.agentName}-${AGENT.stage.name}` }),
  ),
});
bot.accessIn(AgentStage.TEST).toDataset('projects/acme-test/datasets/ledger', 'roles/bigquery.dataViewer');
bot.accessIn(AgentStage.PRODUCTION).toDataset('projects/acme-prod/datasets/ledger', 'roles/bigquery.dataEditor');

// What `gcloud iam workload-identity-pools create-cred-config --aws` asks for. There is no secret in that file.
new TerraformOutput(stack, 'audience', { value: bot.federationAudience });
new TerraformOutput(stack, 'account', { value: bot.email });

app.synth();
