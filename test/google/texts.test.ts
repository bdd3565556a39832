import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { agentIn, appOf, codeOf, stackOf, TEST } from './agents';
import { RSA } from './certificates';
import { AgentStage, Expiry, Sponsor } from '../../src/core';
import * as google from '../../src/google';

type Use = (text: string) => TerraformStack;
const { FederatedIdentity, AgentRuntime } = google;
const PERSON = { name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' };
const TEAM = { name: 'Payables', mailbox: 'payables@example.com', accountableName: 'Ada Park', accountableEmail: 'ada.park@example.com', backupEmail: 'li.chen@example.com' };
const REFERENCE = { registryName: 'agents', project: 'acme-agents', topicName: 'projects/acme-agents/topics/agents-lifecycle', bucketName: 'acme-agents-agents-registry' };
const SECRET = 'projects/acme-prod/secrets/erp';
const RUN_SERVICE = 'projects/acme-prod/locations/europe-west1/services/matcher';
const KEY = 'projects/acme-prod/locations/europe-west1/keyRings/agents/cryptoKeys/invoices';
const GITHUB = { repositoryId: '4711', repositoryOwnerId: '42' };
const AGENT_IDENTITY = 'principal://agents.global.org-123456789012.system.id.goog/resources/aiplatform/projects/42/locations/europe-west1/reasoningEngines/7';
const OIDC = { issuerUri: 'https://login.example.com', subject: 'bot', audience: 'acme' };
const AWS = { accountId: '111122223333', roleName: 'bot' };

/** With a registry, because it records all properties of an agent. */
function agent(props: Partial<google.ManagedAgentIdentityProps>, then: (bot: google.ManagedAgentIdentity) => void = () => {}): TerraformStack {
  const stack = stackOf();
  const registry = google.LifecycleRegistry.fromRegistryName(stack, 'Registry', { project: 'acme-agents' });
  then(agentIn(stack, { registry, ...props }));
  return stack;
}
const runtime = (made: () => google.AgentRuntime) => agent({ runtime: made() });
const federated = (identity: google.FederatedIdentity) => agent({ runtime: AgentRuntime.workloadIdentityFederation(identity) });
const granted = (grant: (access: google.AgentAccess) => void) => agent({}, ({ access }) => grant(access));
function within(make: (stack: TerraformStack) => Construct): TerraformStack {
  const stack = stackOf();
  make(stack);
  return stack;
}
const guardrails = (props: Partial<google.AgentGuardrailsProps>) =>
  within((stack) => new google.AgentGuardrails(stack, 'Guardrails', { project: 'acme-agents', pipelines: ['deployer@acme-agents.iam.gserviceaccount.com'], ...props }));
const registry = (props: Partial<google.LifecycleRegistryProps>) => within((stack) => new google.LifecycleRegistry(stack, 'Agents', { project: 'acme-agents', location: 'EU', ...props }));
const found = (props: Partial<google.LifecycleRegistryReferenceProps>) =>
  agent({ registry: google.LifecycleRegistry.fromRegistryName(stackOf(), 'Agents', { project: 'acme-agents', ...props }) });
const foreign = (props: Partial<typeof REFERENCE>) => {
  const stack = stackOf();
  agentIn(stack, { registry: Object.assign(new Construct(stack, 'Foreign'), { stages: [TEST], ...REFERENCE, ...props }) });
  return stack;
};
const defaults = (props: google.AgentDefaultProps) => {
  const stack = stackOf();
  google.AgentDefaults.of(stack).set(props);
  agentIn(stack, { project: undefined, ...'project' in props ? {} : { project: 'acme-agents' } });
  return stack;
};
const roleOn = (role: string) => granted((access) => access.toProject('acme-test', role));

/** Each text that the API accepts: a valid one, and what uses it. */
const INPUTS: Readonly<Record<string, readonly [good: string, use: Use]>> = {
  'ManagedAgentIdentityProps.agentName': ['invoice-bot', (agentName) => agent({ agentName })],
  'ManagedAgentIdentityProps.purpose': ['Matches supplier invoices', (purpose) => agent({ purpose })],
  'ManagedAgentIdentityProps.project': ['acme-agents', (project) => agent({ project })],
  'ManagedAgentIdentityProps.region': ['europe-west1', (region) => agent({ region })],
  'ManagedAgentIdentityProps.ownSecrets': [SECRET, (secret) => agent({ ownSecrets: [secret] })],
  'AgentDefaultProps.project': ['acme-agents', (project) => defaults({ project })],
  'AgentDefaultProps.region': ['europe-west1', (region) => defaults({ region })],
  'UploadedKeyProps.certificate': [RSA, (certificate) => agent({ keys: [google.AgentKey.uploaded({ certificate, privateKeySecret: SECRET })], expires: Expiry.on('2999-12-30') })],
  'UploadedKeyProps.privateKeySecret': [SECRET, (privateKeySecret) => agent({ keys: [google.AgentKey.uploaded({ certificate: RSA, privateKeySecret })], expires: Expiry.on('2999-12-30') })],
  'RetiredAgentsProps.agentNames': ['invoice-bot', (name) => within((stack) => new google.RetiredAgents(stack, 'Retired', { agentNames: [name] }))],
  'PersonSponsorProps.name': ['Ada Park', (name) => agent({ sponsor: Sponsor.person({ ...PERSON, name }) })],
  'PersonSponsorProps.email': ['ada.park@example.com', (email) => agent({ sponsor: Sponsor.person({ ...PERSON, email }) })],
  'PersonSponsorProps.backupEmail': ['li.chen@example.com', (backupEmail) => agent({ sponsor: Sponsor.person({ ...PERSON, backupEmail }) })],
  'PersonSponsorProps.id': ['A-1', (id) => agent({ sponsor: Sponsor.person({ ...PERSON, id }) })],
  'PersonSponsorProps.costCenter': ['4711', (costCenter) => agent({ sponsor: Sponsor.person({ ...PERSON, costCenter }) })],
  'TeamSponsorProps.name': ['Payables', (name) => agent({ sponsor: Sponsor.team({ ...TEAM, name }) })],
  'TeamSponsorProps.mailbox': ['payables@example.com', (mailbox) => agent({ sponsor: Sponsor.team({ ...TEAM, mailbox }) })],
  'TeamSponsorProps.accountableName': ['Ada Park', (accountableName) => agent({ sponsor: Sponsor.team({ ...TEAM, accountableName }) })],
  'TeamSponsorProps.accountableEmail': ['ada.park@example.com', (accountableEmail) => agent({ sponsor: Sponsor.team({ ...TEAM, accountableEmail }) })],
  'TeamSponsorProps.backupEmail': ['li.chen@example.com', (backupEmail) => agent({ sponsor: Sponsor.team({ ...TEAM, backupEmail }) })],
  'TeamSponsorProps.id': ['A-1', (id) => agent({ sponsor: Sponsor.team({ ...TEAM, id }) })],
  'TeamSponsorProps.costCenter': ['4711', (costCenter) => agent({ sponsor: Sponsor.team({ ...TEAM, costCenter }) })],
  'AttachedRuntimeOptions.deployer': ['user:ada.park@example.com', (deployer) => runtime(() => AgentRuntime.cloudRun({ deployer }))],
  'AttachedRuntimeOptions.runsInProjectNumber': ['123456789012', (runsInProjectNumber) => runtime(() => AgentRuntime.cloudRun({ runsInProjectNumber }))],
  'AgentEngineOptions.agentIdentity': [AGENT_IDENTITY, (agentIdentity) => runtime(() => AgentRuntime.vertexAgentEngine({ agentIdentity }))],
  'GkeRuntimeProps.namespace': ['bots', (namespace) => runtime(() => AgentRuntime.gke({ namespace, kubernetesServiceAccount: 'bot' }))],
  'GkeRuntimeProps.kubernetesServiceAccount': ['bot', (kubernetesServiceAccount) => runtime(() => AgentRuntime.gke({ namespace: 'bots', kubernetesServiceAccount }))],
  'GkeRuntimeProps.clusterProject': ['acme-clusters', (clusterProject) => runtime(() => AgentRuntime.gke({ namespace: 'bots', kubernetesServiceAccount: 'bot', clusterProject }))],
  'AwsRoleProps.accountId': [AWS.accountId, (accountId) => federated(FederatedIdentity.awsRole({ ...AWS, accountId }))],
  'AwsRoleProps.roleName': [AWS.roleName, (roleName) => federated(FederatedIdentity.awsRole({ ...AWS, roleName }))],
  'GitHubRepositoryProps.repositoryId': [GITHUB.repositoryId, (repositoryId) => federated(FederatedIdentity.gitHub({ ...GITHUB, repositoryId }))],
  'GitHubRepositoryProps.repositoryOwnerId': [GITHUB.repositoryOwnerId, (repositoryOwnerId) => federated(FederatedIdentity.gitHub({ ...GITHUB, repositoryOwnerId }))],
  'GitHubRepositoryProps.ref': ['refs/heads/main', (ref) => federated(FederatedIdentity.gitHub({ ...GITHUB, ref }))],
  'GitHubRepositoryProps.events': ['push', (event) => federated(FederatedIdentity.gitHub({ ...GITHUB, events: [event] }))],
  'OidcSubjectProps.issuerUri': [OIDC.issuerUri, (issuerUri) => federated(FederatedIdentity.oidc({ ...OIDC, issuerUri }))],
  'OidcSubjectProps.subject': [OIDC.subject, (subject) => federated(FederatedIdentity.oidc({ ...OIDC, subject }))],
  'OidcSubjectProps.audience': [OIDC.audience, (audience) => federated(FederatedIdentity.oidc({ ...OIDC, audience }))],
  'AgentGuardrailsProps.project': ['acme-agents', (project) => guardrails({ project })],
  'AgentGuardrailsProps.pipelines': ['deployer@acme-agents.iam.gserviceaccount.com', (pipeline) => guardrails({ pipelines: [pipeline] })],
  'AgentGuardrailsProps.janitors': ['janitor@acme-agents.iam.gserviceaccount.com', (janitor) => guardrails({ janitors: [janitor] })],
  'AgentGuardrailsProps.breakGlassGroup': ['break-glass@example.com', (breakGlassGroup) => guardrails({ breakGlassGroup })],
  'LifecycleRegistryProps.location': ['EU', (location) => registry({ location })],
  'LifecycleRegistryReferenceProps.project': ['acme-agents', (project) => found({ project })],
  'LifecycleRegistryReferenceProps.registryName': ['agents', (registryName) => found({ registryName })],
  'ILifecycleRegistry.registryName': [REFERENCE.registryName, (registryName) => foreign({ registryName })],
  'ILifecycleRegistry.project': [REFERENCE.project, (project) => foreign({ project })],
  'ILifecycleRegistry.topicName': [REFERENCE.topicName, (topicName) => foreign({ topicName })],
  'ILifecycleRegistry.bucketName': [REFERENCE.bucketName, (bucketName) => foreign({ bucketName })],
  'AgentRuntime.broker': ['user:ada.park@example.com', (principal) => runtime(() => AgentRuntime.broker(principal))],
  'AgentAccess.toOrganization': ['organizations/42', (name) => granted((access) => access.toOrganization(name, 'roles/logging.viewer'))],
  'AgentAccess.toProject': ['acme-test', (name) => granted((access) => access.toProject(name, 'roles/logging.viewer'))],
  'AgentAccess.toFolder': ['folders/42', (name) => granted((access) => access.toFolder(name, 'roles/logging.viewer'))],
  'AgentAccess.toSecret': [SECRET, (name) => granted((access) => access.toSecret(name, 'roles/logging.viewer'))],
  'AgentAccess.toBucket': ['acme-invoices', (name) => granted((access) => access.toBucket(name, 'roles/logging.viewer'))],
  'AgentAccess.toTopic': ['projects/acme-prod/topics/invoices', (name) => granted((access) => access.toTopic(name, 'roles/logging.viewer'))],
  'AgentAccess.toSubscription': ['projects/acme-prod/subscriptions/invoices', (name) => granted((access) => access.toSubscription(name, 'roles/logging.viewer'))],
  'AgentAccess.toDataset': ['projects/acme-prod/datasets/ledger', (name) => granted((access) => access.toDataset(name, 'roles/logging.viewer'))],
  'AgentAccess.toTable': ['projects/acme-prod/datasets/ledger/tables/invoices', (name) => granted((access) => access.toTable(name, 'roles/logging.viewer'))],
  'AgentAccess.toRepository': ['projects/acme-prod/locations/eu/repositories/agents', (name) => granted((access) => access.toRepository(name, 'roles/logging.viewer'))],
  'AgentAccess.toRunJob': ['projects/acme-prod/locations/eu/jobs/matcher', (name) => granted((access) => access.toRunJob(name, 'roles/logging.viewer'))],
  'AgentAccess.toSpannerInstance': ['projects/acme-prod/instances/ledger', (name) => granted((access) => access.toSpannerInstance(name, 'roles/logging.viewer'))],
  'AgentAccess.toSpannerDatabase': [
    'projects/acme-prod/instances/ledger/databases/invoices', (name) => granted((access) => access.toSpannerDatabase(name, 'roles/logging.viewer')),
  ],
  'AgentAccess.toKey': [KEY, (name) => granted((access) => access.toKey(name, 'roles/logging.viewer'))],
  'AgentAccess.toRunService': [RUN_SERVICE, (name) => granted((access) => access.toRunService(name, 'roles/logging.viewer'))],
  'role': ['projects/acme-test/roles/invoiceReader', roleOn],
  'AgentStage.of': ['canary', (name) => agent({ registry: undefined, stage: AgentStage.of(name) })],
  'Expiry.at': ['2999-03-31T12:00:00Z', (instant) => agent({ expires: Expiry.at(instant) })],
  'Expiry.on': ['2999-03-31', (date) => agent({ expires: Expiry.on(date) })],
  // Part of the stack's path, which the registry records. CDKTF itself rejects `{` in a stack's id, but not in the id of its scope.
  'id of a scope of the stack': ['team', (id) => {
    const stack = stackOf(new Construct(appOf(), id));
    agentIn(stack, { registry: google.LifecycleRegistry.fromRegistryName(stack, 'Registry', { project: 'acme-agents' }) });
    return stack;
  }],
};

/** The Terraform expressions of our own constructs, and no others. */
const OURS = /^(?:google_\w+\.agents?_\w+\.[a-z_]+|google_\w+\.agents_nhi_janitor_\w+\.[a-z_]+|google_workflows_workflow\.[\w-]+\.id|terraform_data\.agents?_\w+\.id|substr\(terraform_data\.agents_\w+\.id, 0, 8\)|base64gzip\(self\.input\)|self\.input|each\.key|toset\(\[[a-z0-9",-]*\]\))$/;

/** A text as Terraform passes it to the provider. Fails for any expression that is not our own. */
function delivered(text: string): string {
  return text.replace(/\$\$\{|%%\{|\$\{([^}]*)\}|[$%]\{/g, (all, expression: string | undefined) => {
    if (all === '$${' || all === '%%{') {
      return all.slice(1);
    }
    expect(expression ?? all).toMatch(OURS);
    return 'known at deployment';
  }).normalize('NFC');
}

/** All texts in the rendered stack, including texts within texts. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const text = delivered(value);
    return [text, ...text.startsWith('{') ? inner(text) : [], ...Buffer.from(text, 'base64').toString().startsWith('-----BEGIN') ? [Buffer.from(text, 'base64').toString()] : []];
  }
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, each]) => key === '//' ? [] : [key, ...textsIn(each)]) : [];
}

function inner(text: string): string[] {
  const strings = (value: unknown): string[] => typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
  return strings(JSON.parse(text));
}

/** Texts that contain an instant, and texts that are truncated. */
const MADE_OF: Readonly<Record<string, (text: string) => string>> = {
  'Expiry.at': (text) => Expiry.at(text).iso,
  'Expiry.on': (text) => Expiry.on(text).iso,
  'id of a scope of the stack': (text) => [...new Construct(appOf(), text).node.id.replace(/\p{C}/gu, '?').normalize('NFC')].slice(0, 80).join(''),
};

// CDKTF keeps each stack that was ever created, about 400 KB for each run.
const RUNS = 25;
const piece = fc.constantFrom('${', '%{', '$${', '%%{', '$', '%', '{', '}', '"', '\\', '~', "'", '\n', ' ', '.', ':', '/', '@', '-', 'é', 'e\u0301', '\u212b', '\ud800', '\u202e', 'x', '${file("/etc/passwd")}', '%{if true}x%{endif}', '${self.input}');
const hostile = fc.oneof(
  fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', size: 'max', maxLength: 2_000 }),
  fc.string({ unit: 'grapheme', size: 'max', maxLength: 256 }),
);


describe.each(Object.entries(INPUTS))('%s', (name, [good, use]) => {
  const arrives = (text: string, stack = use(text)) => {
    const texts = textsIn(JSON.parse(Testing.synth(stack)));
    const wanted = (MADE_OF[name] ?? ((same: string) => same.trim()))(text);
    expect(texts.some((each) => each.includes(wanted))).toBe(true);
  };

  test('a good one arrives', () => {
    arrives(good);
  });

  test('any other arrives byte for byte, or is refused with a code', () => {
    const inserted = fc.tuple(fc.nat({ max: good.length }), hostile).map(([at, text]) => good.slice(0, at) + text + good.slice(at));
    fc.assert(fc.property(fc.oneof(hostile, inserted), (text) => {
      let stack: TerraformStack | undefined;
      const code = codeOf(() => {
        stack = use(text);
      });
      if (code === undefined) {
        arrives(text, stack);
      } else {
        expect(code).toMatch(name === 'id of a scope of the stack' ? /./ : /^[A-Z][A-Za-z]+$/);
      }
    }), { numRuns: RUNS, endOnFailure: true });
  });
});

test('these are all texts that the API takes', () => {
  const root = join(__dirname, '..', '..', 'src');
  const exportedBy = (folder: string) => [...readFileSync(join(root, 'google', folder, 'index.ts'), 'utf8').matchAll(/from '\.\/([\w-]+)'/g)].map(([, file]) => join(root, 'google', folder, `${file}.ts`));
  const folders = readdirSync(join(root, 'google'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const indexed = folders.filter((folder) => readFileSync(join(root, 'google', 'index.ts'), 'utf8').includes(`'./${folder}'`));
  const files = [...indexed.flatMap(exportedBy), ...['sponsor', 'stage', 'expiry'].map((file) => join(root, 'core', `${file}.ts`))];
  const taken = files.map((file) => readFileSync(file, 'utf8')).flatMap((source) => [
    ...[...source.matchAll(/^export interface (\w+(?:Props|Options)|ILifecycleRegistry)\b[^{]*\{([\s\S]*?)^\}/gm)].flatMap(([, type, body]) =>
      [...body.matchAll(/^ {2}readonly (\w+)\??: string(?:\[\])?;/gm)].map(([, prop]) => `${type}.${prop}`)),
    ...[...source.matchAll(/^export class (\w+)[\s\S]*?^\}/gm)].flatMap(([body, type]) =>
      [...body.matchAll(/^ {2}public (?:static )?(?!_)(\w+)\(\w+: string/gm)].map(([, method]) => `${type}.${method}`)),
  ]);

  expect(taken.filter((input) => !(input in INPUTS))).toEqual([]);
  expect(taken.length).toBeGreaterThan(50);
});
