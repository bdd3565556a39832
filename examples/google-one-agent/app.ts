import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, TerraformStack } from 'cdktf';
import { AgentStage, Expiry, google, Sponsor } from 'cdk-nhi-lifecycle';

const app = new App();
const stack = new TerraformStack(app, 'invoice-bot');
new GoogleProvider(stack, 'google', { region: 'europe-west1' });

const bot = new google.ManagedAgentIdentity(stack, 'InvoiceBot', {
  project: 'acme-agents',
  agentName: 'invoice-bot',
  purpose: 'Matches supplier invoices to purchase orders',
  sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
  stage: AgentStage.TEST, // mover: change this line
  expires: Expiry.on('2027-03-31'),
  runtime: google.AgentRuntime.cloudRun(),
});
bot.accessIn(AgentStage.TEST).toProject('acme-test', 'roles/bigquery.dataViewer');
bot.accessIn(AgentStage.PRODUCTION).toSecret('projects/acme-prod/secrets/erp', 'roles/secretmanager.secretAccessor'); // dormant until promoted

app.synth();
