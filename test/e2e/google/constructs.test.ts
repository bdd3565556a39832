import { BigqueryDataset } from '@cdktf/provider-google/lib/bigquery-dataset';
import { BigqueryTable } from '@cdktf/provider-google/lib/bigquery-table';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { PubsubSubscription } from '@cdktf/provider-google/lib/pubsub-subscription';
import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { TerraformStack } from 'cdktf';
import * as bots from './bots';
import { accountsOf, eventsOf, identity, invoiceBot, inWorkspaces, OWN_SECRET, PLACES, PROJECT, RECORDS, rolesOf } from './bots';
import { story } from './story';
import { Workspace } from './terraform';
import { AgentStage } from '../../../src/core';
import * as google from '../../../src/google';

let workspace: Workspace;

const configure = (fill: (stack: TerraformStack) => void) => bots.configure(workspace, fill);
const deploy = (fill: (stack: TerraformStack) => void) => bots.deploy(workspace, fill);

describe('the constructs on the real Terraform', () => {
  inWorkspaces((opened) => {
    workspace = opened;
  });

  test('an agent joins, moves and leaves, with grants of each kind', async () => {
    const fake = workspace.google;
    await deploy((stack) => invoiceBot(stack, AgentStage.TEST));
    const [first] = accountsOf(fake, 'invoice-bot');
    expect(rolesOf(fake, first.email)).toHaveLength(15);
    expect(await workspace.plannedChanges()).toBe('');

    const member = `serviceAccount:${first.email}`;
    fake.accounts.addKey(first.email);
    fake.hmacKeys.add(PROJECT, first.email);
    for (const [kind, name] of Object.entries(PLACES)) {
      fake.policies.grant(kind === 'bucket' ? `buckets/${name}` : name, `roles/byhand.${kind}`, member);
    }
    fake.calls.length = 0;
    await deploy((stack) => invoiceBot(stack, AgentStage.PRODUCTION));
    expect(fake.documents.has(OWN_SECRET)).toBe(true);
    const [next, ...others] = accountsOf(fake, 'invoice-bot');
    expect(others).toEqual([]);
    expect(next.uniqueId).not.toBe(first.uniqueId);
    expect(fake.tracesOf(first.email)).toEqual([]);
    expect(rolesOf(fake, next.email)).toEqual([`roles/secretmanager.secretAccessor on ${PLACES.secret}`]);
    const told = story(fake.calls);
    const order = ['teardown disables', 'teardown revokes', 'terraform deletes the account', 'terraform makes an account', 'terraform grants'];
    expect(order.map((event) => told.indexOf(event))).toEqual([...order.map((event) => told.indexOf(event))].sort((a, b) => a - b));
    expect(order.every((event) => told.includes(event))).toBe(true);
    expect(told.lastIndexOf('teardown revokes')).toBeLessThan(told.indexOf('terraform deletes the account'));
    expect(await workspace.plannedChanges()).toBe('');

    fake.accounts.addKey(next.email);
    const out = await workspace.destroy();
    expect(out).toContain('nothing is left');
    expect(fake.accounts.all()).toEqual([]);
    expect(fake.documents.has(OWN_SECRET)).toBe(false);
    expect(eventsOf(fake)).toEqual(['joined', 'moved', 'left']);
    expect([first, next].flatMap(({ email }) => fake.tracesOf(email))).toEqual([]);
    expect(await workspace.addresses()).toEqual([]);
  });

  test('a dataset and a table that the stack makes are granted by reference, and what needs a grant is made after it', async () => {
    const fake = workspace.google;
    await deploy((stack) => {
      const dataset = new BigqueryDataset(stack, 'Made', { project: 'acme-test', datasetId: 'made' });
      const table = new BigqueryTable(stack, 'Table', { project: 'acme-test', datasetId: dataset.datasetId, tableId: 'made', deletionProtection: false });
      const { access } = identity(stack, 'invoice-bot', AgentStage.TEST);
      access.toTable(table.id, 'roles/bigquery.dataEditor');
      const grant = access.toDataset(dataset.id, 'roles/bigquery.dataViewer');
      new StorageBucket(stack, 'Later', { project: 'acme-test', name: 'acme-later', location: 'EU', dependsOn: [grant] });
    });
    expect(fake.policies.of('projects/acme-test/datasets/made').bindings).toHaveLength(1);
    expect(fake.policies.of('projects/acme-test/datasets/made/tables/made').bindings).toHaveLength(1);
    const at = (part: string) => fake.calls.findIndex(({ what }) => what.includes(part));
    expect(at('POST /stand-in/datasets/projects/acme-test/datasets/made')).toBeGreaterThan(0);
    expect(at('POST /stand-in/documents/google_storage_bucket/buckets%2Facme-later')).toBeGreaterThan(at('POST /stand-in/datasets/projects/acme-test/datasets/made'));
    expect(await workspace.plannedChanges()).toBe('');
    await workspace.destroy();
    expect(fake.accounts.all()).toEqual([]);
  });

  test('an agent and a registry have a provider with an alias, through a move and until the agent has left', async () => {
    const fake = workspace.google;
    const bot = (stage: AgentStage) => (stack: TerraformStack) => {
      const provider = new GoogleProvider(stack, 'aliased', { alias: 'agents', region: 'europe-west3' });
      const registry = new google.LifecycleRegistry(stack, 'Registry', { project: PROJECT, registryName: 'aliased', location: 'EU', provider, lockRetention: false });
      identity(stack, 'invoice-bot', stage, { registry, provider }).access.toSecret(PLACES.secret, 'roles/secretmanager.secretAccessor');
    };
    await deploy(bot(AgentStage.TEST));
    // The region is that of the provider.
    expect(fake.documents.names('google_cloud_scheduler_job')).toEqual([...fake.documents.names('google_cloud_scheduler_job')].filter((name) => name.includes('/europe-west3/')));
    expect(fake.documents.names('google_cloud_scheduler_job')).toHaveLength(2);
    await deploy(bot(AgentStage.PRODUCTION));
    expect(accountsOf(fake, 'invoice-bot')).toHaveLength(1);
    expect(await workspace.plannedChanges()).toBe('');
    await workspace.must('destroy', '-auto-approve', '-input=false', '-target=google_service_account.agent_invoice_bot');
    expect(accountsOf(fake, 'invoice-bot')).toEqual([]);
  });

  test('what the stack makes is granted by reference, a subscription with its project, and a wrong reference fails as the agent joins', async () => {
    const fake = workspace.google;
    const bot = (name: (subscription: PubsubSubscription) => string) => (stack: TerraformStack) => {
      const subscription = new PubsubSubscription(stack, 'Subscription', { project: 'acme-test', name: 'made', topic: PLACES.topic });
      identity(stack, 'invoice-bot', AgentStage.TEST).access.toSubscription(name(subscription), 'roles/pubsub.subscriber');
    };
    await deploy(bot(({ id }) => id));
    expect(fake.policies.of('projects/acme-test/subscriptions/made').bindings).toHaveLength(1);
    expect(await workspace.plannedChanges()).toBe('');
    await configure(bot(({ topic }) => topic));
    const { code, out, err } = await workspace.run('apply', '-auto-approve', '-input=false');
    expect(code).not.toBe(0);
    expect(out + err).toContain('ResourceNameInvalid: the subscription');
    await deploy(bot(({ id }) => id));
    await workspace.destroy();
    expect(fake.accounts.all()).toEqual([]);
  });

  test('an agent that could not be torn down does not join, and nothing of it is made', async () => {
    const fake = workspace.google;
    fake.policies.denied.add(`secretmanager.secrets.setIamPolicy on ${PLACES.secret}`);
    await configure((stack) => invoiceBot(stack, AgentStage.TEST));
    const { code, out, err } = await workspace.run('apply', '-auto-approve', '-input=false');
    expect(code).not.toBe(0);
    expect(out + err).toContain('TeardownUnable: invoice-bot (test) could join');
    expect(accountsOf(fake, 'invoice-bot')).toEqual([]);
    fake.policies.denied.clear();
    await workspace.apply();
    expect(accountsOf(fake, 'invoice-bot')).toHaveLength(1);
  });

  test('a federated agent moves there and back with one pool, as Google keeps a deleted one\'s name for 30 days', async () => {
    const fake = workspace.google;
    const aws = google.FederatedIdentity.awsRole({ accountId: '111122223333', roleName: 'invoice-bot-test' });
    const bot = (stage: AgentStage) => (stack: TerraformStack) => {
      identity(stack, 'invoice-bot', stage, { runtime: google.AgentRuntime.workloadIdentityFederation(aws) });
    };
    await deploy(bot(AgentStage.TEST));
    await deploy(bot(AgentStage.PRODUCTION));
    await deploy(bot(AgentStage.TEST));
    expect(accountsOf(fake, 'invoice-bot')).toHaveLength(1);
    expect(await workspace.plannedChanges()).toBe('');
    await workspace.destroy();
    expect(fake.accounts.all()).toEqual([]);
  });

  test('the last agent leaves and another joins: the janitor\'s role is named again, as Google keeps the name of a deleted one for 37 days', async () => {
    const fake = workspace.google;
    const bot = (stack: TerraformStack) => void identity(stack, 'invoice-bot', AgentStage.TEST);
    const roles = () => fake.documents.names().filter((name) => name.includes('/roles/')).sort();
    await deploy(bot);
    const first = roles();
    expect(first).toHaveLength(2);
    await workspace.destroy();
    expect(roles()).toEqual([]);
    await deploy(bot);
    expect(roles()).toEqual(['', 'hmac_'].map((part) => (
      expect.stringMatching(new RegExp(`^projects/acme-agents/roles/nhi_janitor_[a-v0-9]{10}_${part}[0-9a-f]{8}$`)))));
    expect(roles().filter((name) => first.includes(name))).toEqual([]);
  });

  test('agents that leave at once write to the same policies, and lose nothing of each other or of others', async () => {
    const fake = workspace.google;
    const names = ['a-bot', 'b-bot', 'c-bot', 'd-bot', 'e-bot', 'f-bot'];
    await deploy((stack) => names.forEach((name) => {
      const { access } = identity(stack, name, AgentStage.TEST);
      access.toProject('acme-test', 'roles/bigquery.dataViewer');
      access.toSecret(PLACES.secret, 'roles/secretmanager.secretAccessor');
    }));
    const person = { role: 'roles/byhand', members: ['user:ada.park@example.com'] };
    for (const { email } of names.flatMap((name) => accountsOf(fake, name))) {
      fake.policies.grant('projects/acme-test', 'roles/byhand', `serviceAccount:${email}`);
    }
    fake.policies.grant('projects/acme-test', person.role, person.members[0]);
    await workspace.destroy();
    expect(fake.accounts.all()).toEqual([]);
    expect(fake.policies.of('projects/acme-test').bindings).toEqual([person]);
    expect(fake.policies.of(PLACES.secret).bindings).toEqual([]);
  });

  test('records are written once under names that are never used again: there, back again, and leaving and joining unchanged', async () => {
    const fake = workspace.google;
    const records = () => fake.objects.names(RECORDS).filter((name) => name.startsWith('agents/'));
    const stageIn = (name: string) => (fake.objects.find(RECORDS, name) as { stage: string }).stage;
    const stages = [AgentStage.TEST, AgentStage.PRODUCTION, AgentStage.TEST];
    for (const stage of stages) {
      await deploy((stack) => invoiceBot(stack, stage));
      expect(await workspace.plannedChanges()).toBe('');
    }
    expect(records().map(stageIn)).toEqual(['test', 'production', 'test']);
    await workspace.destroy();
    fake.documents.add(OWN_SECRET, 'secret');
    await workspace.apply();
    // The same declaration creates no new record. The chain has what happened.
    expect(records()).toHaveLength(3);
    expect(eventsOf(fake)).toEqual(['joined', 'moved', 'moved', 'left', 'joined']);
    // Everything that Terraform or JSON would evaluate or unescape.
    const purpose = '$ $$ $${a} $$${b} $$$${c} %%{d} %%%{e} %${f} $%{g} ${~h~} \\ \\\\ " \\" \\${i} \\u0041 <&> \'x\' {{y}} \u00e9\u6f22';
    await deploy((stack) => invoiceBot(stack, AgentStage.TEST, { purpose }));
    expect((fake.objects.find(RECORDS, records().at(-1)!) as { purpose: string }).purpose).toBe(purpose);
    expect(accountsOf(fake, 'invoice-bot')[0].description).toContain(purpose);
  });
});
