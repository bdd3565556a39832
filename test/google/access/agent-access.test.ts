import { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic';
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
  // These three have no condition. The guide says what ends them.
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
