import { join } from 'node:path';
import { TerraformStack } from 'cdktf';
import { FakeGoogle } from './fake-google';
import { synthesize } from './synthesize';
import { Tools, tools, Workspace } from './terraform';
import { AgentStage, Expiry, Sponsor } from '../../../src/core';
import * as google from '../../../src/google';

export const PROJECT = 'acme-agents';
export const PLACES = {
  secret: 'projects/acme-test/secrets/erp',
  topic: 'projects/acme-test/topics/invoices',
  subscription: 'projects/acme-test/subscriptions/invoices',
  dataset: 'projects/acme-test/datasets/ledger',
  cryptoKey: 'projects/acme-test/locations/europe-west1/keyRings/agents/cryptoKeys/invoices',
  runService: 'projects/acme-test/locations/europe-west1/services/matcher',
  bucket: 'acme-invoices',
  table: 'projects/acme-test/datasets/ledger/tables/invoices',
  runJob: 'projects/acme-test/locations/europe-west1/jobs/matcher',
  repository: 'projects/acme-test/locations/europe-west1/repositories/agents',
  spannerInstance: 'projects/acme-test/instances/ledger',
  spannerDatabase: 'projects/acme-test/instances/ledger/databases/invoices',
};
export const RECORDS = 'acme-agents-agents-registry';
const TOPIC = 'projects/acme-agents/topics/agents-lifecycle';
export const OWN_SECRET = 'projects/acme-agents/secrets/invoice-bot-own';

export function identity(
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

/** An agent with a grant of each kind in test, and one grant in production. */
export function invoiceBot(stack: TerraformStack, stage: AgentStage, more: Partial<google.ManagedAgentIdentityProps> = {}): void {
  const registry = google.LifecycleRegistry.fromRegistryName(stack, 'Registry', { project: PROJECT });
  const bot = identity(stack, 'invoice-bot', stage, { registry, ownSecrets: [OWN_SECRET], ...more });
  const test = bot.accessIn(AgentStage.TEST);
  test.toOrganization('organizations/7', 'roles/logging.viewer');
  test.toProject('acme-test', 'roles/bigquery.dataViewer');
  test.toFolder('folders/42', 'roles/logging.viewer');
  test.toSecret(PLACES.secret, 'roles/secretmanager.secretAccessor');
  test.toBucket(PLACES.bucket, 'roles/storage.objectViewer');
  test.toTopic(PLACES.topic, 'roles/pubsub.publisher');
  test.toSubscription(PLACES.subscription, 'roles/pubsub.subscriber');
  test.toDataset(PLACES.dataset, 'roles/bigquery.dataViewer');
  test.toKey(PLACES.cryptoKey, 'roles/cloudkms.cryptoKeyDecrypter');
  test.toRunService(PLACES.runService, 'roles/run.invoker');
  test.toTable(PLACES.table, 'roles/bigquery.dataViewer');
  test.toRunJob(PLACES.runJob, 'roles/run.jobsExecutor');
  test.toRepository(PLACES.repository, 'roles/artifactregistry.reader');
  test.toSpannerInstance(PLACES.spannerInstance, 'roles/spanner.viewer');
  test.toSpannerDatabase(PLACES.spannerDatabase, 'roles/spanner.databaseReader');
  bot.accessIn(AgentStage.PRODUCTION).toSecret(PLACES.secret, 'roles/secretmanager.secretAccessor');
}

/** Opens a workspace for each test of a describe block. Its Google has the resources that the agents use but don't create. */
export function inWorkspaces(use: (workspace: Workspace) => void): void {
  let made: Tools;
  let workspace: Workspace;

  beforeAll(async () => {
    made = await tools();
  }, 600_000);

  beforeEach(async () => {
    workspace = await Workspace.open(made);
    const { documents } = workspace.google;
    for (const [kind, name] of Object.entries(PLACES)) {
      documents.add(kind === 'bucket' ? `buckets/${name}` : name, kind);
    }
    documents.add(OWN_SECRET, 'secret');
    documents.add(`buckets/${RECORDS}`, 'bucket');
    documents.add(TOPIC, 'topic');
    use(workspace);
  });

  afterEach(() => workspace.close());
}

export async function configure(workspace: Workspace, fill: (stack: TerraformStack) => void): Promise<void> {
  workspace.directory = await synthesize(join(workspace.root, 'out'), fill);
  await workspace.must('init', '-input=false');
}

export async function deploy(workspace: Workspace, fill: (stack: TerraformStack) => void): Promise<void> {
  await configure(workspace, fill);
  await workspace.apply();
}

/** The agent's accounts, without the janitor's. */
export function accountsOf(fake: FakeGoogle, agentName: string) {
  return fake.accounts.all().filter(({ email }) => email.startsWith(agentName));
}

/** The events in the registry, in order. */
export function eventsOf(fake: FakeGoogle): string[] {
  return fake.objects.messages.filter(({ topic }) => topic === TOPIC).map(({ data }) => {
    const { type } = JSON.parse(Buffer.from(data, 'base64').toString()) as { type: string };
    return type.split('.').at(-2)!;
  });
}

export function rolesOf(fake: FakeGoogle, email: string): string[] {
  return fake.tracesOf(email).filter((trace) => trace.includes(' has ')).map((trace) => trace.replace(/^.* has /, '')).sort();
}
