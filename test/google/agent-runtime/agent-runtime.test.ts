import { AgentRuntime, FederatedIdentity } from '../../../src/google';
import { ACCOUNT, agent, codeOf, only, PRODUCTION, TEST, WITH_TEARDOWN } from '../agents';

const CONDITION = { title: 'agent-expiry', description: 'Until the end of the agent', expression: 'request.time < timestamp("2999-04-01T00:00:00Z")' };

const ENGINE = 'principal://agents.global.org-123456789012.system.id.goog/resources/aiplatform/projects/42/locations/europe-west1/reasoningEngines/7';

/** The members that may act as the agent, without the janitor. */
function actors(runtime: AgentRuntime): Record<string, any>[] {
  return Object.entries(agent({ runtime }).resources('google_service_account_iam_member'))
    .filter(([address]) => !address.includes('_expiry_'))
    .map(([, { '//': _metadata, ...member }]) => member);
}

const acting = (role: string, member: string) => ({
  service_account_id: ACCOUNT, role, member, condition: CONDITION, ...WITH_TEARDOWN,
});

describe.each<[string, AgentRuntime, object[]]>([
  ['Cloud Run in the own project needs nobody', AgentRuntime.cloudRun(), []],
  ['Compute Engine in the own project needs nobody', AgentRuntime.computeEngine(), []],
  ['Agent Engine in the own project needs nobody', AgentRuntime.vertexAgentEngine(), []],
  ['a deployer may attach', AgentRuntime.cloudRun({ deployer: 'serviceAccount:deployer@acme-agents.iam.gserviceaccount.com' }),
    [acting('roles/iam.serviceAccountUser', 'serviceAccount:deployer@acme-agents.iam.gserviceaccount.com')]],
  ['Cloud Run in another project', AgentRuntime.cloudRun({ runsInProjectNumber: '123456789012' }),
    [acting('roles/iam.serviceAccountTokenCreator', 'serviceAccount:service-123456789012@serverless-robot-prod.iam.gserviceaccount.com')]],
  ['Compute Engine in another project', AgentRuntime.computeEngine({ runsInProjectNumber: '123456789012' }),
    [acting('roles/iam.serviceAccountTokenCreator', 'serviceAccount:service-123456789012@compute-system.iam.gserviceaccount.com')]],
  ['Agent Engine in another project', AgentRuntime.vertexAgentEngine({ runsInProjectNumber: '123456789012' }),
    [acting('roles/iam.serviceAccountTokenCreator', 'serviceAccount:service-123456789012@gcp-sa-aiplatform-re.iam.gserviceaccount.com')]],
  ['Agent Engine with an identity of its own', AgentRuntime.vertexAgentEngine({ agentIdentity: ENGINE }), [acting('roles/iam.serviceAccountTokenCreator', ENGINE)]],
  ['GKE pins namespace and account', AgentRuntime.gke({ namespace: 'payables', kubernetesServiceAccount: 'invoice-bot' }),
    [acting('roles/iam.workloadIdentityUser', 'serviceAccount:acme-agents.svc.id.goog[payables/invoice-bot]')]],
  ['GKE in another project', AgentRuntime.gke({ namespace: 'payables', kubernetesServiceAccount: 'invoice-bot', clusterProject: 'acme-clusters' }),
    [acting('roles/iam.workloadIdentityUser', 'serviceAccount:acme-clusters.svc.id.goog[payables/invoice-bot]')]],
  ['a broker gets tokens', AgentRuntime.broker('user:ada.park@example.com'), [acting('roles/iam.serviceAccountTokenCreator', 'user:ada.park@example.com')]],
])('%s', (_what, runtime, expected) => {
  test('and nobody else, until the end', () => {
    expect(actors(runtime)).toEqual(expected);
  });
});

test('an agent identity is named to the teardown, which wipes its grants, and a broker is not', () => {
  const told = (runtime: AgentRuntime) => JSON.parse(agent({ runtime }).resources('terraform_data').agent_invoice_bot.input).principals;

  expect(told(AgentRuntime.vertexAgentEngine({ agentIdentity: ENGINE }))).toEqual([ENGINE]);
  expect(told(AgentRuntime.broker(ENGINE))).toBeUndefined();
});

describe('workload identity federation', () => {
  const POOL = '${google_iam_workload_identity_pool.agent_invoice_bot.name}';
  const federated = (identity: FederatedIdentity) => {
    const runtime = AgentRuntime.workloadIdentityFederation(identity);
    const { resources } = agent({ runtime });
    const provider = only(resources('google_iam_workload_identity_pool_provider'));
    return { provider, members: actors(runtime) };
  };

  test('an AWS role: its account, its name, and no other', () => {
    const { provider, members } = federated(FederatedIdentity.awsRole({ accountId: '111122223333', roleName: 'invoice-bot-production' }));

    expect(provider).toMatchObject({
      workload_identity_pool_id: '${google_iam_workload_identity_pool.agent_invoice_bot.workload_identity_pool_id}',
      aws: { account_id: '111122223333' },
      attribute_condition: "assertion.account == '111122223333' && assertion.arn.startsWith('arn:aws:sts::111122223333:assumed-role/invoice-bot-production/')",
    });
    expect(provider.oidc).toBeUndefined();
    expect(members).toEqual([acting('roles/iam.workloadIdentityUser', `principalSet://iam.googleapis.com/${POOL}/attribute.aws_role/invoice-bot-production`)]);
  });

  test('GitHub: repository and owner by number, one ref, and events that need the right to write', () => {
    const { provider, members } = federated(FederatedIdentity.gitHub({ repositoryId: '4711', repositoryOwnerId: '42' }));

    expect(provider).toMatchObject({
      oidc: { issuer_uri: 'https://token.actions.githubusercontent.com' },
      attribute_condition: "assertion.repository_id == '4711' && assertion.repository_owner_id == '42' && assertion.ref == 'refs/heads/main'"
        + " && assertion.event_name in ['push', 'schedule', 'workflow_dispatch']",
    });
    expect(members).toEqual([acting('roles/iam.workloadIdentityUser', `principalSet://iam.googleapis.com/${POOL}/attribute.repository_id/4711`)]);
  });

  test('GitHub: other events where they are named', () => {
    const { provider } = federated(FederatedIdentity.gitHub({ repositoryId: '4711', repositoryOwnerId: '42', events: ['release', 'release'] }));

    expect(provider.attribute_condition).toMatch(/ && assertion\.event_name in \['release'\]$/);
  });

  test('OpenID Connect: exact subject, exact audience', () => {
    const { provider, members } = federated(FederatedIdentity.oidc({ issuerUri: 'https://login.example.com/tenant', subject: 'workload:invoice-bot', audience: 'acme-google' }));

    expect(provider).toMatchObject({
      oidc: { issuer_uri: 'https://login.example.com/tenant', allowed_audiences: ['acme-google'] },
      attribute_mapping: { 'google.subject': 'assertion.sub' },
      attribute_condition: "assertion.sub == 'workload:invoice-bot'",
    });
    expect(members).toEqual([acting('roles/iam.workloadIdentityUser', `principal://iam.googleapis.com/${POOL}/subject/workload:invoice-bot`)]);
  });

  test('the pool is the agent\'s own and keeps its id over stages, as Google keeps a deleted one for 30 days', () => {
    const runtime = AgentRuntime.workloadIdentityFederation(FederatedIdentity.awsRole({ accountId: '111122223333', roleName: 'bot' }));
    const poolOf = (stage: typeof TEST, agentName: string) => only(agent({ runtime, stage, agentName }).resources('google_iam_workload_identity_pool')).workload_identity_pool_id;

    expect(poolOf(PRODUCTION, 'invoice-bot')).toBe(poolOf(TEST, 'invoice-bot'));
    expect(poolOf(TEST, 'other-bot')).not.toBe(poolOf(TEST, 'invoice-bot'));
  });
});

describe.each<[code: string, what: string, bad: () => unknown, good: () => unknown]>([
  ['AwsRoleInvalid', 'an account of eleven digits',
    () => FederatedIdentity.awsRole({ accountId: '11112222333', roleName: 'bot' }), () => FederatedIdentity.awsRole({ accountId: '111122223333', roleName: 'bot' })],
  ['AwsRoleInvalid', 'any role of an account',
    () => FederatedIdentity.awsRole({ accountId: '111122223333', roleName: '*' }), () => FederatedIdentity.awsRole({ accountId: '111122223333', roleName: 'bot-test' })],
  ['AwsRoleInvalid', 'a role that ends the text of the condition',
    () => FederatedIdentity.awsRole({ accountId: '111122223333', roleName: "x') || true || ('" }), () => FederatedIdentity.awsRole({ accountId: '111122223333', roleName: 'x' })],
  ['GitHubRepositoryInvalid', 'a repository by name',
    () => FederatedIdentity.gitHub({ repositoryId: 'acme/bot', repositoryOwnerId: '42' }), () => FederatedIdentity.gitHub({ repositoryId: '4711', repositoryOwnerId: '42' })],
  ['GitHubRepositoryInvalid', 'an owner by name',
    () => FederatedIdentity.gitHub({ repositoryId: '4711', repositoryOwnerId: 'acme' }), () => FederatedIdentity.gitHub({ repositoryId: '4711', repositoryOwnerId: '42' })],
  ['GitHubRepositoryInvalid', 'any branch', () => FederatedIdentity.gitHub({ repositoryId: '4711', repositoryOwnerId: '42', ref: 'refs/heads/*' }),
    () => FederatedIdentity.gitHub({ repositoryId: '4711', repositoryOwnerId: '42', ref: 'refs/tags/v1' })],
  ...[['pull requests of anybody, on the target\'s ref', ['push', 'pull_request_target']], ['an event that ends the text', ["x'] || true || 'x' in ['x"]], ['no event', []]]
    .map(([what, events]): [string, string, () => unknown, () => unknown] => ['GitHubRepositoryInvalid', what as string,
      () => FederatedIdentity.gitHub({ repositoryId: '4711', repositoryOwnerId: '42', events: events as string[] }),
      () => FederatedIdentity.gitHub({ repositoryId: '4711', repositoryOwnerId: '42', events: ['push', 'pull_request'] })]),
  ['OidcSubjectInvalid', 'an issuer without TLS', () => FederatedIdentity.oidc({ issuerUri: 'http://login.example.com', subject: 's', audience: 'a' }),
    () => FederatedIdentity.oidc({ issuerUri: 'https://login.example.com', subject: 's', audience: 'a' })],
  ['OidcSubjectInvalid', 'any subject', () => FederatedIdentity.oidc({ issuerUri: 'https://login.example.com', subject: '*', audience: 'a' }),
    () => FederatedIdentity.oidc({ issuerUri: 'https://login.example.com', subject: 'system:serviceaccount:ns:bot', audience: 'a' })],
  ['OidcSubjectInvalid', 'no audience', () => FederatedIdentity.oidc({ issuerUri: 'https://login.example.com', subject: 's', audience: '' }),
    () => FederatedIdentity.oidc({ issuerUri: 'https://login.example.com', subject: 's', audience: 'https://acme.example.com' })],
  ['LiteralRequired', 'a subject known at deployment', () => FederatedIdentity.oidc({ issuerUri: 'https://login.example.com', subject: '${TfToken[TOKEN.1]}', audience: 'a' }),
    () => FederatedIdentity.oidc({ issuerUri: 'https://login.example.com', subject: 's', audience: 'a' })],
  ['KubernetesNameInvalid', 'any namespace', () => agent({ runtime: AgentRuntime.gke({ namespace: '*', kubernetesServiceAccount: 'bot' }) }),
    () => agent({ runtime: AgentRuntime.gke({ namespace: 'bots', kubernetesServiceAccount: 'bot' }) })],
  ['KubernetesNameInvalid', 'a second account in brackets', () => agent({ runtime: AgentRuntime.gke({ namespace: 'bots', kubernetesServiceAccount: 'bot]' }) }),
    () => agent({ runtime: AgentRuntime.gke({ namespace: 'bots', kubernetesServiceAccount: 'bot' }) })],
  ['ProjectNumberInvalid', 'a project id for a number', () => agent({ runtime: AgentRuntime.cloudRun({ runsInProjectNumber: 'acme-runs' }) }),
    () => agent({ runtime: AgentRuntime.cloudRun({ runsInProjectNumber: '123456789012' }) })],
])('%s: %s', (code, _what, bad, good) => {
  test('is refused, its good twin is not', () => {
    expect(codeOf(bad)).toBe(code);
    expect(codeOf(good)).toBeUndefined();
  });
});
