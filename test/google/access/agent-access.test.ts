import { BigqueryDataset } from '@cdktf/provider-google/lib/bigquery-dataset';
import { BigqueryTable } from '@cdktf/provider-google/lib/bigquery-table';
import { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic';
import { SpannerDatabase } from '@cdktf/provider-google/lib/spanner-database';
import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { AgentStage, Expiry } from '../../../src/core';
import { AgentAccess, LifecycleRegistry } from '../../../src/google';
import { agent, codeOf, only, PRODUCTION, resources, STAGING, stackOf, TEST, agentIn, WITH_TEARDOWN } from '../agents';

const CONDITION = { title: 'agent-expiry', description: 'Until the end of the agent', expression: 'request.time < timestamp("2999-04-01T00:00:00Z")' };
const MEMBER = '${google_service_account.agent_invoice_bot.member}';
const EMAIL = '${google_service_account.agent_invoice_bot.email}';
const KEY = 'projects/acme-prod/locations/europe-west1/keyRings/agents/cryptoKeys/invoices';

type Grant = (access: AgentAccess) => void;
const KINDS: [string, Grant, Record<string, unknown>][] = [
  ['google_organization_iam_member', (to) => to.toOrganization('organizations/123456789012', 'roles/logging.viewer'),
    { org_id: '123456789012', role: 'roles/logging.viewer', member: MEMBER, condition: CONDITION }],
  ['google_project_iam_member', (to) => to.toProject('acme-prod', 'roles/bigquery.dataViewer'),
    { project: 'acme-prod', role: 'roles/bigquery.dataViewer', member: MEMBER, condition: CONDITION }],
  ['google_folder_iam_member', (to) => to.toFolder('folders/123456789012', 'roles/logging.viewer'),
    { folder: 'folders/123456789012', role: 'roles/logging.viewer', member: MEMBER, condition: CONDITION }],
  ['google_secret_manager_secret_iam_member', (to) => to.toSecret('projects/acme-prod/secrets/erp', 'roles/secretmanager.secretAccessor'),
    { project: 'acme-prod', secret_id: 'erp', role: 'roles/secretmanager.secretAccessor', member: MEMBER, condition: CONDITION }],
  ['google_storage_bucket_iam_member', (to) => to.toBucket('acme-invoices', 'roles/storage.objectViewer'),
    { bucket: 'acme-invoices', role: 'roles/storage.objectViewer', member: MEMBER, condition: CONDITION }],
  ['google_bigquery_dataset_access', (to) => to.toDataset('projects/acme-prod/datasets/ledger', 'roles/bigquery.dataViewer'),
    { project: 'acme-prod', dataset_id: 'ledger', role: 'roles/bigquery.dataViewer', user_by_email: EMAIL, condition: CONDITION }],
  ['google_kms_crypto_key_iam_member', (to) => to.toKey(KEY, 'roles/cloudkms.cryptoKeyDecrypter'),
    { crypto_key_id: KEY, role: 'roles/cloudkms.cryptoKeyDecrypter', member: MEMBER, condition: CONDITION }],
  ['google_spanner_instance_iam_member', (to) => to.toSpannerInstance('projects/acme-prod/instances/ledger', 'roles/spanner.databaseReader'),
    { project: 'acme-prod', instance: 'ledger', role: 'roles/spanner.databaseReader', member: MEMBER, condition: CONDITION }],
  ['google_spanner_database_iam_member', (to) => to.toSpannerDatabase('projects/acme-prod/instances/ledger/databases/invoices', 'roles/spanner.databaseUser'),
    { project: 'acme-prod', instance: 'ledger', database: 'invoices', role: 'roles/spanner.databaseUser', member: MEMBER, condition: CONDITION }],
  // These have no condition. The guide says what ends them.
  ['google_bigquery_table_iam_member', (to) => to.toTable('projects/acme-prod/datasets/ledger/tables/invoices', 'roles/bigquery.dataViewer'),
    { project: 'acme-prod', dataset_id: 'ledger', table_id: 'invoices', role: 'roles/bigquery.dataViewer', member: MEMBER }],
  ['google_artifact_registry_repository_iam_member', (to) => to.toRepository('projects/acme-prod/locations/eu/repositories/agents', 'roles/artifactregistry.reader'),
    { project: 'acme-prod', location: 'eu', repository: 'agents', role: 'roles/artifactregistry.reader', member: MEMBER }],
  ['google_cloud_run_v2_job_iam_member', (to) => to.toRunJob('projects/acme-prod/locations/europe-west1/jobs/matcher', 'roles/run.jobsExecutor'),
    { project: 'acme-prod', location: 'europe-west1', name: 'matcher', role: 'roles/run.jobsExecutor', member: MEMBER }],
  ['google_cloud_run_v2_service_iam_member', (to) => to.toRunService('projects/acme-prod/locations/europe-west1/services/matcher', 'roles/run.invoker'),
    { project: 'acme-prod', location: 'europe-west1', name: 'matcher', role: 'roles/run.invoker', member: MEMBER }],
  ['google_pubsub_topic_iam_member', (to) => to.toTopic('projects/acme-prod/topics/invoices', 'roles/pubsub.publisher'),
    { project: 'acme-prod', topic: 'invoices', role: 'roles/pubsub.publisher', member: MEMBER }],
  ['google_pubsub_subscription_iam_member', (to) => to.toSubscription('projects/acme-prod/subscriptions/invoices', 'roles/pubsub.subscriber'),
    { project: 'acme-prod', subscription: 'invoices', role: 'roles/pubsub.subscriber', member: MEMBER }],
];

test('ResourceNameShort: a resource of the app is named whole, or the teardown would not find it', () => {
  const { stack, bot } = agent();
  const topic = new PubsubTopic(stack, 'Topic', { name: 'invoices' });

  expect(codeOf(() => bot.accessIn(TEST).toTopic(topic.name, 'roles/pubsub.publisher'))).toBe('ResourceNameShort');
  expect(codeOf(() => bot.accessIn(PRODUCTION).toTopic(topic.name, 'roles/pubsub.publisher'))).toBe('ResourceNameShort');
  expect(codeOf(() => bot.accessIn(TEST).toTopic(topic.id, 'roles/pubsub.publisher'))).toBeUndefined();
});

describe.each(KINDS)('%s', (type, grant, expected) => {
  test('is rendered in the present stage, and ends with the agent where Google lets it', () => {
    const { bot, resources: of } = agent();
    grant(bot.accessIn(TEST));
    const { '//': _metadata, depends_on: dependsOn, lifecycle, ...rendered } = only(of(type));

    expect(rendered).toEqual(expected);
    expect({ depends_on: dependsOn, lifecycle }).toEqual(WITH_TEARDOWN);
    expect(bot.declaredAccess).toEqual([expect.objectContaining({ stages: ['test'], live: true, endsByItself: 'condition' in expected })]);
  });

  test('renders nothing in another stage, and is reported', () => {
    const bare = agent();
    const { bot, synth } = agent();
    grant(bot.accessIn(PRODUCTION));

    expect(synth()).toBe(bare.synth());
    expect(bot.declaredAccess).toEqual([expect.objectContaining({ stages: ['production'], live: false })]);
  });

  test('has one address in each stage', () => {
    const addresses = [TEST, PRODUCTION].map((stage) => {
      const { bot, resources: of } = agent({ stage });
      grant(bot.accessIn(TEST, PRODUCTION));
      return Object.keys(of(type)).filter((address) => address.startsWith('agent_'));
    });

    expect(addresses[0]).toHaveLength(1);
    expect(addresses[1]).toEqual(addresses[0]);
  });
});

test('the same grant in the name of two stages is one', () => {
  const { bot, resources: of } = agent();
  bot.accessIn(TEST).toProject('acme-test', 'roles/bigquery.dataViewer');
  bot.accessIn(TEST, STAGING).toProject('acme-test', 'roles/bigquery.dataViewer');

  only(of('google_project_iam_member'));
  expect(bot.declaredAccess).toHaveLength(2);
});

test('two roles on one thing, and one role on two, are grants of their own', () => {
  const { bot, resources: of } = agent();
  bot.access.toProject('acme-test', 'roles/bigquery.dataViewer');
  bot.access.toProject('acme-test', 'roles/bigquery.jobUser');
  bot.access.toProject('acme-other', 'roles/bigquery.jobUser');

  expect(Object.keys(of('google_project_iam_member')).filter((address) => address.startsWith('agent_'))).toHaveLength(3);
});

test('takes what the stack makes by reference, so that Terraform knows the order, at one address in each synthesis', () => {
  const once = () => {
    const stack = stackOf();
    const bucket = new StorageBucket(stack, 'Invoices', { name: 'acme-invoices', location: 'EU' });
    const bot = agentIn(stack);
    bot.access.toBucket(bucket.name, 'roles/storage.objectViewer');
    return { found: resources(stack, 'google_storage_bucket_iam_member'), input: resources(stack, 'terraform_data').agent_invoice_bot.input, bot };
  };
  const [first, second] = [once(), once()];

  expect(only(first.found).bucket).toBe('${google_storage_bucket.Invoices.name}');
  expect(JSON.parse(first.input).resources).toEqual([{ kind: 'bucket', name: '${google_storage_bucket.Invoices.name}' }]);
  expect(Object.keys(second.found)).toEqual(Object.keys(first.found));
  expect(first.bot.declaredAccess[0].resource).toBe('${google_storage_bucket.Invoices.name}');
});

describe('resources that are named by reference', () => {
  const made = () => {
    const { stack, bot } = agent();
    const dataset = new BigqueryDataset(stack, 'Ledger', { project: 'acme-prod', datasetId: 'ledger' });
    const table = new BigqueryTable(stack, 'Invoices', { project: 'acme-prod', datasetId: dataset.datasetId, tableId: 'invoices' });
    const database = new SpannerDatabase(stack, 'Database', { project: 'acme-prod', instance: 'ledger', name: 'invoices' });
    return { stack, bot, dataset, table, database };
  };
  const part = (name: string, index: number) => `\${element(split("/", ${name}), ${index})}`;

  test('datasets and tables whose names the provider takes only in parts', () => {
    const { stack, bot, dataset, table } = made();
    bot.access.toDataset(dataset.id, 'roles/bigquery.dataViewer');
    bot.access.toDataset(`projects/acme-prod/datasets/${dataset.datasetId}`, 'roles/bigquery.dataEditor');
    bot.access.toTable(table.id, 'roles/bigquery.dataViewer');

    const grants = Object.values(resources(stack, 'google_bigquery_dataset_access'));
    const of = (role: string) => grants.find((grant) => grant.role === role)!;
    const [whole, inside] = [of('roles/bigquery.dataViewer'), of('roles/bigquery.dataEditor')];
    const [id, ofTable] = ['google_bigquery_dataset.Ledger.id', 'google_bigquery_table.Invoices.id'];
    expect([whole.project, whole.dataset_id]).toEqual([part(id, 1), part(id, 3)]);
    expect([inside.project, inside.dataset_id]).toEqual(['acme-prod', '${google_bigquery_dataset.Ledger.dataset_id}']);
    expect(only(resources(stack, 'google_bigquery_table_iam_member'))).toMatchObject({ project: part(ofTable, 1), dataset_id: part(ofTable, 3), table_id: part(ofTable, 5) });
  });

  test('ResourceNameShort: the provider\'s id of a database of Spanner is not its name, and the message says what is', () => {
    const { stack, bot, database } = made();

    expect(codeOf(() => bot.access.toSpannerDatabase(database.id, 'roles/spanner.databaseReader'))).toBe('ResourceNameShort');
    expect(() => bot.access.toSpannerDatabase(database.id, 'roles/spanner.databaseReader')).toThrow(/databases\/invoices, with the reference in it$/);
    bot.access.toSpannerDatabase(`projects/acme-prod/instances/ledger/databases/${database.name}`, 'roles/spanner.databaseReader');
    expect(only(resources(stack, 'google_spanner_database_iam_member')).database).toBe('${google_spanner_database.Database.name}');
  });
});

describe('a grant', () => {
  const later = (stage: AgentStage) => {
    const { stack, bot } = agent({ stage });
    const grant = bot.accessIn(TEST).toTopic('projects/acme-test/topics/invoices', 'roles/pubsub.publisher');
    const again = bot.accessIn(TEST, PRODUCTION).toTopic('projects/acme-test/topics/invoices', 'roles/pubsub.publisher');
    new StorageBucket(stack, 'Invoices', { name: 'acme-invoices', location: 'EU', dependsOn: [grant] });
    return { grant, again, bucket: resources(stack, 'google_storage_bucket').Invoices };
  };

  test('is something to depend on', () => {
    const { grant, again, bucket } = later(TEST);
    expect(grant).toMatchObject({ live: true, fqn: expect.stringMatching(/^google_pubsub_topic_iam_member\.agent_invoice_bot_/) });
    expect(again).toEqual(grant);
    expect(bucket.depends_on).toEqual([grant.fqn]);
  });

  test('of another stage is one too, so that a move breaks nothing', () => {
    const { grant, bucket } = later(STAGING);
    expect(grant).toEqual({ live: false, fqn: 'terraform_data.agent_invoice_bot' });
    expect(bucket.depends_on).toEqual(['terraform_data.agent_invoice_bot']);
  });
});

test('what would be refused at promotion is refused while dormant', () => {
  const { bot } = agent();

  expect(codeOf(() => bot.accessIn(PRODUCTION).toProject('acme-prod', 'roles/owner'))).toBe('PrimitiveRole');
});

describe('stages', () => {
  const canary = AgentStage.of('canary');

  test('refuses one that nobody knows, and takes it from a registry that has it', () => {
    expect(codeOf(() => agent().bot.accessIn(canary))).toBe('StageUnknown');

    const stack = stackOf();
    const registry = LifecycleRegistry.fromRegistryName(stack, 'Registry', { project: 'acme-agents', stages: [TEST, canary] });
    const bot = agentIn(stack, { registry });
    expect(codeOf(() => bot.accessIn(canary))).toBeUndefined();
    expect(codeOf(() => bot.accessIn(PRODUCTION))).toBe('StageUnknown');
  });

  test('refuses one in which access is only narrowed, because nothing would hold it, and takes PILOT', () => {
    const { DEPRECATED, PILOT } = AgentStage;
    const stack = stackOf();
    const registry = LifecycleRegistry.fromRegistryName(stack, 'Registry', { project: 'acme-agents', stages: [TEST, PILOT, PRODUCTION, DEPRECATED] });
    expect(codeOf(() => agentIn(stack, { registry, stage: DEPRECATED }))).toBe('StageUnsupported');
    expect(codeOf(() => agentIn(stack, { registry, stage: PILOT }, 'Pilot').accessIn(PRODUCTION))).toBeUndefined();
  });

  test('refuses none', () => {
    expect(codeOf(() => agent().bot.accessIn())).toBe('StageMissing');
  });
});

test('a later end moves the condition', () => {
  const { bot, resources: of } = agent({ expires: Expiry.at('2999-12-24T18:30:15Z') });
  bot.access.toProject('acme-test', 'roles/bigquery.dataViewer');

  expect(only(of('google_project_iam_member')).condition.expression).toBe('request.time < timestamp("2999-12-24T18:30:15Z")');
});
