import { aws_eks as eks, aws_iam as iam, aws_lambda as lambda, aws_rolesanywhere as rolesanywhere, Lazy, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { ACCOUNT, letsIn, REGION, trustOf } from './trust-of';
import { AgentRuntime } from '../../../../src/aws/agent-runtime';
import { agent, agentIn, codeOf, stackOf, synthError } from '../../agent-identity/agents';

const WEB = 'sts:AssumeRoleWithWebIdentity';
const token = Lazy.string({ produce: () => '*' });
const provider = (host: string, account = ACCOUNT) => `arn:aws:iam::${account}:oidc-provider/${host}`;
const codeWith = (runtime: () => AgentRuntime) => codeOf(() => agent({ runtime: runtime() }));

/** A table of tokens with their issuer's claims: whether the trust policy lets them in. */
function tokens(runtime: AgentRuntime, host: string, right: Record<string, string>) {
  const trust = trustOf(runtime);
  return (claims: Record<string, string | undefined> = {}, from = host) => letsIn(trust, {
    principal: provider(from),
    action: WEB,
    context: Object.fromEntries(Object.entries({ ...right, ...claims }).flatMap(([claim, value]) => value === undefined ? [] : [[`${from}:${claim}`, value]])),
  });
}

describe('eksPodIdentity', () => {
  const runtime = (stack: Stack, props: { namespace?: string; serviceAccount?: string } = {}) => AgentRuntime.eksPodIdentity({
    cluster: eks.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'prod' }), namespace: 'invoices', serviceAccount: 'bot', ...props,
  });
  const tags = (cluster = `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/prod`, namespace = 'invoices', serviceAccount = 'bot') => ({
    'aws:RequestTag/eks-cluster-arn': cluster, 'aws:RequestTag/kubernetes-namespace': namespace, 'aws:RequestTag/kubernetes-service-account': serviceAccount,
  });
  const lets = (context: Record<string, string>, principal = 'pods.eks.amazonaws.com') => {
    const trust = trustOf(runtime(new Stack()));
    return ['sts:AssumeRole', 'sts:TagSession'].map((action) => letsIn(trust, { principal, action, context }));
  };

  test('lets the service account\'s pods in and tag their session, each by a statement of its own', () => {
    expect(lets(tags())).toEqual([true, true]);
    expect(trustOf(runtime(new Stack())).filter(({ Effect }) => Effect === 'Allow').map(({ Action }) => Action)).toEqual(['sts:AssumeRole', 'sts:TagSession']);
  });

  test.each<[string, Record<string, string>]>([
    ['another namespace', tags(undefined, 'payroll')],
    ['another service account', tags(undefined, undefined, 'admin')],
    ['another cluster', tags(`arn:aws:eks:${REGION}:${ACCOUNT}:cluster/test`)],
    ['a cluster of the name in another account', tags(`arn:aws:eks:${REGION}:444455556666:cluster/prod`)],
    ['a cluster of the name in another region', tags(`arn:aws:eks:us-east-1:${ACCOUNT}:cluster/prod`)],
    ['a pod without session tags', {}],
  ])('refuses %s', (_what, context) => {
    expect(lets(context)).toEqual([false, false]);
  });

  test('refuses another service', () => {
    expect(lets(tags(), 'lambda.amazonaws.com')).toEqual([false, false]);
  });

  test.each([
    ['NamespaceInvalid', { namespace: '*' }],
    ['NamespaceInvalid', { namespace: 'team-*' }],
    ['NamespaceInvalid', { namespace: token }],
    ['ServiceAccountInvalid', { serviceAccount: '*' }],
    ['ServiceAccountInvalid', { serviceAccount: '' }],
  ])('%s: fails for %j', (code, props) => {
    expect(codeWith(() => runtime(new Stack(), props))).toBe(code);
  });

  test('an association may have its role, a function may not', () => {
    const make = (build: (stack: Stack, role: iam.Role) => unknown) => {
      const { stack, bot } = agent({ runtime: runtime(new Stack()) });
      build(stack, bot.role);
      return synthError(stack);
    };
    expect(make((stack, role) => new eks.CfnPodIdentityAssociation(stack, 'Association', { clusterName: 'prod', namespace: 'invoices', serviceAccount: 'bot', roleArn: role.roleArn }))).toBe('');
    expect(make((stack, role) => new lambda.Function(stack, 'Function', { role, code: lambda.Code.fromInline('//'), handler: 'i.h', runtime: lambda.Runtime.NODEJS_22_X }))).toContain('RuntimeMismatch');
  });

  test('RuntimeMismatch: an association can\'t have the role of a function', () => {
    const { stack, bot } = agent({ runtime: AgentRuntime.lambda() });
    new eks.CfnPodIdentityAssociation(stack, 'Association', { clusterName: 'prod', namespace: 'invoices', serviceAccount: 'bot', roleArn: bot.role.roleArn });
    expect(synthError(stack)).toContain('use AgentRuntime.eksPodIdentity()');
  });
});

describe('eksServiceAccount', () => {
  const HOST = `oidc.eks.${REGION}.amazonaws.com/id/0A1B2C3D`;
  const runtime = (props = {}) => AgentRuntime.eksServiceAccount({ issuer: `https://${HOST}`, namespace: 'invoices', serviceAccount: 'bot', ...props });
  const lets = tokens(runtime(), HOST, { sub: 'system:serviceaccount:invoices:bot', aud: 'sts.amazonaws.com' });

  test('lets the service account in', () => {
    expect(lets()).toBe(true);
  });

  test.each<[string, Record<string, string | undefined>]>([
    ['another namespace', { sub: 'system:serviceaccount:payroll:bot' }],
    ['another service account', { sub: 'system:serviceaccount:invoices:admin' }],
    ['a service account whose name begins so', { sub: 'system:serviceaccount:invoices:bot2' }],
    ['another audience', { aud: 'kubernetes' }],
    ['no audience', { aud: undefined }],
    ['no subject', { sub: undefined }],
  ])('refuses %s', (_what, claims) => {
    expect(lets(claims)).toBe(false);
  });

  test('refuses another cluster', () => {
    expect(lets({}, `oidc.eks.${REGION}.amazonaws.com/id/FFFF`)).toBe(false);
  });

  test.each([['IssuerInvalid', { issuer: token }], ['IssuerInvalid', { issuer: '*' }], ['NamespaceInvalid', { namespace: '*' }], ['ServiceAccountInvalid', { serviceAccount: 'bot*' }]])(
    '%s: fails for %j', (code, props) => {
      expect(codeWith(() => runtime(props))).toBe(code);
    });
});

describe('githubActions', () => {
  const HOST = 'token.actions.githubusercontent.com';
  const REPOSITORY = { repository: 'acme/invoices', repositoryId: '456789', ownerId: '123456' };
  const runtime = (props = {}) => AgentRuntime.githubActions({ ...REPOSITORY, environment: 'production', ...props });
  const right = { sub: 'repo:acme/invoices:environment:production', aud: 'sts.amazonaws.com', repository_id: '456789' };
  const lets = tokens(runtime(), HOST, right);

  test('lets the repository\'s environment in, with a subject of either form', () => {
    expect([lets(), lets({ sub: 'repo:acme@123456/invoices@456789:environment:production' })]).toEqual([true, true]);
  });

  test.each<[string, Record<string, string | undefined>]>([
    ['a repository that took the name', { repository_id: '999999' }],
    ['a repository that took the name, of an owner that took the name', { sub: 'repo:acme@777777/invoices@999999:environment:production', repository_id: '999999' }],
    ['a token without the repository\'s id', { repository_id: undefined }],
    ['another environment', { sub: 'repo:acme/invoices:environment:test' }],
    ['a branch', { sub: 'repo:acme/invoices:ref:refs/heads/main' }],
    ['a pull request', { sub: 'repo:acme/invoices:pull_request' }],
    ['another repository', { sub: 'repo:acme/payroll:environment:production' }],
    ['another audience', { aud: 'https://github.com/acme' }],
    ['no audience', { aud: undefined }],
  ])('refuses %s', (_what, claims) => {
    expect(lets(claims)).toBe(false);
  });

  test('refuses the provider of another account', () => {
    const context = Object.fromEntries(Object.entries(right).map(([claim, value]) => [`${HOST}:${claim}`, value]));
    const of = (account: string) => letsIn(trustOf(runtime()), { principal: provider(HOST, account), action: WEB, context });
    expect([of(ACCOUNT), of('444455556666')]).toEqual([true, false]);
  });

  test('a ref lets its branch in and no environment', () => {
    const branch = tokens(runtime({ environment: undefined, ref: 'refs/heads/main' }), HOST, right);
    expect([branch({ sub: 'repo:acme/invoices:ref:refs/heads/main' }), branch({ sub: 'repo:acme/invoices:ref:refs/heads/main2' }), branch()]).toEqual([true, false, false]);
  });

  test.each([
    ['RepositoryInvalid', { repository: 'acme/*' }],
    ['RepositoryInvalid', { repository: 'invoices' }],
    ['RepositoryInvalid', { repository: token }],
    ['RepositoryIdInvalid', { repositoryId: 'invoices' }],
    ['RepositoryIdInvalid', { repositoryId: '*' }],
    ['OwnerIdInvalid', { ownerId: 'acme' }],
    ['RefMissing', { environment: undefined }],
    ['RefMissing', { ref: 'refs/heads/main' }],
    ['RefInvalid', { environment: undefined, ref: 'refs/heads/*' }],
    ['RefInvalid', { environment: undefined, ref: 'main' }],
    ['RefInvalid', { environment: undefined, ref: 'refs/pull/1/merge' }],
    ['EnvironmentInvalid', { environment: '*' }],
    ['EnvironmentInvalid', { environment: 'a:b' }],
    ['BootstrapQualifierInvalid', { deploysCdkApps: true, bootstrapQualifier: '*' }],
  ])('%s: fails for %j', (code, props) => {
    expect(codeWith(() => runtime(props))).toBe(code);
  });
});

describe('githubActions, as a deployer of CDK apps', () => {
  const deployer = (props = {}) => agent({
    runtime: AgentRuntime.githubActions({ repository: 'acme/invoices', repositoryId: '456789', ownerId: '123456', environment: 'production', deploysCdkApps: true, ...props }),
  });
  const role = (what: string, qualifier = 'hnb659fds') => `role/cdk-${qualifier}-${what}-role-${ACCOUNT}-${REGION}`;

  test('may assume exactly the roles of the bootstrap stack, and the report says so', () => {
    const { bot, stack } = deployer();
    const [{ actions, resources, exceptionReason }] = bot.declaredAccess;
    expect(actions).toEqual(['sts:AssumeRole']);
    expect(resources.map((arn) => /role\/[\w-]+/.exec(arn)?.[0])).toEqual(['deploy', 'file-publishing', 'image-publishing', 'lookup'].map((what) => role(what)));
    expect(exceptionReason).toContain('It deploys CDK apps');
    expect(synthError(stack)).toBe('');
  });

  test('the guard leaves these roles and no other', () => {
    const { template } = deployer({ bootstrapQualifier: 'acme' });
    const statements = JSON.stringify(template().findResources('AWS::IAM::Role'));
    expect(statements).toContain(role('deploy', 'acme'));
    expect(statements).not.toContain('cfn-exec');
    expect(statements).not.toContain('role/cdk-*');
  });

  test('without it the same access is refused', () => {
    const { bot } = deployer({ deploysCdkApps: false });
    const assume = new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [`arn:aws:iam::${ACCOUNT}:${role('deploy')}`] });
    expect(codeOf(() => bot.access.grantPrincipal.addToPrincipalPolicy!(assume))).toBe('DeploymentWithinReach');
  });

  test('with it, the role that CloudFormation uses is refused all the same', () => {
    const { bot } = deployer();
    const assume = new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [`arn:aws:iam::${ACCOUNT}:${role('cfn-exec')}`] });
    expect(codeOf(() => bot.access.grantPrincipal.addToPrincipalPolicy!(assume))).toBe('DeploymentWithinReach');
  });

  test('in a stack of any account too', () => {
    const stack = stackOf({});
    const bot = agentIn(stack, {
      runtime: AgentRuntime.githubActions({ repository: 'acme/invoices', repositoryId: '456789', ownerId: '123456', environment: 'production', deploysCdkApps: true }),
    });
    expect(synthError(stack)).toBe('');
    expect(bot.declaredAccess[0].exceptionReason).toContain('It deploys CDK apps');
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('access exception'))).toEqual([]);
  });
});

describe('gitlab', () => {
  const runtime = (props = {}) => AgentRuntime.gitlab({ projectPath: 'acme/finance/invoices', branch: 'main', ...props });
  const lets = tokens(runtime(), 'gitlab.com', { sub: 'project_path:acme/finance/invoices:ref_type:branch:ref:main', aud: 'https://gitlab.com' });

  test('lets the branch in, a tag where it is given, and another instance where it is', () => {
    const own = tokens(runtime({ branch: undefined, tag: 'v1', issuer: 'https://git.example.com' }), 'git.example.com',
      { sub: 'project_path:acme/finance/invoices:ref_type:tag:ref:v1', aud: 'https://git.example.com' });
    expect([lets(), own()]).toEqual([true, true]);
  });

  test('with its id, a project that claimed the path is kept out', () => {
    const own = tokens(runtime({ projectId: '456789' }), 'gitlab.com', { sub: 'project_path:acme/finance/invoices:ref_type:branch:ref:main', aud: 'https://gitlab.com', project_id: '456789' });
    expect([own(), own({ project_id: '999999' }), own({ project_id: undefined })]).toEqual([true, false, false]);
  });

  test.each<[string, object, string]>([
    ['a name in place of an id', { projectId: 'invoices' }, 'ProjectIdInvalid'],
    ['a pattern', { projectId: '4*' }, 'ProjectIdInvalid'],
    ['an id with an instance that STS has no key for', { projectId: '456789', issuer: 'https://git.example.com' }, 'ProjectIdUnsupported'],
  ])('%s is refused', (_what, props, code) => {
    expect(codeOf(() => agent({ runtime: runtime(props) }))).toBe(code);
  });

  test('without it synthesis warns, but for an instance that has none', () => {
    const warnings = (props: object) => {
      const { stack } = agent({ runtime: runtime(props) });
      return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('by its path only')).length;
    };
    expect([warnings({}), warnings({ projectId: '456789' }), warnings({ issuer: 'https://git.example.com' })]).toEqual([1, 0, 0]);
  });

  test.each<[string, Record<string, string | undefined>]>([
    ['another project', { sub: 'project_path:acme/finance/payroll:ref_type:branch:ref:main' }],
    ['the project in another group', { sub: 'project_path:evil/finance/invoices:ref_type:branch:ref:main' }],
    ['another branch', { sub: 'project_path:acme/finance/invoices:ref_type:branch:ref:main2' }],
    ['a tag of the name', { sub: 'project_path:acme/finance/invoices:ref_type:tag:ref:main' }],
    ['another audience', { aud: 'https://example.com' }],
    ['no audience', { aud: undefined }],
  ])('refuses %s', (_what, claims) => {
    expect(lets(claims)).toBe(false);
  });

  test.each([
    ['ProjectPathInvalid', { projectPath: 'acme/*' }], ['ProjectPathInvalid', { projectPath: 'invoices' }],
    ['RefMissing', { branch: undefined }], ['RefMissing', { tag: 'v1' }], ['RefInvalid', { branch: '*' }], ['AudienceInvalid', { audience: '*' }],
  ])('%s: fails for %j', (code, props) => {
    expect(codeWith(() => runtime(props))).toBe(code);
  });
});

describe('terraformCloud', () => {
  const runtime = (props = {}) => AgentRuntime.terraformCloud({ organization: 'acme', project: 'Finance apps', workspace: 'invoices', ...props });
  const subject = (phase: string, workspace = 'invoices') => ({ sub: `organization:acme:project:Finance apps:workspace:${workspace}:run_phase:${phase}` });
  const right = { ...subject('apply'), aud: 'aws.workload.identity' };
  const lets = tokens(runtime(), 'app.terraform.io', right);

  test('lets the workspace apply, and plan where that is declared', () => {
    expect(lets()).toBe(true);
    expect([lets(subject('plan')), tokens(runtime({ plans: true }), 'app.terraform.io', right)(subject('plan'))]).toEqual([false, true]);
  });

  test.each<[string, Record<string, string | undefined>]>([
    ['another workspace', subject('apply', 'payroll')],
    ['a workspace whose name begins so', subject('apply', 'invoices2')],
    ['another organization', { sub: right.sub.replace('acme', 'evil') }],
    ['another audience', { aud: 'other' }],
    ['no audience', { aud: undefined }],
  ])('refuses %s', (_what, claims) => {
    expect(lets(claims)).toBe(false);
  });

  test.each([['OrganizationInvalid', { organization: '*' }], ['ProjectInvalid', { project: '*' }], ['WorkspaceInvalid', { workspace: 'a:b' }]])('%s: fails for %j', (code, props) => {
    expect(codeWith(() => runtime(props))).toBe(code);
  });
});

describe('oidc', () => {
  const runtime = (props = {}) => AgentRuntime.oidc({ issuer: 'https://id.example.com/tenant', subject: 'workload-17', audience: 'aws', ...props });
  const lets = tokens(runtime(), 'id.example.com/tenant', { sub: 'workload-17', aud: 'aws' });

  test('lets exactly the subject and audience in', () => {
    expect(lets()).toBe(true);
    expect([lets({ sub: 'workload-18' }), lets({ sub: 'workload-170' }), lets({ aud: 'azure' }), lets({ aud: undefined }), lets({}, 'id.example.com/other')])
      .toEqual(Array(5).fill(false));
  });

  test.each([
    ['SubjectInvalid', { subject: '*' }], ['SubjectInvalid', { subject: 'workload-?' }], ['SubjectInvalid', { subject: '${aws:username}' }], ['SubjectInvalid', { subject: '' }],
    ['SubjectInvalid', { subject: '{{resolve:secretsmanager:erp}}' }], ['AudienceInvalid', { audience: '{{resolve:ssm:x}}' }], ['SubjectInvalid', { subject: token }], ['AudienceInvalid', { audience: '*' }], ['AudienceInvalid', { audience: undefined }],
    ['IssuerInvalid', { issuer: 'http://id.example.com' }], ['IssuerInvalid', { issuer: 'id.example.com/*' }],
  ])('%s: fails for %j', (code, props) => {
    expect(codeWith(() => runtime(props))).toBe(code);
  });
});

describe('rolesAnywhere', () => {
  const ANCHOR = `arn:aws:rolesanywhere:${REGION}:${ACCOUNT}:trust-anchor/0a1b2c3d`;
  const anchorOf = (stack: Stack) => rolesanywhere.CfnTrustAnchor.fromTrustAnchorArn(stack, 'Anchor', ANCHOR);
  const runtime = (props = {}) => AgentRuntime.rolesAnywhere({ trustAnchor: anchorOf(new Stack()), subject: 'invoice-bot', ...props });
  const trust = trustOf(runtime());
  const lets = (source = ANCHOR, subject = 'invoice-bot', principal = 'rolesanywhere.amazonaws.com') => ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
    .map((action) => letsIn(trust, { principal, action, context: { 'aws:SourceArn': source, 'aws:PrincipalTag/x509Subject/CN': subject } }));

  test('lets the certificate in, with its tags and its source identity, each by a statement of its own', () => {
    expect(lets()).toEqual([true, true, true]);
    expect(trust.filter(({ Effect }) => Effect === 'Allow')).toHaveLength(3);
  });

  test.each<[string, [string?, string?, string?]]>([
    ['another trust anchor', [ANCHOR.replace('0a1b', 'ffff')]],
    ['a trust anchor of another account', [ANCHOR.replace(ACCOUNT, '444455556666')]],
    ['another certificate of the authority', [undefined, 'payroll-bot']],
    ['another service', [undefined, undefined, 'lambda.amazonaws.com']],
  ])('refuses %s', (_what, request) => {
    expect(lets(...request)).toEqual([false, false, false]);
  });

  test.each([['*'], [''], ['bot-?'], [token]])('CertificateSubjectInvalid: fails for %j', (subject) => {
    expect(codeWith(() => runtime({ subject }))).toBe('CertificateSubjectInvalid');
  });

  test('a profile may have its role, and not the role of a function', () => {
    const make = (of: AgentRuntime) => {
      const { stack, bot } = agent({ runtime: of });
      new rolesanywhere.CfnProfile(stack, 'Profile', { name: 'invoices', roleArns: [bot.role.roleArn] });
      return synthError(stack);
    };
    expect(make(runtime())).toBe('');
    expect(make(AgentRuntime.lambda())).toContain('use AgentRuntime.rolesAnywhere()');
  });
});
