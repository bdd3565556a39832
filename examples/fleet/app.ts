import { join } from 'node:path';
import { App, Stack, Tags, aws_dynamodb as dynamodb } from 'aws-cdk-lib';
import { AgentDefaults, AgentFleet, AgentRuntime, AgentStage, Expiry, LifecycleRegistry, Sponsor } from 'cdk-nhi-lifecycle';

const app = new App();
const env = { account: '111122223333', region: 'eu-central-1' };

// What an agent has that its row doesn't say.
AgentDefaults.of(app).set({
  sponsor: Sponsor.team({
    name: 'Finance Platform',
    mailbox: 'finance-platform@example.com',
    accountableName: 'Li Chen',
    accountableEmail: 'li.chen@example.com',
    backupEmail: 'ada.park@example.com',
  }),
  stage: AgentStage.TEST,
  expires: Expiry.on('2027-03-31'),
});

const stacks: { [name: string]: Stack } = {};
for (const name of ['agents-1', 'agents-2', 'tools']) {
  stacks[name] = new Stack(app, name, { env });
  AgentDefaults.of(stacks[name]).set({ registry: LifecycleRegistry.fromRegistryName(stacks[name], 'Registry', 'agents') });
}

const fleet = AgentFleet.fromCsv(join(__dirname, 'agents.csv'), {
  stacks,
  spreadOver: ['agents-1', 'agents-2'], // by the agent's name: another row moves no agent
  runtimes: {
    deployer: AgentRuntime.githubActions({ repository: 'acme/finance', repositoryId: '123456789', ownerId: '987654', environment: 'production', deploysCdkApps: true }),
  },
  access: ['read-invoices'],
  ownColumns: ['ticket'],
});

// What a name of the column `access` means is code, and is reviewed as code.
for (const bot of fleet.withAccess('read-invoices')) {
  const invoices = dynamodb.Table.fromTableName(bot, 'Invoices', 'invoices');
  invoices.grantReadData(bot.accessIn(AgentStage.TEST));
  invoices.grantReadWriteData(bot.accessIn(AgentStage.PRODUCTION));
}
for (const bot of fleet.agents) {
  Tags.of(bot).add('ticket', fleet.cell(bot.agentName, 'ticket'));
}

app.synth();
