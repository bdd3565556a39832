import { App, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AdoptedAgentIdentityProps, ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { GitHubAppKey, LifecycleRegistry, Notifications } from '../../../src/aws/lifecycle-registry';
import { Expiry, MonthlyCost } from '../../../src/core';
import { GitHubAppRevokerProps, HttpRevokerProps, HttpSuspension, HumanRevokerProps, OAuth2RevokerProps, Revoker, RevokerMethod, ScimRemoval } from '../../../src/revokers';
import { ADA, agentIn, codeOf, ENV, only, stackOf, TEST } from '../agent-identity/agents';

const ROLE = 'arn:aws:iam::111122223333:role/agents-nhi-revokers';
const VERIFY = { url: 'https://crm.example.com/bots/{agentName}' };
const HTTP: HttpRevokerProps = { url: 'https://crm.example.com/bots/{agentName}', verify: VERIFY };

const SUSPENSION: HttpSuspension = { suspend: { url: `${HTTP.url}/off` }, resume: { url: `${HTTP.url}/on` }, inactiveField: '/state' };

const byName = (stack: Stack, name = 'idp'): secretsmanager.ISecret => secretsmanager.Secret.fromSecretNameV2(stack, `Secret-${name}`, name);
const scimOf = (stack: Stack, secret = byName(stack)): Revoker => Revoker.scim('okta', { baseUrl: 'https://idp.example.com/scim/v2', secret });
const declared = (stack: Stack): unknown[] => only(Template.fromStack(stack), 'Custom::AgentLifecycle').Properties.Revokers as unknown[];
/** The roles that a policy names, as it is in the template. */
const named = (value: unknown): string => JSON.stringify(value).replaceAll('{"Ref":"AWS::Partition"}', '"aws"');

const warnings = (stack: Stack, pattern: string): number => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(pattern)).length;

test('each kind as the engine reads it', () => {
  const stack = stackOf();
  const secret = byName(stack);
  const handler = lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:remove', sameEnvironment: true });
  agentIn(stack, {
    revokers: [
      Revoker.http('crm', { ...HTTP, secret, headers: { 'authorization': 'Bearer {token}', 'x-agent': 'nhi' }, body: '{"user":"{subject}"}', subject: 'bot 7', monthlyCost: MonthlyCost.of(99.5, 'EUR') }),
      Revoker.oauth2('login', { secret, registrationUrl: 'https://login.example.com/register/{agentName}', clientId: 'bot-7' }),
      Revoker.scim('okta', { baseUrl: 'https://idp.example.com/scim/v2', secret, removal: ScimRemoval.DEACTIVATE, onSuspend: false }),
      Revoker.lambda('erp', handler, { monthlyCost: MonthlyCost.ofTag('integration', 'erp') }),
      Revoker.queue('ldap', { workerName: 'directory', subject: 'svc-invoice', monthlyCost: MonthlyCost.of(1) }),
    ],
  });
  const secretArn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':secretsmanager:eu-west-1:111122223333:secret:idp']] };
  expect(declared(stack)).toEqual([
    {
      Id: 'crm',
      Kind: 'http',
      Settings: {
        url: HTTP.url,
        method: 'DELETE',
        expected: ['200', '202', '204', '404', '410'],
        verifyUrl: VERIFY.url,
        verifyMethod: 'GET',
        present: ['200'],
        absent: ['404', '410'],
        secretArn,
        headers: { 'authorization': 'Bearer {token}', 'x-agent': 'nhi' },
        body: '{"user":"{subject}"}',
        subject: 'bot 7',
      },
      MonthlyCost: '99.5',
      Currency: 'EUR',
    },
    { Id: 'login', Kind: 'oauth2', Settings: { secretArn, authentication: 'basic', clientId: 'bot-7', registrationUrl: 'https://login.example.com/register/{agentName}' } },
    { Id: 'okta', Kind: 'scim', Settings: { baseUrl: 'https://idp.example.com/scim/v2', secretArn, removal: 'deactivate' } },
    { Id: 'erp', Kind: 'lambda', Settings: { functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:remove' }, CostTag: { Key: 'integration', Value: 'erp' }, OnSuspend: 'true' },
    { Id: 'ldap', Kind: 'queue', Settings: { worker: 'directory', subject: 'svc-invoice' }, MonthlyCost: '1', Currency: 'USD' },
  ]);
});

test('an agent without revokers has no such property, and an adopted one can have them', () => {
  const without = stackOf();
  agentIn(without);
  expect(declared(without)).toBeUndefined();
  const stack = stackOf();
  const registry = LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents');
  const props: AdoptedAgentIdentityProps = {
    registry,
    agentName: 'invoice-bot',
    purpose: 'p',
    sponsor: ADA,
    stage: TEST,
    expires: Expiry.on('2999-03-31'),
    role: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }),
    revokers: [scimOf(stack)],
  };
  ManagedAgentIdentity.adopt(stack, 'Bot', props);
  expect(declared(stack)).toMatchObject([{ Id: 'okta', OnSuspend: 'true' }]);
});

test('the policy of a secret, of its key and of a function admits the one role, and nothing of the agent does', () => {
  const app = new App();
  const [vault, stack] = ['Vault', 'Own'].map((id) => new Stack(app, id, { env: ENV }));
  const encryptionKey = new kms.Key(vault, 'Key');
  const secret = new secretsmanager.Secret(vault, 'Secret', { secretName: 'idp', encryptionKey });
  const handler = new lambda.Function(vault, 'Fn', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('x') });
  agentIn(stack, { revokers: [scimOf(stack, secret), Revoker.lambda('erp', handler)] });

  const template = Template.fromStack(vault);
  expect(named(only(template, 'AWS::SecretsManager::ResourcePolicy').Properties.ResourcePolicy.Statement)).toContain('"Action":"secretsmanager:GetSecretValue","Effect":"Allow","Principal":{"AWS":{"Fn::Join":["",["arn:","aws",":iam::111122223333:role/agents-nhi-revokers"]]}}');
  expect(named(only(template, 'AWS::KMS::Key').Properties.KeyPolicy)).toContain('"Action":"kms:Decrypt","Condition":{"StringEquals":{"kms:ViaService":"secretsmanager.eu-west-1.amazonaws.com"}}');
  template.hasResourceProperties('AWS::Lambda::Permission', { Action: 'lambda:InvokeFunction', Principal: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${ROLE.split('::')[1]}`]] } });
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Role'))).not.toContain('GetSecretValue');
});

test('a secret with a reserved name needs no policy, and another one that the app can\'t change is a warning', () => {
  const reserved = stackOf();
  agentIn(reserved, { revokers: [scimOf(reserved, byName(reserved, 'agents-nhi-revokers/idp'))] });
  expect(warnings(reserved, 'of revoker okta')).toBe(0);
  const foreign = stackOf();
  agentIn(foreign, { revokers: [scimOf(foreign)] });
  expect(warnings(foreign, 'can.t change the policy of the secret of revoker okta: let .*agents-nhi-revokers call secretsmanager:GetSecretValue')).toBe(1);
});

test('requests of a suspension, as the engine reads them', () => {
  const stack = stackOf();
  const crm = (id: string, suspension: HttpSuspension): Revoker => Revoker.http(id, { ...HTTP, suspension });
  agentIn(stack, {
    revokers: [
      crm('crm', { ...SUSPENSION, inactiveField: '/state', inactiveValues: ['off', '7'] }),
      crm('erp', { suspend: { url: `${HTTP.url}/off`, method: RevokerMethod.PUT, body: '{"bot":"{agentName}"}', expected: [202] }, resume: { url: `${HTTP.url}/on` }, inactiveStatuses: [423] }),
    ],
  });
  const [one, two] = declared(stack) as { Settings: object; OnSuspend: string }[];
  const [suspend, resume] = ['off', 'on'].map((change) => ({ url: `${HTTP.url}/${change}`, method: 'POST', expected: '200 202 204' }));
  expect(one).toMatchObject({ OnSuspend: 'true', Settings: { suspend, resume, inactiveField: '/state', inactiveValues: ['off', '7'] } });
  expect(two).toMatchObject({ OnSuspend: 'true', Settings: { suspend: { ...suspend, method: 'PUT', expected: '202', body: '{"bot":"{agentName}"}' }, resume, inactiveStatuses: ['423'] } });
});

test('a secret in the agent\'s own stack is a warning, because it is deleted before a later attempt could read it', () => {
  const stack = stackOf();
  agentIn(stack, { revokers: [scimOf(stack, new secretsmanager.Secret(stack, 'Secret'))] });
  expect(warnings(stack, 'the secret of revoker okta is in the agent.s own stack and is deleted with it')).toBe(1);
});

test.each<[string, Partial<HttpRevokerProps>]>([
  ['http', { url: 'http://crm.example.com/' }],
  ['a user', { url: 'https://u:p@crm.example.com/' }],
  ['a fragment', { url: 'https://crm.example.com/#x' }],
  ['a variable in its host', { url: 'https://{agentName}.example.com/' }],
  ['a variable in its port', { url: 'https://crm.example.com:{account}/' }],
  ['an unknown variable', { url: 'https://crm.example.com/{token}' }],
  ['a brace that is open', { url: 'https://crm.example.com/{agentName' }],
  ['no host', { url: 'https:///x' }],
  ['a verification without https', { verify: { url: 'ftp://crm.example.com/' } }],
  ['no verification', { verify: undefined as never }],
  ['a status that is both', { verify: { ...VERIFY, present: [200, 404] } }],
  ['a redirect as a success', { expected: [302] }],
  ['no status', { verify: { ...VERIFY, absent: [] } }],
  ['a header of the connection', { headers: { 'Transfer-Encoding': 'x' } }],
  ['another host in a header', { headers: { Host: 'x' } }],
  ['an invalid header', { headers: { 'x: y': 'z' } }],
  ['a header with a value of no secret', { headers: { authorization: 'Bearer {token}' } }],
  ['a header of two lines', { headers: { 'x-a': 'a\r\nb: c' } }],
  ['a body that is no JSON', { body: '{user}' }],
  ['an unknown variable in the body', { body: '{"user":"{token}"}' }],
  ['a method that is not allowed', { method: 'TRACE' as never }],
  ['a subject of dots', { subject: '..' }],
  ['a subject of many characters', { subject: 'x'.repeat(257) }],
  ['a text that the registry does not take', { body: JSON.stringify({ user: 'x'.repeat(1_024) }) }],
  ['an empty header', { headers: { 'x-agent': '' } }],
  ['a suspension that no answer shows', { suspension: { ...SUSPENSION, inactiveField: undefined } }],
  ['a suspension without a request', { suspension: { ...SUSPENSION, suspend: undefined as never } }],
  ['a suspension that nothing lifts', { suspension: { ...SUSPENSION, resume: undefined as never } }],
  ['a suspension without https', { suspension: { ...SUSPENSION, suspend: { url: 'http://crm.example.com/off' } } }],
  ['a resumption on a host that an agent chooses', { suspension: { ...SUSPENSION, resume: { url: 'https://{subject}/on' } } }],
  ['a field that is no pointer', { suspension: { ...SUSPENSION, inactiveField: 'state' } }],
  ['a field with an unknown escape', { suspension: { ...SUSPENSION, inactiveField: '/a~2' } }],
  ['values of no field', { suspension: { ...SUSPENSION, inactiveField: undefined, inactiveStatuses: [423], inactiveValues: ['off'] } }],
  ['no values', { suspension: { ...SUSPENSION, inactiveValues: [] } }],
  ['a status that is active and inactive', { suspension: { ...SUSPENSION, inactiveStatuses: [200] } }],
  ['a status that is absent and inactive', { suspension: { ...SUSPENSION, inactiveStatuses: [410] } }],
  ['a body of a suspension that is no JSON', { suspension: { ...SUSPENSION, suspend: { url: SUSPENSION.suspend.url, body: 'off' } } }],
  ['a redirect of a suspension as a success', { suspension: { ...SUSPENSION, suspend: { url: SUSPENSION.suspend.url, expected: [302] } } }],
  ['settings that are too long', { body: JSON.stringify({ user: 'x'.repeat(2_600) }) }],
])('RevokerInvalid or another code of its own: a request with %s', (_what, changes) => {
  expect(codeOf(() => Revoker.http('crm', { ...HTTP, ...changes }))).toMatch(/^(RevokerInvalid|TextRequired|TextNotPlain)$/);
  expect(codeOf(() => Revoker.http('crm', { ...HTTP, suspension: SUSPENSION }))).toBeUndefined();
});

test.each<[string, Partial<OAuth2RevokerProps>]>([
  ['no URL', {}],
  ['a revocation that nothing can verify', { revocationUrl: 'https://login.example.com/revoke' }],
  ['an introspection alone', { introspectionUrl: 'https://login.example.com/introspect' }],
  ['an unknown authentication', { registrationUrl: 'https://login.example.com/r', authentication: 'jwt' as never }],
])('RevokerInvalid: an OAuth 2.0 server with %s', (_what, props) => {
  expect(codeOf(() => Revoker.oauth2('login', { secret: byName(stackOf()), ...props }))).toBe('RevokerInvalid');
});

test.each(['', 'Okta', '-okta', 'okta-', 'o--k', 'x'.repeat(41), 7 as never])('RevokerInvalid: the id %j', (id) => {
  expect(codeOf(() => Revoker.http(id, HTTP))).toBe('RevokerInvalid');
});

test('RevokerInvalid and WrongClass: a SCIM service with a query or another removal, a secret and a function of another class', () => {
  const secret = byName(stackOf());
  expect(codeOf(() => Revoker.scim('okta', { baseUrl: 'https://idp.example.com/?x', secret }))).toBe('RevokerInvalid');
  expect(codeOf(() => Revoker.scim('okta', { baseUrl: 'https://idp.example.com/', secret, removal: 'keep' as never }))).toBe('RevokerInvalid');
  expect(codeOf(() => Revoker.scim('okta', { baseUrl: 'https://idp.example.com/', secret: 'idp' as never }))).toBe('WrongClass');
  expect(codeOf(() => Revoker.lambda('erp', 'arn' as never))).toBe('WrongClass');
  expect(codeOf(() => Revoker.http('crm', { ...HTTP, monthlyCost: 12 as never }))).toBe('WrongClass');
  expect(codeOf(() => agentIn(stackOf(), { revokers: ['okta' as never] }))).toBe('WrongClass');
});

test.each(['', 'Directory', 'a--b', 7 as never])('RevokerInvalid or another code of its own: a worker with the name %j', (workerName) => {
  expect(codeOf(() => Revoker.queue('ldap', { workerName }))).toMatch(/^(RevokerInvalid|TextRequired)$/);
  expect(codeOf(() => Revoker.queue('ldap', { workerName: 'directory' }))).toBeUndefined();
});

test('RevokerTwice, RevokersTooMany', () => {
  const one = (id: string): Revoker => Revoker.http(id, HTTP);
  expect(codeOf(() => agentIn(stackOf(), { revokers: [one('crm'), one('crm')] }))).toBe('RevokerTwice');
  const many = (count: number): Revoker[] => Array.from({ length: count }, (_, number) => one(`crm-${number}`));
  expect(codeOf(() => agentIn(stackOf(), { revokers: many(10) }))).toBeUndefined();
  expect(codeOf(() => agentIn(stackOf(), { revokers: many(11) }))).toBe('RevokersTooMany');
});

const HUMAN: HumanRevokerProps = { team: ['Kim@Example.com', 'kim@example.com', 'it-desk@example.com'], steps: ['Open transaction SU01', 'Lock the user and delete it'] };

test('who revokes by hand, and how, is part of the properties, and no secret or function is', () => {
  const stack = stackOf();
  agentIn(stack, { revokers: [Revoker.human('sap', { ...HUMAN, subject: 'BOT7', monthlyCost: MonthlyCost.of(40) })] });
  Template.fromStack(stack).hasResourceProperties('Custom::AgentLifecycle', {
    Revokers: [{ Id: 'sap', Kind: 'human', Settings: { team: ['kim@example.com', 'it-desk@example.com'], steps: HUMAN.steps, subject: 'BOT7' }, MonthlyCost: '40', OnSuspend: Match.absent() }],
  });
});

test.each<[string, Partial<HumanRevokerProps>]>([
  ['no team', { team: [] }],
  ['a team that is no list', { team: 'kim@example.com' as never }],
  ['a team of eleven', { team: Array.from({ length: 11 }, (_, index) => `p${index}@example.com`) }],
  ['an address that would be a header', { team: ['kim@example.com\r\nBcc: eve@example.com'] }],
  ['text that is no mail address', { team: ['the help desk'] }],
  ['no steps', { steps: [] }],
  ['nine steps', { steps: Array.from({ length: 9 }, () => 'Lock the user') }],
  ['a step that says nothing', { steps: ['do it'] }],
  ['a step that nobody reads', { steps: ['x'.repeat(241)] }],
  ['a step of two lines', { steps: ['Lock the user\nand delete it'] }],
  ['a step that is reversed', { steps: ['Lock the user \u202e'] }],
  ['a secret in a step', { steps: ['Log in with {{resolve:secretsmanager:sap}}'] }],
])('RevokerInvalid or another code of its own: people with %s', (_what, changes) => {
  expect(codeOf(() => Revoker.human('sap', { ...HUMAN, ...changes }))).toMatch(/^(RevokerInvalid|EmailInvalid|TextNotPlain|DynamicReference)$/);
  expect(codeOf(() => Revoker.human('sap', HUMAN))).toBeUndefined();
});

test('RevokerUnannounced: people of a registry that notifies nobody, and not if it does, or is of another app', () => {
  const within = (notifications?: Notifications) => codeOf(() => {
    const stack = stackOf();
    const registry = new LifecycleRegistry(stack, 'Notifying', { registryName: 'notifying', ...(notifications === undefined ? {} : { notifications }) });
    agentIn(stack, { registry, revokers: [Revoker.human('sap', HUMAN)] });
  });
  expect([within(), within(Notifications.busOnly())]).toEqual(['RevokerUnannounced', 'RevokerUnannounced']);
  expect(within(Notifications.mail({ from: 'agents@example.com' }))).toBeUndefined();
  expect(codeOf(() => agentIn(stackOf(), { revokers: [Revoker.human('sap', HUMAN)] }))).toBeUndefined();
});

describe('an installation of a GitHub App', () => {
  const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/k1';
  const APP = { clientId: 'Iv23liInvoices', installationId: '12345678' };
  const keyOf = (stack: Stack, keyArn = KEY_ARN): kms.IKey => kms.Key.fromKeyArn(stack, 'AppKey', keyArn);
  const github = (key: kms.IKey, props: Partial<GitHubAppRevokerProps> = {}): Revoker => Revoker.githubApp('github', { ...APP, key, ...props });
  const listing = (stack: Stack, installations: Record<string, string> = { 12345678: 'invoice-bot' }, apiHosts?: string[]): kms.IKey => (
    new GitHubAppKey(stack, 'AppKey', { registry: LifecycleRegistry.fromRegistryName(stack, 'OfKey', 'agents'), clientId: APP.clientId, installations, ...(apiHosts === undefined ? {} : { apiHosts }) }).key);

  test('as the engine reads it, by a key or by an alias', () => {
    const stack = stackOf();
    agentIn(stack, {
      revokers: [
        github(keyOf(stack), { monthlyCost: MonthlyCost.of(21) }),
        Revoker.githubApp('ghe', { ...APP, key: kms.Alias.fromAliasName(stack, 'Alias', 'alias/github'), apiUrl: 'https://github.corp.example/api/v3/', onSuspend: false }),
      ],
    });
    const alias = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':kms:eu-west-1:111122223333:alias/github']] };
    expect(declared(stack)).toEqual([
      { Id: 'github', Kind: 'github-app', Settings: { apiUrl: 'https://api.github.com', ...APP, keyArn: KEY_ARN }, MonthlyCost: '21', Currency: 'USD', OnSuspend: 'true' },
      { Id: 'ghe', Kind: 'github-app', Settings: { apiUrl: 'https://github.corp.example/api/v3', ...APP, keyArn: alias } },
    ]);
  });

  test('a key that the app can\'t change is a warning, and one that it can change gets a policy; a GitHubAppKey has it already', () => {
    const foreign = stackOf();
    agentIn(foreign, { revokers: [github(keyOf(foreign))] });
    expect(warnings(foreign, 'can.t change the policy of the key of revoker github: let .*agents-nhi-revokers call kms:DescribeKey and kms:Sign')).toBe(1);

    const own = stackOf();
    agentIn(own, { revokers: [github(new kms.Key(own, 'AppKey', { keySpec: kms.KeySpec.RSA_2048, keyUsage: kms.KeyUsage.SIGN_VERIFY }))] });
    expect(warnings(own, 'of the key of revoker')).toBe(0);
    const policy = named(only(Template.fromStack(own), 'AWS::KMS::Key').Properties.KeyPolicy);
    expect(policy).toContain('"Action":"kms:Sign","Condition":{"StringEquals":{"kms:SigningAlgorithm":"RSASSA_PKCS1_V1_5_SHA_256"}},"Effect":"Allow","Principal":{"AWS":{"Fn::Join":["",["arn:","aws",":iam::111122223333:role/agents-nhi-revokers"]]}}');
    expect(policy).toContain('"Action":"kms:DescribeKey","Effect":"Allow"');

    const listed = stackOf();
    agentIn(listed, { revokers: [github(listing(listed))] });
    expect(warnings(listed, 'of the key of revoker')).toBe(0);
    expect(declared(listed)).toMatchObject([{ Settings: { keyArn: { 'Fn::GetAtt': [only(Template.fromStack(listed), 'AWS::KMS::Key').LogicalId, 'Arn'] } } }]);
    expect(JSON.stringify(Template.fromStack(listed).findResources('AWS::IAM::Role'))).not.toContain('kms:Sign');
  });

  test.each<[string, (stack: Stack) => Revoker]>([
    ['does not list the installation', (stack) => github(listing(stack), { installationId: '99' })],
    ['lists it as another agent\'s', (stack) => github(listing(stack, { 12345678: 'order-bot' }))],
    ['is of another app', (stack) => github(listing(stack), { clientId: 'Iv23liOther0' })],
    ['signs for another host', (stack) => github(listing(stack), { apiUrl: 'https://api.acme.ghe.com' })],
  ])('RevokerKeyForeign: a GitHubAppKey that %s', (_what, revoker) => {
    const stack = stackOf();
    expect(codeOf(() => agentIn(stack, { revokers: [revoker(stack)] }))).toBe('RevokerKeyForeign');
    const twin = stackOf();
    expect(codeOf(() => agentIn(twin, { revokers: [github(listing(twin, undefined, ['api.github.com', 'api.acme.ghe.com']), { apiUrl: 'https://api.acme.ghe.com' })] }))).toBeUndefined();
  });

  test.each(['arn:aws:kms:us-east-1:111122223333:key/k1', 'arn:aws:kms:eu-west-1:444455556666:key/k1'])('RevokerKeyElsewhere: %s', (keyArn) => {
    const stack = stackOf();
    expect(codeOf(() => agentIn(stack, { revokers: [github(keyOf(stack, keyArn))] }))).toBe('RevokerKeyElsewhere');
  });

  test.each<[string, Partial<GitHubAppRevokerProps>]>([
    ['an id that is no number', { installationId: 'acme' }],
    ['a path as its id', { installationId: '1/../2' }],
    ['an id of zero', { installationId: '0' }],
    ['an id that is a number', { installationId: 12345678 as never }],
    ['an app id', { clientId: '123456' }],
    ['an API without https', { apiUrl: 'http://api.github.com' }],
    ['an API with a query', { apiUrl: 'https://api.github.com?x' }],
    ['an API with a variable', { apiUrl: 'https://api.github.com/{agentName}' }],
    ['an API with a user', { apiUrl: 'https://u@api.github.com' }],
    ['a key of another class', { key: 'arn' as never }],
    ['a key that stands for more', { key: { keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/*' } as never }],
  ])('RevokerInvalid or another code of its own: %s', (_what, props) => {
    expect(codeOf(() => github(keyOf(stackOf()), props))).toMatch(/^(RevokerInvalid|TextRequired|WrongClass|WildcardName)$/);
    expect(codeOf(() => github(keyOf(stackOf())))).toBeUndefined();
  });
});
