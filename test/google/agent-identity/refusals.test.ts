import { PubsubSubscription } from '@cdktf/provider-google/lib/pubsub-subscription';
import { SecretManagerSecret } from '@cdktf/provider-google/lib/secret-manager-secret';
import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { AgentStage, Expiry, Sponsor } from '../../../src/core';
import { AgentAccess, AgentRuntime, ManagedAgentIdentityProps } from '../../../src/google';
import { agent, agentIn, appOf, codeOf, resources, stackOf } from '../agents';

const without = (...names: (keyof ManagedAgentIdentityProps)[]) => Object.fromEntries(names.map((name) => [name, undefined]));
const sponsor = (name: string) => Sponsor.person({ name, email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' });
const TOKEN = '${TfToken[TOKEN.7]}';
const ENGINES = 'principal://agents.global.org-123456789012.system.id.goog/resources/aiplatform/projects/42/locations/europe-west1/reasoningEngines/';

// Each invalid input has a valid counterpart that differs in nothing else.
describe.each<[code: string, what: string, bad: Partial<ManagedAgentIdentityProps>, good: Partial<ManagedAgentIdentityProps>]>([
  ['SponsorMissing', 'no sponsor', without('sponsor'), {}],
  ['StageMissing', 'no stage', without('stage'), {}],
  ['ExpiryMissing', 'no end', without('expires'), {}],
  ['ProjectMissing', 'no project', without('project'), {}],
  ['ApprovalUnsupported', 'a stage that requires an approval', { stage: AgentStage.PRODUCTION.withApproval() }, { stage: AgentStage.PRODUCTION }],
  ['CertificationUnsupported', 'an end that reviews carry on', { expires: Expiry.untilCertified({ latest: Expiry.on('2027-03-31') }) }, { expires: Expiry.on('2027-03-31') }],
  ['AgentNameInvalid', 'a name with capitals', { agentName: 'InvoiceBot' }, { agentName: 'invoice-bot' }],
  ['AgentNameInvalid', 'a name with an underscore', { agentName: 'invoice_bot' }, { agentName: 'invoice-bot' }],
  ['AgentNameInvalid', 'a name of two characters', { agentName: 'ib' }, { agentName: 'ibo' }],
  ['AgentNameInvalid', 'a name of 49 characters', { agentName: 'a'.repeat(49) }, { agentName: 'a'.repeat(48) }],
  ['LiteralRequired', 'a name known at deployment', { agentName: TOKEN }, {}],
  ['TextNotPlain', 'an empty purpose', { purpose: ' ' }, { purpose: 'x' }],
  ['TextNotPlain', 'a purpose of two lines', { purpose: 'a\nb' }, { purpose: 'a b' }],
  ['PurposeInvalid', 'a purpose of 257 characters', { purpose: 'a'.repeat(257) }, { purpose: 'a'.repeat(256) }],
  ['LiteralRequired', 'a purpose known at deployment', { purpose: TOKEN }, {}],
  ['ProjectIdInvalid', 'a project number', { project: '123456789012' }, { project: 'acme-agents' }],
  ['ProjectIdInvalid', 'a project of five characters', { project: 'acmes' }, { project: 'acmest' }],
  ['ProjectIdInvalid', 'a project of 31 characters', { project: 'a'.repeat(31) }, { project: 'a'.repeat(30) }],
  ['ProjectIdInvalid', 'a project that ends with a hyphen', { project: 'acme-agents-' }, { project: 'acme-agents' }],
  ['ProjectIdInvalid', 'a variable that was not set', { project: 'acme-undefined' }, { project: 'acme-defined' }],
  ['ProjectIdInvalid', 'a project that claims to be Google', { project: 'google-agents' }, { project: 'goggle-agents' }],
  ['LiteralRequired', 'a project known at deployment', { project: TOKEN }, {}],
  ['ProjectWithDomain', 'a project with a domain', { project: 'example.com:acme-agents' }, { project: 'acme-agents' }],
  ['LocationInvalid', 'a zone for a region', { region: 'europe-west1-b' }, { region: 'europe-west1' }],
  ['LocationInvalid', 'a region that Terraform evaluates', { region: '${file("x")}' }, { region: 'northamerica-northeast1' }],
  ['LiteralRequired', 'a region known at deployment', { region: TOKEN }, {}],
  ['TextNotNormalized', 'a purpose that Terraform would change', { purpose: 'Cafe\u0301' }, { purpose: 'Caf\u00e9' }],
  ['TextNotNormalized', 'a sponsor that Terraform would change', { sponsor: sponsor('Ze\u0301 Park') }, { sponsor: sponsor('Z\u00e9 Park') }],
  ['ResourceNameInvalid', 'an own secret without its project', { ownSecrets: ['erp'] }, { ownSecrets: ['projects/acme-agents/secrets/erp'] }],
])('%s', (code, what, bad, good) => {
  test(`${what} is refused, with the construct's path`, () => {
    expect(codeOf(() => agent(bad))).toBe(code);
    expect(() => agent(bad)).toThrow(new RegExp(`^${code}: own/Bot: (?!.*${code})`));
  });

  test('its good twin is not', () => {
    expect(codeOf(() => agent(good))).toBeUndefined();
  });
});

describe.each<[code: string, bad: string, good: string]>([
  ['PrimitiveRole', 'roles/owner', 'roles/bigquery.dataViewer'],
  ['PrimitiveRole', 'roles/editor', 'roles/bigquery.dataEditor'],
  ['PrimitiveRole', 'roles/viewer', 'roles/logging.viewer'],
  ['PrimitiveRole', 'roles/admin', 'roles/run.invoker'],
  ['PrimitiveRole', 'roles/writer', 'roles/pubsub.publisher'],
  ['PrimitiveRole', 'roles/reader', 'roles/pubsub.viewer'],
  ['AdminRole', 'roles/bigquery.admin', 'roles/bigquery.user'],
  ['AdminRole', 'roles/compute.instanceAdmin.v1', 'roles/compute.viewer'],
  ['AdminRole', 'roles/storage.objectAdmin', 'roles/storage.objectUser'],
  ['AdminRole', 'roles/compute.osAdminLogin', 'roles/compute.osLogin'],
  ['AdminRole', 'roles/iam.serviceAccountKeyAdmin', 'roles/iam.serviceAccountViewer'],
  ['OwnerRole', 'roles/bigquery.dataOwner', 'roles/bigquery.dataEditor'],
  ['OwnerRole', 'roles/storage.legacyBucketOwner', 'roles/storage.legacyBucketReader'],
  ['IdentityRole', 'roles/iam.serviceAccountTokenCreator', 'roles/iam.securityReviewer'],
  ['IdentityRole', 'roles/iam.serviceAccountUser', 'roles/iam.roleViewer'],
  ['IdentityRole', 'roles/iam.workloadIdentityUser', 'roles/iam.workloadIdentityPoolViewer'],
  ['IdentityRole', 'roles/resourcemanager.projectMover', 'roles/resourcemanager.folderViewer'],
  ['ServiceAgentRole', 'roles/run.serviceAgent', 'roles/run.invoker'],
  ['RunsAsOthers', 'roles/cloudbuild.builds.editor', 'roles/cloudbuild.builds.viewer'],
  ['RunsAsOthers', 'roles/deploymentmanager.editor', 'roles/deploymentmanager.viewer'],
  ['RunsAsOthers', 'roles/cloudbuild.builds.builder', 'roles/cloudbuild.workerPoolUser'],
  ['RunsAsOthers', 'roles/deploymentmanager.typeEditor', 'roles/deploymentmanager.typeViewer'],
  ['RunsAsOthers', 'roles/composer.worker', 'roles/composer.user'],
  ['RunsAsOthers', 'roles/composer.environmentAndStorageObjectUser', 'roles/composer.environmentAndStorageObjectViewer'],
  ['RunsAsOthers', 'roles/container.developer', 'roles/container.viewer'],
  ['RunsAsOthers', 'roles/dataproc.editor', 'roles/dataproc.viewer'],
  ['RunsAsOthers', 'roles/dataproc.hubAgent', 'roles/dataproc.viewer'],
  ['RunsAsOthers', 'roles/dataproc.worker', 'roles/dataproc.viewer'],
  ['RunsAsOthers', 'roles/osconfig.osPolicyAssignmentEditor', 'roles/osconfig.osPolicyAssignmentViewer'],
  ['RunsAsOthers', 'roles/osconfig.guestPolicyEditor', 'roles/osconfig.guestPolicyViewer'],
  ['RunsAsOthers', 'roles/run.developer', 'roles/run.viewer'],
  ['RunsAsOthers', 'roles/run.jobsExecutorWithOverrides', 'roles/run.jobsExecutor'],
  ['RunsAsOthers', 'roles/gkehub.gatewayEditor', 'roles/gkehub.gatewayReader'],
  ['RunsAsOthers', 'roles/config.agent', 'roles/config.viewer'],
  ['RunsAsOthers', 'roles/datafusion.runner', 'roles/datafusion.viewer'],
  ['RunsAsOthers', 'roles/lifesciences.workflowsRunner', 'roles/lifesciences.viewer'],
  ['RunsAsOthers', 'roles/run.sourceDeveloper', 'roles/run.sourceViewer'],
  ['RunsAsOthers', 'roles/aiplatform.user', 'roles/aiplatform.viewer'],
  ['RunsAsOthers', 'roles/cloudfunctions.developer', 'roles/cloudfunctions.invoker'],
  ['RunsAsOthers', 'roles/storagetransfer.user', 'roles/storagetransfer.viewer'],
  ['AdminRole', 'roles/dataplex.developer', 'roles/dataplex.viewer'],
  ['IdentityRole', 'roles/backupdr.computeEngineOperator', 'roles/backupdr.viewer'],
  ['IdentityRole', 'roles/serviceusage.apiKeysViewer', 'roles/serviceusage.serviceUsageViewer'],
  ['IdentityRole', 'roles/dataprocrm.viewer', 'roles/dataproc.viewer'],
  ['ServiceAgentRole', 'roles/composer.ServiceAgentExt', 'roles/composer.user'],
  ['RunsAsOthers', 'roles/assuredworkloads.editor', 'roles/assuredworkloads.reader'],
  ['RoleInvalid', 'bigquery.dataViewer', 'roles/bigquery.dataViewer'],
  ['RoleInvalid', 'roles/*', 'projects/acme-test/roles/invoiceReader'],
  ['RoleInvalid', '', 'organizations/123456789012/roles/invoiceReader'],
  ['LiteralRequired', TOKEN, 'roles/bigquery.dataViewer'],
])('%s: role %s', (code, bad, good) => {
  test('is refused', () => {
    expect(codeOf(() => agent().bot.access.toProject('acme-test', bad))).toBe(code);
    expect(() => agent().bot.access.toProject('acme-test', bad)).toThrow(new RegExp(`^${code}: own/Bot: (?!.*${code})`));
  });

  test(`${good} is not`, () => {
    expect(codeOf(() => agent().bot.access.toProject('acme-test', good))).toBeUndefined();
  });
});

describe.each<[code: string, bad: string, good: string]>([
  ['PrincipalAnybody', 'allUsers', 'user:ada.park@example.com'],
  ['PrincipalAnybody', 'allAuthenticatedUsers', 'serviceAccount:broker@acme-agents.iam.gserviceaccount.com'],
  ['PrincipalNotOne', 'group:brokers@example.com', 'user:broker@example.com'],
  ['PrincipalNotOne', 'domain:example.com', 'user:broker@example.com'],
  ['PrincipalNotOne', 'projectEditor:acme-agents', 'serviceAccount:123456789012-compute@developer.gserviceaccount.com'],
  ['PrincipalNotOne', 'principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/*',
    'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/subject/broker'],
  ['PrincipalNotOne', 'serviceAccount:*@acme-agents.iam.gserviceaccount.com', 'serviceAccount:broker@acme-agents.iam.gserviceaccount.com'],
  ['PrincipalInvalid', 'user:${file("secret")}@example.com', 'user:$file@example.com'],
  ['PrincipalInvalid', 'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/subject/%{if}',
    'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/subject/100%x'],
  ['PrincipalInvalid', 'broker@acme-agents.iam.gserviceaccount.com', 'serviceAccount:broker@acme-agents.iam.gserviceaccount.com'],
  ['PrincipalInvalid', 'deleted:serviceAccount:broker@acme-agents.iam.gserviceaccount.com?uid=1', 'serviceAccount:broker@acme-agents.iam.gserviceaccount.com'],
  ['PrincipalNotOne', 'principalSet://agents.global.org-123456789012.system.id.goog/attribute.platformContainer/aiplatform/projects/42', `${ENGINES}7`],
  ['PrincipalNotOne', `${ENGINES}*`, `${ENGINES}7`],
  ['PrincipalInvalid', `${ENGINES}7/x`, `${ENGINES}7`],
  ['PrincipalInvalid', ENGINES.replace('system.id.goog', 'example.com') + '7', `${ENGINES}7`],
  ['LiteralRequired', TOKEN, 'user:broker@example.com'],
])('%s: %s', (code, bad, good) => {
  test('is refused as a broker and as a deployer', () => {
    expect(codeOf(() => agent({ runtime: AgentRuntime.broker(bad) }))).toBe(code);
    expect(codeOf(() => agent({ runtime: AgentRuntime.cloudRun({ deployer: bad }) }))).toBe(code);
  });

  test(`${good} is not`, () => {
    expect(codeOf(() => agent({ runtime: AgentRuntime.broker(good) }))).toBeUndefined();
  });
});

describe.each<[code: string, method: keyof AgentAccess, bad: string, good: string]>([
  ['ResourceNameInvalid', 'toOrganization', 'acme.example.com', 'organizations/123456789012'],
  ['LiteralRequired', 'toOrganization', TOKEN, 'organizations/123456789012'],
  ['ProjectIdInvalid', 'toProject', 'projects/acme-test', 'acme-test'],
  ['LiteralRequired', 'toProject', TOKEN, 'acme-test'],
  ['ProjectIdInvalid', 'toProject', 'acme-${x}', 'example.com:acme-test'],
  ['ResourceNameInvalid', 'toFolder', 'folders/eu', 'folders/123456789012'],
  ['ResourceNameInvalid', 'toSecret', 'erp', 'projects/acme-prod/secrets/erp'],
  ['ResourceNameInvalid', 'toSecret', 'projects/acme-prod/secrets/*', 'projects/acme-prod/secrets/erp'],
  ['ResourceNameInvalid', 'toBucket', 'gs://acme-invoices', 'acme-invoices'],
  ['ResourceNameInvalid', 'toTopic', 'invoices', 'projects/acme-prod/topics/invoices'],
  ['ResourceNameInvalid', 'toSubscription', 'invoices', 'projects/acme-prod/subscriptions/invoices'],
  ['ResourceNameInvalid', 'toDataset', 'acme-prod.ledger', 'projects/acme-prod/datasets/ledger'],
  ['ResourceNameInvalid', 'toTable', 'projects/acme-prod/datasets/ledger', 'projects/acme-prod/datasets/ledger/tables/invoices-2026'],
  ['ResourceNameInvalid', 'toRepository', 'projects/acme-prod/repositories/agents', 'projects/acme-prod/locations/eu/repositories/agents'],
  ['ResourceNameInvalid', 'toSpannerInstance', 'acme-prod/ledger', 'projects/acme-prod/instances/ledger'],
  ['ResourceNameInvalid', 'toSpannerDatabase', 'projects/acme-prod/instances/ledger/databases/Invoices', 'projects/acme-prod/instances/ledger/databases/invoices'],
  ['ResourceNameInvalid', 'toKey', 'projects/acme-prod/locations/global/keyRings/agents', 'projects/acme-prod/locations/global/keyRings/agents/cryptoKeys/k'],
  ['ResourceNameInvalid', 'toRunService', 'matcher', 'projects/acme-prod/locations/europe-west1/services/matcher'],
  ['ResourceNameInvalid', 'toRunJob', 'projects/acme-prod/locations/europe-west1/services/matcher', 'projects/acme-prod/locations/europe-west1/jobs/matcher'],
])('%s: %s %s', (code, method, bad, good) => {
  test('is refused', () => {
    expect(codeOf(() => agent().bot.access[method](bad, 'roles/logging.viewer'))).toBe(code);
  });

  test(`${good} is not`, () => {
    expect(codeOf(() => agent().bot.access[method](good, 'roles/logging.viewer'))).toBeUndefined();
  });
});

test('PrincipalInvalid: the identity of an engine is no other principal', () => {
  const engine = (agentIdentity: string) => codeOf(() => agent({ runtime: AgentRuntime.vertexAgentEngine({ agentIdentity }) }));
  expect(engine('serviceAccount:broker@acme-agents.iam.gserviceaccount.com')).toBe('PrincipalInvalid');
  expect(engine('allUsers')).toBe('PrincipalAnybody');
  expect(engine(`${ENGINES}7`)).toBeUndefined();
});

describe('PlacementTwice', () => {
  test('one agent twice in a project is refused, also from two stacks', () => {
    const app = appOf();
    agentIn(stackOf(app, 'one'));

    expect(codeOf(() => agentIn(stackOf(app, 'two')))).toBe('PlacementTwice');
  });

  test('one agent twice in a stack is refused, as both would have one address', () => {
    const stack = stackOf();
    agentIn(stack);

    expect(codeOf(() => agentIn(stack, { project: 'acme-others' }, 'Other'))).toBe('PlacementTwice');
  });

  test('two projects in two stacks are not', () => {
    const app = appOf();
    agentIn(stackOf(app, 'one'));

    expect(codeOf(() => agentIn(stackOf(app, 'two'), { project: 'acme-others' }))).toBeUndefined();
  });
});

test('ProgramMissing: without the program that wipes no agent is declared', () => {
  const stack = stackOf(appOf({ context: { 'cdk-nhi-lifecycle:google-programs': '/nowhere' } }));

  expect(codeOf(() => agentIn(stack))).toBe('ProgramMissing');
});

describe('references', () => {
  const made = () => {
    const { stack, bot } = agent();
    const bucket = new StorageBucket(stack, 'Invoices', { name: 'acme-invoices', location: 'EU' });
    const subscription = new PubsubSubscription(stack, 'Subscription', { name: 'invoices', topic: 'invoices' });
    return { stack, bot, bucket, subscription };
  };

  test('are taken where Terraform can follow them, alone or in a whole name', () => {
    const { stack, bot, bucket, subscription } = made();
    bot.access.toBucket(bucket.name, 'roles/storage.objectViewer');
    bot.access.toBucket(`acme-${bucket.name}`, 'roles/storage.objectViewer');
    bot.access.toSubscription(subscription.id, 'roles/pubsub.subscriber');
    bot.access.toSubscription(`projects/acme-prod/subscriptions/${subscription.name}`, 'roles/pubsub.viewer');

    const [first, second] = Object.values(resources(stack, 'google_pubsub_subscription_iam_member'));
    // The provider requires the project of a subscription, even with a full name.
    expect([first.project, first.subscription]).toEqual(['${element(split("/", google_pubsub_subscription.Subscription.id), 1)}', '${google_pubsub_subscription.Subscription.id}']);
    expect([second.project, second.subscription]).toEqual(['acme-prod', '${google_pubsub_subscription.Subscription.name}']);
  });

  test.each<[code: string, name: (token: string) => string, good: (token: string) => string]>([
    ['ResourceNameInvalid', () => '${google_storage_bucket.Invoices.name}', (token) => token],
    ['ResourceNameInvalid', (token) => `${token}-${'${file("x")}'}`, (token) => `${token}-invoices`],
    ['ResourceNameInvalid', (token) => `%{if true}${token}`, (token) => `acme${token}`],
    ['ResourceNameInvalid', (token) => `${token}/objects`, (token) => `${token}-objects`],
  ])('%s: a text that only looks like one is refused', (code, bad, good) => {
    const { bot, bucket } = made();

    expect(codeOf(() => bot.access.toBucket(bad(bucket.name), 'roles/storage.objectViewer'))).toBe(code);
    expect(codeOf(() => bot.access.toBucket(good(bucket.name), 'roles/storage.objectViewer'))).toBeUndefined();
  });

  test('a short name is refused for an own secret too: it would be refused as the agent leaves', () => {
    const stack = stackOf();
    const secret = new SecretManagerSecret(stack, 'Secret', { secretId: 'erp', replication: { auto: {} } });

    expect(codeOf(() => agentIn(stack, { ownSecrets: [secret.secretId] }))).toBe('ResourceNameShort');
    expect(codeOf(() => agentIn(stack, { ownSecrets: [secret.id] }, 'Other'))).toBeUndefined();
  });
});
