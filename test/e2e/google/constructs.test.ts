import { join } from 'node:path';
import { TerraformStack } from 'cdktf';
import { FakeGoogle } from './fake-google';
import { story } from './story';
import { synthesize } from './synthesize';
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

const RECORDS = 'acme-agents-agents-registry';
const TOPIC = 'projects/acme-agents/topics/agents-lifecycle';
const OWN_SECRET = 'projects/acme-agents/secrets/invoice-bot-own';

function identity(
  stack: TerraformStack, agentName: string, stage: AgentStage, more: Partial<google.ManagedAgentIdentityProps> = {},
): google.ManagedAgentIdentity {
  return new google.ManagedAgentIdentity(stack, agentName, {
    project: PROJECT,
    agentName,
    purpose: 'Matches supplier invoices to purchase orders',
    sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
    stage,
    expires: Expiry.on('2027-03-31'),
    runtime: google.AgentRuntime.cloudRun(),
    ...more,
  });
}

/** An agent that is given something of each kind in test, and one thing in production. */
function invoiceBot(stack: TerraformStack, stage: AgentStage): void {
  const registry = google.AgentRegistry.fromRegistryName(stack, 'Registry', { project: PROJECT });
  const bot = identity(stack, 'invoice-bot', stage, { registry, ownSecrets: [OWN_SECRET] });
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

function twoBots(stack: TerraformStack): void {
  identity(stack, 'mail-bot', AgentStage.TEST);
  identity(stack, 'invoice-bot', AgentStage.TEST, { ownSecrets: [OWN_SECRET] }).access.toProject('acme-test', 'roles/bigquery.dataViewer');
}

async function configure(fill: (stack: TerraformStack) => void): Promise<void> {
  workspace.directory = await synthesize(join(workspace.root, 'out'), fill);
  await workspace.must('init', '-input=false');
}

async function deploy(fill: (stack: TerraformStack) => void): Promise<void> {
  await configure(fill);
  await workspace.apply();
}

/** Accounts that an agent has, without the janitor's. */
function accountsOf(fake: FakeGoogle, agentName: string) {
  return fake.accounts.all().filter(({ email }) => email.startsWith(agentName));
}

/** What the registry was told, in order. */
function eventsOf(fake: FakeGoogle): string[] {
  return fake.objects.messages.filter(({ topic }) => topic === TOPIC).map(({ data }) => {
    const { type } = JSON.parse(Buffer.from(data, 'base64').toString()) as { type: string };
    return type.split('.').at(-2)!;
  });
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
    workspace.google.documents.add(OWN_SECRET, 'secret');
    workspace.google.documents.add(`buckets/${RECORDS}`, 'bucket');
    workspace.google.documents.add(TOPIC, 'topic');
  });

  afterEach(() => workspace.close());

  test('an agent can\'t be removed unseen: the apply is refused before anything is touched', async () => {
    const fake = workspace.google;
    await deploy(twoBots);
    const [account] = accountsOf(fake, 'invoice-bot');
    const traces = fake.tracesOf(account.email);
    const addresses = await workspace.addresses();
    await configure((stack) => identity(stack, 'mail-bot', AgentStage.TEST));
    const refused = await workspace.run('apply', '-auto-approve', '-input=false');
    expect(refused.code).not.toBe(0);
    expect(refused.out + refused.err).toContain('AgentRemovedUnretired: invoice-bot');
    expect(fake.tracesOf(account.email)).toEqual(traces);
    const ofBot = (all: string[]) => all.filter((address) => address.includes('invoice_bot'));
    expect(ofBot(await workspace.addresses())).toEqual(ofBot(addresses));

    await deploy((stack) => {
      identity(stack, 'mail-bot', AgentStage.TEST);
      new google.RetiredAgents(stack, 'Retired', { agentNames: ['invoice-bot'] });
    });
    expect(fake.tracesOf(account.email)).toEqual([]);
    expect(fake.documents.has(OWN_SECRET)).toBe(false);
  }, 240_000);

  test('an agent can\'t be removed unseen after an apply that failed, nor as the last one', async () => {
    const fake = workspace.google;
    const bots = (...names: string[]) => (stack: TerraformStack) => names.forEach((name) => identity(stack, name, AgentStage.TEST));
    const granted = (stack: TerraformStack) => {
      identity(stack, 'a-bot', AgentStage.TEST).access.toProject('acme-test', 'roles/bigquery.dataViewer');
      identity(stack, 'b-bot', AgentStage.TEST);
    };
    await deploy(bots('a-bot', 'b-bot'));
    // The guard is older than the grant, and must know of it nevertheless.
    await deploy(granted);
    fake.fail({ matching: /^POST .*\/serviceAccounts$/, status: 403 });
    await configure((stack) => {
      granted(stack);
      identity(stack, 'c-bot', AgentStage.TEST);
    });
    expect((await workspace.run('apply', '-auto-approve', '-input=false')).code).not.toBe(0);
    fake.heal();

    const [account] = accountsOf(fake, 'a-bot');
    fake.policies.grant('projects/acme-test', 'roles/byhand', `serviceAccount:${account.email}`);
    const before = { traces: fake.tracesOf(account.email), addresses: await workspace.addresses() };
    const unretired = async (fill: (stack: TerraformStack) => void) => {
      await configure(fill);
      const { code, out, err } = await workspace.run('apply', '-auto-approve', '-input=false');
      expect(code).not.toBe(0);
      expect(out + err).toContain('AgentRemovedUnretired: a-bot');
      expect(fake.tracesOf(account.email)).toEqual(before.traces);
      expect((await workspace.addresses()).filter((address) => address.includes('a_bot'))).toEqual(before.addresses.filter((address) => address.includes('a_bot')));
    };
    await unretired(bots('b-bot'));
    await deploy((stack) => {
      granted(stack);
      new google.RetiredAgents(stack, 'Retired', { agentNames: ['c-bot'] });
    });
    await unretired((stack) => {
      new google.RetiredAgents(stack, 'Retired', { agentNames: ['b-bot', 'c-bot'] });
    });

    fake.calls.length = 0;
    await deploy((stack) => {
      new google.RetiredAgents(stack, 'Retired', { agentNames: ['a-bot', 'b-bot', 'c-bot'] });
    });
    expect(story(fake.calls)).toContain('teardown disables');
    expect(fake.tracesOf(account.email)).toEqual([]);
    expect(fake.accounts.all()).toEqual([]);
    expect(await workspace.plannedChanges()).toBe('');
  }, 240_000);

  test('an agent that is named as retired leaves, and others stay', async () => {
    const fake = workspace.google;
    await deploy(twoBots);
    const [account] = accountsOf(fake, 'invoice-bot');
    const [other] = accountsOf(fake, 'mail-bot');
    fake.accounts.addKey(account.email);
    fake.policies.grant('projects/acme-test', 'roles/byhand', `serviceAccount:${account.email}`);
    const otherTraces = fake.tracesOf(other.email);
    fake.calls.length = 0;
    await deploy((stack) => {
      identity(stack, 'mail-bot', AgentStage.TEST);
      new google.RetiredAgents(stack, 'Retired', { agentNames: ['invoice-bot'] });
    });
    expect(fake.tracesOf(account.email)).toEqual([]);
    expect(fake.documents.has(OWN_SECRET)).toBe(false);
    expect(story(fake.calls)).toContain('teardown disables');
    expect(story(fake.calls).at(-1)).toBe('terraform deletes the account');
    expect(fake.tracesOf(other.email)).toEqual(otherTraces);
    expect(other.disabled).toBe(false);
    expect(await workspace.plannedChanges()).toBe('');
  }, 240_000);

  test('an agent joins, moves and leaves, with grants of each kind', async () => {
    const fake = workspace.google;
    await deploy((stack) => invoiceBot(stack, AgentStage.TEST));
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
  }, 240_000);

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
  }, 240_000);

  test('the last agent leaves and another joins: the janitor\'s role is named anew, as Google keeps the name of a deleted one for 37 days', async () => {
    const fake = workspace.google;
    const bot = (stack: TerraformStack) => void identity(stack, 'invoice-bot', AgentStage.TEST);
    const roles = () => fake.documents.names().filter((name) => name.includes('/roles/'));
    await deploy(bot);
    const [first] = roles();
    await workspace.destroy();
    expect(roles()).toEqual([]);
    await deploy(bot);
    expect(roles()).toEqual([expect.stringMatching(/^projects\/acme-agents\/roles\/nhi_janitor_[a-v0-9]{10}_[0-9a-f]{8}$/)]);
    expect(roles()).not.toContain(first);
  }, 240_000);

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
  }, 240_000);
});
