import { aws_bedrockagentcore as agentcore, aws_kms as kms, aws_secretsmanager as secretsmanager, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agent, codeOf, ENV, only, PRODUCTION, synthError, TEST } from './agents';
import { ManagedAgentIdentity, OboGrantType, OboProvider, OboProviderProps } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { allows, denies } from '../guards/evaluate';

const ISSUER = 'https://login.example.com';
const VAULT = `arn:<AWS::Partition>:bedrock-agentcore:${ENV.region}:${ENV.account}:token-vault/default`;
const DIRECTORY = `arn:<AWS::Partition>:bedrock-agentcore:${ENV.region}:${ENV.account}:workload-identity-directory/default`;
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:clients/graph-AbCdEf';
const FOR_JWT = 'bedrock-agentcore:GetWorkloadAccessTokenForJWT';
const GET_TOKEN = 'bedrock-agentcore:GetResourceOauth2Token';
const IMAGE = agentcore.AgentRuntimeArtifact.fromImageUri(`${ENV.account}.dkr.ecr.${ENV.region}.amazonaws.com/invoices:v1`);

const propsIn = (stack: Stack, props: Partial<OboProviderProps> = {}): OboProviderProps => ({
  discoveryUrl: `${ISSUER}/.well-known/openid-configuration`,
  clientId: 'invoice-bot',
  clientSecret: stack.node.tryFindChild('ClientSecret') as secretsmanager.ISecret ?? secretsmanager.Secret.fromSecretCompleteArn(stack, 'ClientSecret', SECRET),
  allowedIssuers: [ISSUER],
  allowedAudiences: ['invoices'],
  ...props,
});

const runtimeOf = (stack: Stack, bot: ManagedAgentIdentity, authorizerConfiguration?: agentcore.RuntimeAuthorizerConfiguration): void => void new agentcore.Runtime(stack, 'Runtime', {
  executionRole: bot.role, runtimeName: 'invoice_bot', agentRuntimeArtifact: IMAGE, authorizerConfiguration,
});

type Statement = Record<string, unknown>;
const flat = (value: unknown): Statement[] => JSON.parse(JSON.stringify(value, (_key, one: Record<string, any> | null) => one?.['Fn::Join']?.[1]
  .map((part: { Ref?: string } | string) => typeof part === 'string' ? part : `<${part.Ref}>`).join('') ?? one)) as Statement[];

interface Built { stack: Stack; bot: ManagedAgentIdentity; provider: OboProvider; rendered: Template; access: Statement[]; guard: Statement[] }

/** An agent on AgentCore with a provider, granted in test, and a runtime that accepts the people for whom it may act. */
function built(props: Partial<OboProviderProps> = {}, stage = TEST): Built {
  const { stack, bot, template } = agent({ runtime: AgentRuntime.bedrockAgentCore(), stage });
  const provider = bot.oboProvider('graph', propsIn(stack, props));
  provider.grant(bot.accessIn(TEST));
  runtimeOf(stack, bot, provider.inboundAuthorizer());
  const rendered = template();
  const [{ PolicyDocument: guard }] = only(rendered, 'AWS::IAM::Role').Properties.Policies;
  return { stack, bot, provider, rendered, access: flat(only(rendered, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement), guard: flat(guard.Statement) };
}

const resourcesOf = (statements: Statement[], action: string): unknown[] =>
  statements.filter(({ Effect, Action }) => Effect === 'Allow' && [Action].flat().includes(action)).flatMap(({ Resource }) => [Resource].flat());

describe('the provider', () => {
  test('has the client secret by reference, and never in the template', () => {
    const { rendered } = built();
    expect(only(rendered, 'AWS::BedrockAgentCore::OAuth2CredentialProvider').Properties).toEqual({
      Name: 'agents_invoice-bot_graph',
      CredentialProviderVendor: 'CustomOauth2',
      Oauth2ProviderConfigInput: {
        CustomOauth2ProviderConfig: {
          ClientId: 'invoice-bot',
          ClientSecretSource: 'EXTERNAL',
          ClientSecretConfig: { SecretId: SECRET, JsonKey: 'clientSecret' },
          OauthDiscovery: { DiscoveryUrl: `${ISSUER}/.well-known/openid-configuration` },
          OnBehalfOfTokenExchangeConfig: { GrantType: 'TOKEN_EXCHANGE', TokenExchangeGrantTypeConfig: { ActorTokenContent: 'NONE' } },
        },
      },
    });
    expect(JSON.stringify(rendered.toJSON())).not.toMatch(/resolve:secretsmanager|"ClientSecret":/);
  });

  test('exists after the join only, and is reported to the engine as the agent\'s own', () => {
    const { rendered } = built();
    expect(only(rendered, 'AWS::BedrockAgentCore::OAuth2CredentialProvider').DependsOn).toEqual(expect.arrayContaining([expect.stringContaining('Lifecycle')]));
    expect(only(rendered, 'Custom::AgentLifecycle').Properties.OwnProviders).toEqual(['agents_invoice-bot_graph']);
  });

  test('an agent without one tells none', () => {
    expect(only(agent().template(), 'Custom::AgentLifecycle').Properties.OwnProviders).toBeUndefined();
  });

  test.each<[string, Partial<OboProviderProps>, object]>([
    ['an actor token', { actorScopes: ['invoices.act'] }, { GrantType: 'TOKEN_EXCHANGE', TokenExchangeGrantTypeConfig: { ActorTokenContent: 'M2M', ActorTokenScopes: ['invoices.act'] } }],
    ['a JWT grant', { grantType: OboGrantType.JWT_AUTHORIZATION_GRANT }, { GrantType: 'JWT_AUTHORIZATION_GRANT' }],
  ])('%s', (_what, props, exchange) => {
    expect(only(built(props).rendered, 'AWS::BedrockAgentCore::OAuth2CredentialProvider').Properties.Oauth2ProviderConfigInput.CustomOauth2ProviderConfig.OnBehalfOfTokenExchangeConfig).toEqual(exchange);
  });
});

describe('the access', () => {
  test('is of exactly this provider and of the agent\'s own workload identity', () => {
    const { access } = built();
    expect(new Set(resourcesOf(access, GET_TOKEN))).toEqual(new Set([`${VAULT}/oauth2credentialprovider/agents_invoice-bot_graph`, VAULT, DIRECTORY, `${DIRECTORY}/workload-identity/invoice_bot-*`]));
  });

  test('the secret is read by AgentCore for the agent, and not by its code', () => {
    const { access } = built();
    const request = { action: 'secretsmanager:GetSecretValue', resource: SECRET };
    expect([allows(access, { ...request, context: { 'aws:ViaAWSService': 'true' } }), allows(access, { ...request, context: { 'aws:ViaAWSService': 'false' } }), allows(access, request)])
      .toEqual([true, false, false]);
  });

  test('the guard lets through this provider, and no other', () => {
    const { guard } = built();
    const denied = (provider: string) => denies(guard, { action: GET_TOKEN, resource: `${VAULT}/oauth2credentialprovider/${provider}` });
    expect(['agents_invoice-bot_graph', 'agents_other-bot_graph', 'agents_invoice-bot_graph2'].map(denied)).toEqual([false, true, true]);
    expect(denies(guard, { action: 'bedrock-agentcore:GetWorkloadAccessTokenForUserId', resource: `${DIRECTORY}/workload-identity/other-0` })).toBe(true);
  });

  test('in another stage nothing is granted, and the guard denies the provider', () => {
    const { access, guard } = built({}, PRODUCTION);
    expect(resourcesOf(access, GET_TOKEN)).toEqual([]);
    expect(denies(guard, { action: GET_TOKEN, resource: `${VAULT}/oauth2credentialprovider/agents_invoice-bot_graph` })).toBe(true);
  });

  test('a key of the secret is used through Secrets Manager only', () => {
    const { stack, bot, template } = agent({ runtime: AgentRuntime.bedrockAgentCore() });
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/0a1b');
    const provider = bot.oboProvider('graph', propsIn(stack, { clientSecret: secretsmanager.Secret.fromSecretAttributes(stack, 'Encrypted', { secretCompleteArn: SECRET, encryptionKey }) }));
    provider.grant(bot.accessIn(TEST));
    const decrypt = flat(only(template(), 'AWS::IAM::Policy').Properties.PolicyDocument.Statement).find(({ Action }) => Action === 'kms:Decrypt');
    expect(decrypt?.Condition).toEqual({ StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } });
  });
});

describe('people for whom the agent may act', () => {
  const CLAIM = 'bedrock-agentcore:InboundJwtClaim';
  const asked = (claims: Record<string, string | string[]>) => ({
    action: FOR_JWT, resource: `${DIRECTORY}/workload-identity/invoice_bot-0`, context: Object.fromEntries(Object.entries(claims).map(([claim, value]) => [`${CLAIM}/${claim}`, value])),
  });
  const right = { iss: ISSUER, aud: ['invoices', 'others'], scope: ['read', 'openid'], client_id: 'web' };
  const scoped = { allowedScopes: ['read'], allowedClients: ['web'] };

  test('with an allowed issuer, audience, client and scope they are let through', () => {
    expect(denies(built(scoped).guard, asked(right))).toBe(false);
  });

  test.each<[string, Record<string, string | string[] | undefined>]>([
    ['another issuer', { iss: 'https://evil.example.com' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: ['payroll'] }],
    ['no audience', { aud: undefined }],
    ['another client', { client_id: 'other' }],
    ['another scope', { scope: ['write'] }],
    ['no scope', { scope: undefined }],
  ])('with %s they are denied, whatever else allows it', (_what, changes) => {
    const claims = Object.fromEntries(
      Object.entries({ ...right, ...changes }).filter((one): one is [string, string | string[]] => one[1] !== undefined));
    const { guard } = built(scoped);
    expect([denies(guard, asked(claims)), denies(guard, { ...asked(claims), action: 'bedrock-agentcore:CompleteResourceTokenAuth' })]).toEqual([true, true]);
  });

  test('an agent elsewhere gets tokens of its own workload identity with the same claims only', () => {
    const { stack, bot, template } = agent({ runtime: AgentRuntime.lambda() });
    const workloadIdentity = new agentcore.CfnWorkloadIdentity(stack, 'Identity', { name: 'invoice-bot' });
    bot.oboProvider('graph', propsIn(stack, { workloadIdentity })).grant(bot.accessIn(TEST));
    const rendered = template();
    const access = flat(only(rendered, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement);
    const request = (claims: Record<string, string | string[]>, identity = 'invoice-bot') => ({ ...asked(claims), resource: `${DIRECTORY}/workload-identity/${identity}` });
    expect([allows(access, request(right)), allows(access, request({ ...right, iss: 'https://evil.example.com' })), allows(access, request(right, 'payroll-bot'))]).toEqual([true, false, false]);
    expect(resourcesOf(access, GET_TOKEN)).toContain(`${DIRECTORY}/workload-identity/invoice-bot`);
    expect(resourcesOf(access, GET_TOKEN)).not.toContain(`${DIRECTORY}/workload-identity/invoice_bot-*`);
  });

  test.each<[string, (provider: OboProvider) => agentcore.RuntimeAuthorizerConfiguration | undefined, string]>([
    ['no authorizer', () => undefined, 'asks callers for no token of a person'],
    ['another issuer', () => agentcore.RuntimeAuthorizerConfiguration.usingJWT('https://evil.example.com/.well-known/openid-configuration', undefined, ['invoices']), 'another issuer'],
    ['a further audience', () => agentcore.RuntimeAuthorizerConfiguration.usingJWT(`${ISSUER}/.well-known/openid-configuration`, undefined, ['invoices', 'payroll']), 'other allowedAudience'],
    ['any audience', () => agentcore.RuntimeAuthorizerConfiguration.usingJWT(`${ISSUER}/.well-known/openid-configuration`, ['web']), 'other allowedAudience'],
  ])('InboundUsersOpen: a runtime with %s', (_what, authorizer, problem) => {
    const { stack, bot } = agent({ runtime: AgentRuntime.bedrockAgentCore() });
    const provider = bot.oboProvider('graph', propsIn(stack));
    runtimeOf(stack, bot, authorizer(provider));
    expect(synthError(stack)).toMatch(new RegExp(`InboundUsersOpen: Own/Bot: Own/Runtime/Resource .*${problem}`));
  });

  test('the authorizer of the provider accepts exactly them', () => {
    const { rendered, stack } = built(scoped);
    expect(only(rendered, 'AWS::BedrockAgentCore::Runtime').Properties.AuthorizerConfiguration).toEqual({
      CustomJWTAuthorizer: { DiscoveryUrl: `${ISSUER}/.well-known/openid-configuration`, AllowedAudience: ['invoices'], AllowedClients: ['web'], AllowedScopes: ['read'] },
    });
    expect(synthError(stack)).toBe('');
  });

  test('of several issuers the authorizer takes a named one', () => {
    const { stack, bot } = agent({ runtime: AgentRuntime.bedrockAgentCore() });
    const other = 'https://login.example.org/';
    const provider = bot.oboProvider('graph', propsIn(stack, { allowedIssuers: [ISSUER, other] }));
    expect([codeOf(() => provider.inboundAuthorizer()), codeOf(() => provider.inboundAuthorizer('https://evil.example.com')), codeOf(() => provider.inboundAuthorizer(other))])
      .toEqual(['IssuerNotAllowed', 'IssuerNotAllowed', undefined]);
  });

  test('UsersDiffer: all providers of an agent are for the same people', () => {
    const { stack, bot } = agent({ runtime: AgentRuntime.bedrockAgentCore() });
    bot.oboProvider('graph', propsIn(stack));
    expect(codeOf(() => bot.oboProvider('mail', propsIn(stack, { allowedAudiences: ['payroll'] })))).toBe('UsersDiffer');
    expect(codeOf(() => bot.oboProvider('files', propsIn(stack)))).toBeUndefined();
  });
});

test.each<[string, Partial<OboProviderProps>, string]>([
  ['no issuer', { allowedIssuers: [] }, 'UsersMissing'],
  ['neither audience nor client', { allowedAudiences: [] }, 'UsersMissing'],
  ['a wildcard in an issuer', { allowedIssuers: ['https://*.example.com'] }, 'IssuerInvalid'],
  ['an issuer without TLS', { allowedIssuers: ['http://login.example.com'] }, 'IssuerInvalid'],
  ['an issuer that is a token', { allowedIssuers: [Lazy.string({ produce: () => ISSUER })] }, 'IssuerInvalid'],
  ['a policy variable', { allowedAudiences: ['${aws:userid}'] }, 'AudienceInvalid'],
  ['a wildcard in a client', { allowedClients: ['*'] }, 'ClientInvalid'],
  ['a scope with a space', { allowedScopes: ['read write'] }, 'ScopeInvalid'],
  ['another discovery URL', { discoveryUrl: `${ISSUER}/oauth` }, 'DiscoveryUrlInvalid'],
  ['a discovery URL without TLS', { discoveryUrl: 'http://login.example.com/.well-known/openid-configuration' }, 'DiscoveryUrlInvalid'],
  ['a value in place of a secret', { clientSecret: 'hunter2' as unknown as secretsmanager.ISecret }, 'WrongClass'],
  ['scopes of an actor that is not sent', { grantType: OboGrantType.JWT_AUTHORIZATION_GRANT, actorScopes: ['a'] }, 'ActorScopesUnused'],
])('%s is refused', (_what, props, code) => {
  const { stack, bot } = agent({ runtime: AgentRuntime.bedrockAgentCore() });
  expect(codeOf(() => bot.oboProvider('graph', propsIn(stack, props)))).toBe(code);
});

test.each([['', 'ProviderNameInvalid'], ['a/b', 'ProviderNameInvalid'], ['*', 'ProviderNameInvalid'], ['x'.repeat(120), 'ProviderNameInvalid'], ['graph-2', undefined]])('the name %s: %s', (name, code) => {
  const { stack, bot } = agent({ runtime: AgentRuntime.bedrockAgentCore() });
  expect(codeOf(() => bot.oboProvider(name, propsIn(stack)))).toBe(code);
});

test('WorkloadIdentityMissing: elsewhere the identity must be given, with a literal name', () => {
  const { stack, bot } = agent({ runtime: AgentRuntime.lambda() });
  expect(codeOf(() => bot.oboProvider('graph', propsIn(stack)))).toBe('WorkloadIdentityMissing');
  const workloadIdentity = new agentcore.CfnWorkloadIdentity(stack, 'Identity', { name: Lazy.string({ produce: () => 'x' }) });
  expect(codeOf(() => bot.oboProvider('mail', propsIn(stack, { workloadIdentity })))).toBe('WorkloadIdentityNameUnknown');
});
