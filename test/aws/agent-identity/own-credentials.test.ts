import { aws_apigateway as apigateway, aws_bedrockagentcore as agentcore, aws_cognito as cognito, aws_iam as iam, aws_rds as rds, aws_secretsmanager as secretsmanager, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agentIn, codeOf, only, PRODUCTION, stackOf, STAGING, synthError, TEST } from './agents';
import { AgentApiKey, AgentApiKeyProps, AgentApiKeyProvider, AgentApiKeyProviderProps, AgentMachineClient, AgentMachineClientProps, AgentRolesAnywhereProfile, AgentRolesAnywhereProfileProps, ManagedAgentIdentity, ManagedAgentIdentityProps } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { AgentNaming, LifecycleRegistry, ResidueKind } from '../../../src/aws/lifecycle-registry';
import { AgentStage } from '../../../src/core';

const ANCHOR = 'arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/0a1b2c3d';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:keys/weather-AbCdEf';
const CERTIFICATE = AgentRuntime.rolesAnywhere({ trustAnchor: { trustAnchorRef: { trustAnchorArn: ANCHOR } } as never, subject: 'scanner-7' });
/** A second stage that allows long-lived keys. */
const LAB = AgentStage.of('lab', { longLivedKeysAllowed: true });

interface Built { readonly stack: Stack; readonly bot: ManagedAgentIdentity }

function bot(props: Partial<ManagedAgentIdentityProps> = {}): Built {
  const stack = stackOf();
  if (props.stage === LAB || props.stage === TEST) {
    new LifecycleRegistry(stack, 'Registry', { stages: [LAB], wipes: Object.values(ResidueKind) });
  }
  return { stack, bot: agentIn(stack, props) };
}

const planIn = (stack: Stack): apigateway.IUsagePlan => apigateway.UsagePlan.fromUsagePlanId(stack, 'Plan', 'plan-1');
const poolIn = (stack: Stack): cognito.IUserPool => cognito.UserPool.fromUserPoolId(stack, 'Pool', 'eu-west-1_AbC123');
const SCOPE = cognito.OAuthScope.custom('erp/read');

const key = ({ stack, bot: agent }: Built, props: Partial<AgentApiKeyProps> = {}, id = 'billing'): AgentApiKey => new AgentApiKey(agent, id, { usagePlan: stack.node.tryFindChild('Plan') as apigateway.IUsagePlan ?? planIn(stack), ...props });
const client = ({ stack, bot: agent }: Built, props: Partial<AgentMachineClientProps> = {}, id = 'erp'): AgentMachineClient => (
  new AgentMachineClient(agent, id, { userPool: stack.node.tryFindChild('Pool') as cognito.IUserPool ?? poolIn(stack), scopes: [SCOPE], ...props }));
const profile = ({ bot: agent }: Built, props?: AgentRolesAnywhereProfileProps, id = 'scanner'): AgentRolesAnywhereProfile => new AgentRolesAnywhereProfile(agent, id, props);

const provider = ({ stack, bot: agent }: Built, id = 'weather', props: Partial<AgentApiKeyProviderProps> = {}): AgentApiKeyProvider => new AgentApiKeyProvider(agent, id, {
  apiKey: stack.node.tryFindChild('ApiKey') as secretsmanager.ISecret ?? secretsmanager.Secret.fromSecretCompleteArn(stack, 'ApiKey', SECRET),
  workloadIdentity: stack.node.tryFindChild('Identity') as agentcore.CfnWorkloadIdentity ?? new agentcore.CfnWorkloadIdentity(stack, 'Identity', { name: 'invoices' }),
  ...props,
});

const lifecycleOf = (template: Template) => only(template, 'Custom::AgentLifecycle');
const KINDS: [what: string, make: (built: Built, id?: string) => unknown, props?: Partial<ManagedAgentIdentityProps>][] = [
  ['API key', (built, id) => key(built, {}, id)], ['machine client', (built, id) => client(built, {}, id)], ['profile', (built, id) => profile(built, {}, id), { runtime: CERTIFICATE }], ['API key provider', (built, id) => provider(built, id)],
];

describe('a key of API Gateway', () => {
  test('is made after the join, is in its usage plan, and its value is generated elsewhere', () => {
    const built = bot();
    key(built);
    const template = Template.fromStack(built.stack);
    const { LogicalId: id, Properties: properties, DependsOn: dependsOn } = only(template, 'AWS::ApiGateway::ApiKey');
    expect(properties).toEqual({
      Name: 'agents_invoice-bot_test_billing', Description: 'Key billing of the agent invoice-bot', Enabled: true, GenerateDistinctId: true, Tags: [{ Key: 'agent:registry', Value: 'agents' }],
    });
    expect(dependsOn).toEqual([lifecycleOf(template).LogicalId]);
    expect(only(template, 'AWS::ApiGateway::UsagePlanKey').Properties).toEqual({ KeyId: { Ref: id }, KeyType: 'API_KEY', UsagePlanId: 'plan-1' });
    expect(lifecycleOf(template).Properties.Credentials).toEqual([{ Kind: 'api-gateway-key', Name: 'agents_invoice-bot_test_billing' }]);
  });

  test('the agent reads this key in the stage that is granted, and changes none', () => {
    const built = bot();
    key(built).grantRead(built.bot.accessIn(TEST));
    const template = Template.fromStack(built.stack);
    const { Statement: statements } = only(template, 'AWS::IAM::Policy').Properties.PolicyDocument;
    const { LogicalId: id } = only(template, 'AWS::ApiGateway::ApiKey');
    expect(statements.filter(({ Effect }: { Effect: string }) => Effect === 'Allow')).toEqual([expect.objectContaining({
      Action: 'apigateway:GET', Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':apigateway:eu-west-1::/apikeys/', { Ref: id }]] },
    })]);
  });

  test('a grant for another stage renders nothing, and says the same as in that stage', () => {
    const digestIn = (stage: AgentStage): string => {
      const built = bot({ stage });
      key(built).grantRead(built.bot.accessIn(LAB));
      return lifecycleOf(Template.fromStack(built.stack)).Properties.Access.Stages.find(({ Stage }: { Stage: string }) => Stage === 'lab').Digest;
    };
    expect(digestIn(TEST)).toBe(digestIn(LAB));
  });

  test('each stage has a key of its own', () => {
    const nameIn = (stage: AgentStage): string => {
      const built = bot({ stage });
      key(built);
      return only(Template.fromStack(built.stack), 'AWS::ApiGateway::ApiKey').Properties.Name;
    };
    expect([TEST, LAB].map(nameIn)).toEqual(['agents_invoice-bot_test_billing', 'agents_invoice-bot_lab_billing']);
  });

  test('another generation is another key', () => {
    const idOf = (generation?: number): string => {
      const built = bot();
      key(built, { generation });
      return only(Template.fromStack(built.stack), 'AWS::ApiGateway::ApiKey').LogicalId;
    };
    expect(new Set([idOf(), idOf(1), idOf(2), idOf(3)]).size).toBe(3);
  });

  test('a stage that allows no long-lived keys refuses it', () => {
    expect([TEST, STAGING, PRODUCTION].map((stage) => codeOf(() => key(bot({ stage }))))).toEqual([undefined, 'LongLivedKeysForbidden', 'LongLivedKeysForbidden']);
  });

  test('what is no usage plan is refused', () => {
    expect(codeOf(() => new AgentApiKey(bot().bot, 'billing', { usagePlan: 'plan-1' as never }))).toBe('WrongClass');
  });
});

describe('a client of a user pool', () => {
  test('gets tokens for itself only, and its secret is in the agent\'s own secret by reference', () => {
    const built = bot();
    client(built, { tokenValidity: Duration.minutes(10) });
    const template = Template.fromStack(built.stack);
    const { LogicalId: id, Properties: properties, DependsOn: dependsOn } = only(template, 'AWS::Cognito::UserPoolClient');
    expect(properties).toEqual({
      UserPoolId: 'eu-west-1_AbC123',
      ClientName: 'agents_invoice-bot_test_erp',
      GenerateSecret: true,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['erp/read'],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      AccessTokenValidity: 10,
      TokenValidityUnits: { AccessToken: 'minutes' },
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: 'ENABLED',
    });
    expect(dependsOn).toEqual([lifecycleOf(template).LogicalId]);
    expect(only(template, 'AWS::SecretsManager::Secret').Properties).toMatchObject({
      Name: 'agents/invoice-bot/erp',
      SecretString: { 'Fn::Join': ['', ['{"clientId":"', { Ref: id }, '","clientSecret":"', { 'Fn::GetAtt': [id, 'ClientSecret'] }, '"}']] },
    });
    expect(lifecycleOf(template).Properties).toMatchObject({
      Credentials: [{ Kind: 'user-pool-client', Name: 'agents_invoice-bot_test_erp', UserPool: 'eu-west-1_AbC123', TokenSeconds: '600' }],
      OwnSecrets: ['agents/invoice-bot/erp'],
    });
    expect(template.toJSON().Outputs).toBeUndefined();
  });

  test('the agent reads the secret in the stage that is granted, and its guard allows no other', () => {
    const built = bot();
    client(built).grantRead(built.bot.accessIn(TEST));
    expect(synthError(built.stack)).toBe('');
    const template = Template.fromStack(built.stack);
    expect(JSON.stringify(only(template, 'AWS::IAM::Policy').Properties.PolicyDocument)).toContain('secretsmanager:GetSecretValue');
    expect(JSON.stringify(only(template, 'AWS::IAM::Role').Properties.Policies)).toContain('secret:agents/invoice-bot/*');
  });

  test.each<[string, Partial<AgentMachineClientProps>, string | undefined]>([
    ['the shortest token', { tokenValidity: Duration.minutes(5) }, undefined],
    ['a shorter one', { tokenValidity: Duration.minutes(4) }, 'TokenValidityInvalid'],
    ['seconds', { tokenValidity: Duration.seconds(301) }, 'TokenValidityInvalid'],
    ['the longest of the stage', { tokenValidity: Duration.minutes(TEST.profile.maxSessionMinutes) }, undefined],
    ['a longer one', { tokenValidity: Duration.minutes(TEST.profile.maxSessionMinutes + 1) }, 'TokenValidityInvalid'],
    ['no scope', { scopes: [] }, 'MachineScopesInvalid'],
    ['no list of scopes', { scopes: SCOPE as never }, 'MachineScopesInvalid'],
    ['a scope of people', { scopes: [SCOPE, cognito.OAuthScope.OPENID] }, 'MachineScopesInvalid'],
    ['what is no user pool', { userPool: 'eu-west-1_AbC123' as never }, 'WrongClass'],
  ])('%s', (_what, props, code) => expect(codeOf(() => client(bot(), props))).toBe(code));

  test('each stage and each generation has a client of its own', () => {
    const idOf = (stage: AgentStage, generation?: number): string => {
      const built = bot({ stage });
      client(built, { generation });
      return only(Template.fromStack(built.stack), 'AWS::Cognito::UserPoolClient').LogicalId;
    };
    expect(new Set([idOf(TEST), idOf(PRODUCTION), idOf(TEST, 2), idOf(PRODUCTION, 2)]).size).toBe(4);
  });
});

describe('a provider of AgentCore', () => {
  const vault = 'arn:aws:bedrock-agentcore:eu-west-1:111122223333:token-vault/default';
  const directory = 'arn:aws:bedrock-agentcore:eu-west-1:111122223333:workload-identity-directory/default';
  const literal = (value: unknown): string => JSON.stringify(value, (_key, one: Record<string, [string, unknown[]]> | null) => (
    one?.['Fn::Join']?.[1].map((part) => (typeof part === 'string' ? part : 'aws')).join('') ?? one));

  test('has the key by reference, and is the agent\'s own', () => {
    const built = bot();
    provider(built);
    const template = Template.fromStack(built.stack);
    const { Properties: properties, DependsOn: dependsOn } = only(template, 'AWS::BedrockAgentCore::ApiKeyCredentialProvider');
    expect(properties).toEqual({
      Name: 'agents_invoice-bot_weather', ApiKeySecretSource: 'EXTERNAL', ApiKeySecretConfig: { SecretId: SECRET, JsonKey: 'apiKey' }, Tags: [{ Key: 'agent:registry', Value: 'agents' }],
    });
    expect(dependsOn).toContain(lifecycleOf(template).LogicalId);
    expect(lifecycleOf(template).Properties.Credentials).toEqual([{ Kind: 'api-key-provider', Name: 'agents_invoice-bot_weather' }]);
  });

  test('the agent gets this key and no other, by its own identity, and its code can\'t read the secret', () => {
    const built = bot();
    provider(built).grant(built.bot.accessIn(TEST));
    expect(synthError(built.stack)).toBe('');
    const template = Template.fromStack(built.stack);
    const statements = JSON.parse(literal(only(template, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement)) as { Effect: string; Action: string; Resource: unknown; Condition?: unknown }[];
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(new Set(allowed.filter(({ Action }) => Action === 'bedrock-agentcore:GetResourceApiKey').flatMap(({ Resource }) => Resource)))
      .toEqual(new Set([`${vault}/apikeycredentialprovider/agents_invoice-bot_weather`, vault, directory, `${directory}/workload-identity/invoices`]));
    expect(allowed.find(({ Action }) => Action === 'secretsmanager:GetSecretValue')).toMatchObject({ Resource: SECRET, Condition: { Bool: { 'aws:ViaAWSService': 'true' } } });
    const [{ PolicyDocument: guard }] = only(template, 'AWS::IAM::Role').Properties.Policies;
    expect(literal(guard)).toContain(`${vault}/apikeycredentialprovider/agents_invoice-bot_weather`);
  });

  test('the same in every stage, and nothing where it is not granted', () => {
    const built = bot({ stage: PRODUCTION });
    expect(provider(built).providerName).toBe('agents_invoice-bot_weather');
    provider(built, 'other').grant(built.bot.accessIn(TEST));
    expect(JSON.stringify(Template.fromStack(built.stack).findResources('AWS::IAM::Policy'))).not.toContain('GetResourceApiKey');
  });

  test.each<[string, Partial<AgentApiKeyProviderProps>, string]>([
    ['a value instead of a secret', { apiKey: 'value' as never }, 'WrongClass'],
    ['no workload identity', { workloadIdentity: undefined }, 'WorkloadIdentityMissing'],
  ])('%s is refused', (_what, props, code) => expect(codeOf(() => provider(bot(), 'weather', props))).toBe(code));
});

describe('a profile of Roles Anywhere', () => {
  test('gives sessions of the agent\'s role and of no other, after its access exists', () => {
    const built = bot({ runtime: CERTIFICATE });
    profile(built, { sessionDuration: Duration.minutes(20) });
    const template = Template.fromStack(built.stack);
    const role = only(template, 'AWS::IAM::Role');
    const { Properties: properties, DependsOn: dependsOn } = only(template, 'AWS::RolesAnywhere::Profile');
    expect(properties).toEqual({
      Name: 'agents_invoice-bot_test_scanner',
      RoleArns: [{ 'Fn::GetAtt': [role.LogicalId, 'Arn'] }],
      DurationSeconds: 1_200,
      Enabled: true,
      AcceptRoleSessionName: false,
      Tags: [{ Key: 'agent:registry', Value: 'agents' }],
    });
    expect(dependsOn).toEqual(expect.arrayContaining([role.LogicalId, lifecycleOf(template).LogicalId]));
    expect(lifecycleOf(template).Properties.Credentials).toEqual([{ Kind: 'roles-anywhere-profile', Name: 'agents_invoice-bot_test_scanner' }]);
    // Which certificate may open sessions is said by the role.
    expect(JSON.stringify(role.Properties.AssumeRolePolicyDocument)).toMatch(/aws:SourceArn.*trust-anchor\/0a1b2c3d.*x509Subject\/CN.*scanner-7/);
  });

  test.each<[string, Duration, string | undefined]>([
    ['15 minutes', Duration.minutes(15), undefined],
    ['less', Duration.seconds(899), 'SessionDurationInvalid'],
    ['the longest of the stage', Duration.minutes(TEST.profile.maxSessionMinutes), undefined],
    ['more', Duration.minutes(TEST.profile.maxSessionMinutes + 1), 'SessionDurationInvalid'],
  ])('sessions of %s', (_what, sessionDuration, code) => expect(codeOf(() => profile(bot({ runtime: CERTIFICATE }), { sessionDuration }))).toBe(code));

  test('is refused for an agent that trusts no certificate', () => {
    expect(codeOf(() => profile(bot()))).toBe('ProfileWithoutCertificate');
    expect(codeOf(() => profile(bot({ runtime: CERTIFICATE })))).toBeUndefined();
  });
});

describe.each(KINDS)('every %s', (_what, make, props) => {
  test.each([['', 'CredentialIdInvalid'], ['Billing', 'CredentialIdInvalid'], ['a_b', 'CredentialIdInvalid'], ['a'.repeat(33), 'CredentialIdInvalid'], ['a'.repeat(32), undefined]])('id %p', (id, code) => (
    expect(codeOf(() => make(bot(props), id))).toBe(code)));

  test('needs an agent as its scope', () => {
    const { stack } = bot(props);
    expect(codeOf(() => make({ stack, bot: new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }) as never }))).toBe('WrongClass');
  });

  test('needs a registry that can delete it', () => {
    const built = (wipes: ResidueKind[]): Built => {
      const stack = stackOf();
      new LifecycleRegistry(stack, 'Registry', { wipes });
      return { stack, bot: agentIn(stack, props) };
    };
    expect([[], Object.values(ResidueKind)].map((wipes) => codeOf(() => make(built(wipes))))).toEqual(['CredentialsOff', undefined]);
  });

  test('an agent has 20 at most', () => {
    const built = bot(props);
    for (let index = 0; index < 20; index++) {
      make(built, `c${index}`);
    }
    expect(codeOf(() => make(built, 'c20'))).toBe('TooManyCredentials');
  });
});

test.each([[0], [1.5], ['2'], [10_000], [NaN]])('generation %p is refused', (generation) => {
  expect(codeOf(() => key(bot(), { generation: generation as number }))).toBe('CredentialGenerationInvalid');
  expect(codeOf(() => client(bot(), { generation: generation as number }))).toBe('CredentialGenerationInvalid');
});

interface Statement { readonly Sid: string; readonly Effect: string; readonly Action: string | string[]; readonly Condition: unknown }

/** What all policies of a template allow. */
function allowedIn(template: Template): Statement[] {
  const inline = Object.values(template.findResources('AWS::IAM::Role')).flatMap(({ Properties: { Policies = [] } }) => Policies);
  const apart = ['AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy'].flatMap((type) => Object.values(template.findResources(type))).map(({ Properties }) => Properties);
  return [...inline, ...apart].flatMap(({ PolicyDocument: { Statement: statements } }) => statements as Statement[]).filter(({ Effect }) => Effect === 'Allow');
}

test('the tag that the engine\'s permissions go by has the prefix of the registry', () => {
  const stack = stackOf();
  new LifecycleRegistry(stack, 'Registry', { wipes: Object.values(ResidueKind), naming: AgentNaming.of({ tagPrefix: 'nhi:' }) });
  key({ stack, bot: agentIn(stack) });
  const template = Template.fromStack(stack);
  expect(only(template, 'AWS::ApiGateway::ApiKey').Properties.Tags).toEqual([{ Key: 'nhi:registry', Value: 'agents' }]);
  const statements = allowedIn(template);
  for (const sid of ['EndOwnApiKeys', 'EndOwnProfiles']) {
    expect(statements.find(({ Sid }) => Sid === sid)?.Condition).toEqual({ StringEquals: { 'aws:ResourceTag/nhi:registry': 'agents', 'aws:ResourceAccount': '111122223333' } });
  }
});

test('a registry that wipes none of it may change no key, no client and no profile', () => {
  const stack = stackOf();
  new LifecycleRegistry(stack, 'Registry');
  const actions = allowedIn(Template.fromStack(stack)).flatMap(({ Action: action }) => action);
  expect(actions).toContain('iam:DeleteUser');
  expect(actions.filter((action) => /^(apigateway|cognito-idp|rolesanywhere):/.test(action))).toEqual([]);
});

test('an agent without credentials tells none', () => {
  expect(lifecycleOf(Template.fromStack(bot().stack)).Properties.Credentials).toBeUndefined();
});

describe('a user of a database', () => {
  function connecting(grant: (built: Built, database: rds.IDatabaseInstance) => void): Built {
    const built = bot();
    const database = rds.DatabaseInstance.fromDatabaseInstanceAttributes(built.stack, 'Db', { instanceIdentifier: 'db', instanceEndpointAddress: 'db.example', port: 5432, securityGroups: [], instanceResourceId: 'db-ABC' });
    grant(built, database);
    return built;
  }

  test('is one exact user, in the stage that is granted', () => {
    const { stack } = connecting(({ bot: agent }, database) => database.grantConnect(agent.accessIn(TEST), 'invoice_bot'));
    expect(synthError(stack)).toBe('');
    expect(JSON.stringify(only(Template.fromStack(stack), 'AWS::IAM::Policy').Properties.PolicyDocument)).toMatch(/"rds-db:connect".*:rds-db:.*dbuser:db-ABC\/invoice_bot"/);
  });

  test('all users of a database are refused', () => {
    const { bot: agent } = bot();
    const grant = (user: string) => codeOf(() => iam.Grant.addToPrincipal({ grantee: agent.accessIn(TEST), actions: ['rds-db:connect'], resourceArns: [`arn:aws:rds-db:eu-west-1:111122223333:dbuser:db-ABC/${user}`] }));
    expect(['*', 'invoice_*', 'invoice_bot'].map(grant)).toEqual(['SensitiveActionNeedsExactArn', 'SensitiveActionNeedsExactArn', undefined]);
  });
});
