import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, TerraformStack } from 'cdktf';
import { AgentStage, Expiry, google, Sponsor } from 'cdk-nhi-lifecycle';

/** The fleet: a line makes an agent join, a change of its stage moves it. */
const AGENTS = [
  { name: 'invoice-bot', stage: AgentStage.PRODUCTION, purpose: 'Matches supplier invoices to purchase orders', dataset: 'ledger' },
  { name: 'dunning-bot', stage: AgentStage.TEST, purpose: 'Writes reminders for open invoices', dataset: 'receivables' },
  { name: 'vendor-bot', stage: AgentStage.TEST, purpose: 'Keeps the master data of suppliers', dataset: 'vendors' },
];
/** A line that was removed above is added here: the agent leaves with everything that people gave it. */
const LEFT = ['expense-bot'];

const PROJECT = 'acme-agents';
const app = new App();

/** Applied by the platform team: it needs rights in the organisation that no pipeline of agents should have. */
const platform = new TerraformStack(app, 'agent-platform');
new GoogleProvider(platform, 'google', { region: 'europe-west1' });
const registry = new google.LifecycleRegistry(platform, 'Registry', { project: PROJECT, location: 'EU' });
new google.AgentGuardrails(platform, 'Guardrails', {
  project: PROJECT,
  pipelines: ['agent-deployer@acme-agents.iam.gserviceaccount.com'],
  breakGlassGroup: 'cloud-emergency@example.com',
});

const fleet = new TerraformStack(app, 'finance-agents');
new GoogleProvider(fleet, 'google', { region: 'europe-west1' });
google.AgentDefaults.of(fleet).set({
  project: PROJECT,
  registry: google.LifecycleRegistry.fromRegistryName(fleet, 'Registry', { project: registry.project }),
  expires: Expiry.on('2027-03-31'),
  sponsor: Sponsor.team({
    name: 'Accounts Payable',
    mailbox: 'accounts-payable@example.com',
    accountableName: 'Ada Park',
    accountableEmail: 'ada.park@example.com',
    backupEmail: 'li.chen@example.com',
  }),
});
for (const { name, stage, purpose, dataset } of AGENTS) {
  const bot = new google.ManagedAgentIdentity(fleet, name, { agentName: name, stage, purpose, runtime: google.AgentRuntime.cloudRun() });
  bot.accessIn(AgentStage.TEST).toDataset(`projects/acme-test/datasets/${dataset}`, 'roles/bigquery.dataViewer');
  bot.accessIn(AgentStage.PRODUCTION).toDataset(`projects/acme-prod/datasets/${dataset}`, 'roles/bigquery.dataEditor');
  bot.accessIn(AgentStage.TEST, AgentStage.PRODUCTION).toTopic('projects/acme-agents/topics/matched', 'roles/pubsub.publisher');
}
new google.RetiredAgents(fleet, 'Left', { agentNames: LEFT });

app.synth();
