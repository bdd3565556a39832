import { join } from 'node:path';
import { TerraformStack } from 'cdktf';
import { FakeGoogle } from './fake-google';
import { story } from './story';
import { synthesize, synthesizeExample } from './synthesize';
import { describeWithGo, Tools, tools, Workspace } from './terraform';
import { AgentStage, Expiry, Sponsor } from '../../../src/core';
import * as google from '../../../src/google';

const PROJECT = 'acme-agents';
const PLACES = {
  secret: 'projects/acme-test/secrets/erp',
  topic: 'projects/acme-test/topics/invoices',
  subscription: 'projects/acme-test/subscriptions/invoices',
  dataset: 'projects/acme-test/datasets/ledger',
  cryptoKey: 'projects/acme-test/locations/europe-west1/keyRings/agents/cryptoKeys/invoices',
  runService: 'projects/acme-test/locations/europe-west1/services/matcher',
  bucket: 'acme-invoices',
};
let made: Tools;
let workspace: Workspace;

/** An agent that is given something of each kind in test, and one thing in production. */
function agent(stack: TerraformStack, stage: AgentStage): void {
  const bot = new google.ManagedAgentIdentity(stack, 'InvoiceBot', {
    project: PROJECT,
    agentName: 'invoice-bot',
    purpose: 'Matches supplier invoices to purchase orders',
    sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
    stage,
    expires: Expiry.on('2027-03-31'),
    runtime: google.AgentRuntime.cloudRun(),
  });
  const test = bot.accessIn(AgentStage.TEST);
  test.toProject('acme-test', 'roles/bigquery.dataViewer');
  test.toFolder('folders/42', 'roles/logging.viewer');
  test.toSecret(PLACES.secret, 'roles/secretmanager.secretAccessor');
  test.toBucket(PLACES.bucket, 'roles/storage.objectViewer');
  test.toTopic(PLACES.topic, 'roles/pubsub.publisher');
  test.toSubscription(PLACES.subscription, 'roles/pubsub.subscriber');
  test.toDataset(PLACES.dataset, 'roles/bigquery.dataViewer');
  test.toKey(PLACES.cryptoKey, 'roles/cloudkms.cryptoKeyDecrypter');
  test.toRunService(PLACES.runService, 'roles/run.invoker');
  bot.accessIn(AgentStage.PRODUCTION).toSecret(PLACES.secret, 'roles/secretmanager.secretAccessor');
}

async function deploy(stage: AgentStage): Promise<void> {
  workspace.directory = await synthesize(join(workspace.root, 'out'), (stack) => agent(stack, stage));
  await workspace.must('init', '-input=false');
  await workspace.apply();
}

/** Accounts that an agent has, without the janitor's. */
function accountsOf(fake: FakeGoogle, agentName: string) {
  return fake.accounts.all().filter(({ email }) => email.startsWith(agentName));
}

function rolesOf(fake: FakeGoogle, email: string): string[] {
  return fake.tracesOf(email).filter((trace) => trace.includes(' has ')).map((trace) => trace.replace(/^.* has /, '')).sort();
}

describeWithGo('the constructs on the real Terraform', () => {
  beforeAll(async () => {
    made = await tools();
  }, 600_000);

  beforeEach(async () => {
    workspace = await Workspace.open(made);
    for (const [kind, name] of Object.entries(PLACES)) {
      workspace.google.documents.add(kind === 'bucket' ? `buckets/${name}` : name, kind);
    }
  });

  afterEach(() => workspace.close());

  test('an agent joins, moves and leaves, with grants of each kind', async () => {
    const fake = workspace.google;
    await deploy(AgentStage.TEST);
    const [first] = accountsOf(fake, 'invoice-bot');
    expect(rolesOf(fake, first.email)).toHaveLength(9);
    expect(await workspace.plannedChanges()).toBe('');

    const member = `serviceAccount:${first.email}`;
    fake.accounts.addKey(first.email);
    fake.hmacKeys.add(PROJECT, first.email);
    for (const [kind, name] of Object.entries(PLACES)) {
      fake.policies.grant(kind === 'bucket' ? `buckets/${name}` : name, `roles/byhand.${kind}`, member);
    }
    fake.calls.length = 0;
    await deploy(AgentStage.PRODUCTION);
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
    expect([first, next].flatMap(({ email }) => fake.tracesOf(email))).toEqual([]);
    expect(await workspace.addresses()).toEqual([]);
  }, 240_000);

  test('the example with one agent deploys, plans nothing more, and leaves nothing', async () => {
    const fake = workspace.google;
    workspace.directory = await synthesizeExample(join(workspace.root, 'out'), 'google-one-agent');
    await workspace.must('init', '-input=false');
    await workspace.must('validate');
    await workspace.apply();
    expect(accountsOf(fake, 'invoice-bot')).toHaveLength(1);
    expect(await workspace.plannedChanges()).toBe('');
    await workspace.destroy();
    expect(fake.accounts.all()).toEqual([]);
    expect(await workspace.addresses()).toEqual([]);
  }, 240_000);
});
