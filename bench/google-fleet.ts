import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member';
import { App, TerraformResource, TerraformStack } from 'cdktf';
import { AgentStage, Expiry, google, Sponsor } from 'cdk-nhi-lifecycle';

/** Synthesizes a fleet on Google, either of agents or of bare service accounts with the same bindings, and prints its cost as JSON. */
const [kind, agents, stacks] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const outdir = mkdtempSync(join(tmpdir(), 'nhi-bench-'));
const expires = Expiry.on('2027-03-31');
const sponsor = Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' });
// Loads what both need before the measurement, so that only the work is compared.
google.RequiredPackages.assertInstalled();
const started = process.hrtime.bigint();

const app = new App({ outdir });
const names = Array.from({ length: stacks }, (_, s) => {
  const stack = new TerraformStack(app, `fleet${s}`);
  new GoogleProvider(stack, 'google', { region: 'europe-west1' });
  for (let i = s; i < agents; i += stacks) {
    (kind === 'agents' ? managed : bare)(stack, i);
  }
  return stack.node.id;
});
app.synth();
const ms = Number(process.hrtime.bigint() - started) / 1e6;

const templates = names.map((name) => readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8'));
const bytes = templates.reduce((sum, text) => sum + text.length, 0);
const resources = templates.map((text) => JSON.parse(text).resource as Record<string, object>)
  .reduce((sum, types) => sum + Object.values(types).reduce((count, found) => count + Object.keys(found).length, 0), 0);
rmSync(outdir, { recursive: true, force: true });
console.log(JSON.stringify({ ms, maxRssMb: process.resourceUsage().maxRSS / 1024, resources, bytes }));

function managed(stack: TerraformStack, i: number): void {
  const bot = new google.ManagedAgentIdentity(stack, `agent-${i}`, {
    project: 'acme-agents',
    agentName: `agent-${i}`,
    purpose: 'Matches supplier invoices to purchase orders',
    sponsor,
    stage: AgentStage.TEST,
    expires,
    runtime: google.AgentRuntime.broker('serviceAccount:broker@acme-agents.iam.gserviceaccount.com'),
  });
  bot.access.toProject('acme-test', 'roles/bigquery.dataViewer');
  bot.access.toProject('acme-test', 'roles/bigquery.jobUser');
}

/** The same resources, written by hand: account, lifecycle, end, runtime binding, two grants. */
function bare(stack: TerraformStack, i: number): void {
  const condition = { title: 'agent-expiry', expression: `request.time < timestamp("${expires.iso}")` };
  const account = new ServiceAccount(stack, `account-${i}`, { project: 'acme-agents', accountId: `agent-${i}-test`, displayName: `agent-${i}` });
  const lifecycle = new TerraformResource(stack, `lifecycle-${i}`, { terraformResourceType: 'terraform_data' });
  lifecycle.addOverride('input', account.email);
  const acting = (role: string, member: string, name: string) => new ServiceAccountIamMember(stack, `${name}-${i}`, { serviceAccountId: account.name, role, member, condition });
  acting('roles/iam.serviceAccountTokenCreator', 'serviceAccount:broker@acme-agents.iam.gserviceaccount.com', 'broker');
  acting('projects/acme-agents/roles/janitor', 'serviceAccount:janitor@acme-agents.iam.gserviceaccount.com', 'janitor');
  new CloudSchedulerJob(stack, `end-${i}`, {
    project: 'acme-agents',
    name: `agent-${i}-test`,
    schedule: '0 0 1 4 *',
    httpTarget: {
      uri: `https://iam.googleapis.com/v1/projects/acme-agents/serviceAccounts/${account.uniqueId}:disable`,
      httpMethod: 'POST',
      oauthToken: { serviceAccountEmail: 'janitor@acme-agents.iam.gserviceaccount.com' },
    },
  });
  for (const role of ['roles/bigquery.dataViewer', 'roles/bigquery.jobUser']) {
    new ProjectIamMember(stack, `${role.replace('/', '-')}-${i}`, { project: 'acme-test', role, member: account.member, condition, dependsOn: [lifecycle] });
  }
}
