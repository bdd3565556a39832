import {
  App, aws_apigateway as apigateway, aws_bedrock as bedrock, aws_bedrockagentcore as agentcore, aws_codebuild as codebuild,
  aws_cognito as cognito, aws_ecs as ecs, aws_events as events, aws_iam as iam, aws_lambda as lambda, aws_s3 as s3,
  aws_secretsmanager as secretsmanager, aws_ssm as ssm, CfnCondition, CfnDeletionPolicy, CfnOutput, CfnParameter, CfnResource,
  custom_resources as custom, CustomResource, Duration, Fn, RemovalPolicy, SecretValue, Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { judged } from './judged';
import { BUILT_IN_RULES } from '../../../src/aws/guardrails/rules';
import {
  AgentBedrockApiKey, AgentGuardrailsProps, AgentRuntime, AgentStage, Expiry, GuardrailMode, LifecycleRegistry, ManagedAgentIdentity,
  ModelAccess, Sponsor,
} from 'cdk-nhi-lifecycle';

const ACCOUNT = '111122223333';
const OTHER = '999900001111';
const DATADOG = '464622532012';
const LAMBDA = new iam.ServicePrincipal('lambda.amazonaws.com');
const GITHUB = 'token.actions.githubusercontent.com';

type Build = (stack: Stack) => void;
interface Case {
  readonly rule: string;
  readonly what: string;
  readonly found: Build;
  readonly allowed: Build;
  readonly stackName?: string;
  readonly props?: AgentGuardrailsProps;
  /** What the description must say. */
  readonly says?: RegExp;
}

const role = (stack: Stack, assumedBy: iam.IPrincipal = LAMBDA, props: Partial<iam.RoleProps> = {}): iam.Role => new iam.Role(stack, 'Role', { assumedBy, ...props });
const allow = (actions: string[], resources = ['*'], more: Partial<iam.PolicyStatementProps> = {}): iam.PolicyStatement => new iam.PolicyStatement({ actions, resources, ...more });
const granted = (...statements: iam.PolicyStatement[]): Build => (stack) => statements.forEach((one) => void role(stack).addToPolicy(one));
const trusted = (principal: iam.IPrincipal): Build => (stack) => void role(stack, principal);
const github = (conditions: iam.Conditions): Build => trusted(new iam.WebIdentityPrincipal(`arn:aws:iam::${ACCOUNT}:oidc-provider/${GITHUB}`, conditions));
const AUD = { [`${GITHUB}:aud`]: 'sts.amazonaws.com' };
const SUB = { [`${GITHUB}:sub`]: 'repo:acme/shop:ref:refs/heads/main' };
const code = lambda.Code.fromInline('exports.handler = async () => 1;');
const runs = (stack: Stack, id: string, props: Partial<lambda.FunctionProps> = {}): lambda.Function => (
  new lambda.Function(stack, id, { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code, ...props }));
const runsWith = (environment: Record<string, string>): Build => (stack) => void runs(stack, 'Function', { environment });
const accessKey = (stack: Stack): iam.CfnAccessKey => new iam.CfnAccessKey(stack, 'Key', { userName: new iam.User(stack, 'User').userName });
const secret = (stack: Stack): secretsmanager.Secret => new secretsmanager.Secret(stack, 'Secret');
const shows = (value: (stack: Stack) => string): Build => (stack) => void new CfnOutput(stack, 'Output', { value: value(stack) });
const hidden = (stack: Stack): CfnParameter => new CfnParameter(stack, 'Given', { noEcho: true });
const managedAgent = (stack: Stack): ManagedAgentIdentity => new ManagedAgentIdentity(stack, 'Bot', {
  registry: LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents'),
  agentName: 'invoice-bot',
  purpose: 'Matches invoices to orders',
  sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
  stage: AgentStage.TEST,
  expires: Expiry.on('2099-03-31'),
  runtime: AgentRuntime.bedrockAgentCore(),
});
const keyOfAgent = (stack: Stack): void => void managedAgent(stack).accessKey('archive', { reason: 'The old archive takes nothing but a key pair', until: Expiry.on('2098-12-31') });
const keyOfBedrock = (stack: Stack): void => {
  const bot = managedAgent(stack);
  new AgentBedrockApiKey(bot, 'tool', { reason: 'The translation tool takes nothing but an API key', until: Expiry.on('2098-12-31') });
  ModelAccess.invoke(bedrock.FoundationModel.fromFoundationModelId(stack, 'Model', new bedrock.FoundationModelIdentifier('amazon.nova-micro-v1:0'))).grant(bot.accessIn(AgentStage.TEST));
};
const calls = (stack: Stack, action: string): void => void new custom.AwsCustomResource(stack, 'Call', {
  onCreate: { service: 'IAM', action, parameters: { UserName: 'tool', ServiceName: 'bedrock.amazonaws.com' }, physicalResourceId: custom.PhysicalResourceId.of('x') },
  policy: custom.AwsCustomResourcePolicy.fromSdkCalls({ resources: ['*'] }),
});
const runtime = (stack: Stack, roleArn: string): void => void new agentcore.CfnRuntime(stack, 'Runtime', {
  agentRuntimeName: 'bot', roleArn, networkConfiguration: { networkMode: 'PUBLIC' }, agentRuntimeArtifact: { containerConfiguration: { containerUri: `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/bot:1` } },
});
const AGENTCORE = new iam.ServicePrincipal('bedrock-agentcore.amazonaws.com');

const CASES: Case[] = [
  {
    rule: 'NHI1-outside-lifecycle',
    what: 'an AgentCore runtime',
    says: /BedrockAgentCore::Runtime/,
    found: (stack) => runtime(stack, role(stack, AGENTCORE).roleArn),
    allowed: (stack) => runtime(stack, managedAgent(stack).role.roleArn),
  },
  {
    rule: 'NHI1-outside-lifecycle',
    what: 'a Bedrock agent',
    found: (stack) => void new bedrock.CfnAgent(stack, 'Agent', { agentName: 'bot', agentResourceRoleArn: role(stack, new iam.ServicePrincipal('bedrock.amazonaws.com')).roleArn }),
    allowed: trusted(new iam.ServicePrincipal('bedrock.amazonaws.com')),
  },
  {
    rule: 'NHI1-outside-lifecycle',
    what: 'a role for a runtime of another app',
    found: trusted(AGENTCORE),
    allowed: (stack) => void new agentcore.CfnMemory(stack, 'Memory', { name: 'm', eventExpiryDuration: 30, memoryExecutionRoleArn: role(stack, AGENTCORE).roleArn }),
  },
  {
    rule: 'NHI1-retained',
    what: 'the role of a function',
    found: (stack) => runs(stack, 'Function', { role: role(stack) }).role!.applyRemovalPolicy(RemovalPolicy.RETAIN),
    allowed: (stack) => new s3.Bucket(stack, 'Bucket').applyRemovalPolicy(RemovalPolicy.RETAIN),
  },
  {
    rule: 'NHI1-retained',
    what: 'the role of a function, when another replaces it',
    says: /when another one replaces it/,
    found: (stack) => replaces(stack, CfnDeletionPolicy.RETAIN),
    allowed: (stack) => replaces(stack, CfnDeletionPolicy.DELETE),
  },
  {
    rule: 'NHI1-retained',
    what: 'the role of a pipeline and not that of the logs of API Gateway',
    found: (stack) => {
      github({ StringEquals: { ...AUD, ...SUB } })(stack);
      (stack.node.findChild('Role') as iam.Role).applyRemovalPolicy(RemovalPolicy.RETAIN);
    },
    allowed: (stack) => void new apigateway.RestApi(stack, 'Api', { cloudWatchRole: true }).root.addMethod('GET', new apigateway.MockIntegration()),
  },
  {
    rule: 'NHI1-no-end',
    what: 'a vendor',
    found: trusted(new iam.AccountPrincipal(DATADOG)),
    allowed: trusted(new iam.AccountPrincipal(DATADOG).withConditions({ DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } })),
  },
  { rule: 'NHI2-key-in-template', what: 'a token in an environment', found: runsWith({ A: `ghp_${'a'.repeat(36)}` }), allowed: runsWith({ A: 'ghp_short' }) },
  { rule: 'NHI2-key-in-template', what: 'an access key in an output', found: shows(() => `key AKIA${'B'.repeat(16)}`), allowed: shows(() => 'AKIA is a prefix') },
  { rule: 'NHI2-key-in-template', what: 'a long-term key of Bedrock in an output', found: shows(() => `key ABSK${'b'.repeat(110)}=`), allowed: shows(() => 'ABSK is a prefix') },
  { rule: 'NHI2-key-in-template', what: 'a short-term key of Bedrock in an output', found: shows(() => 'bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb24'), allowed: shows(() => 'bedrock-api-key-of-invoice-bot') },
  { rule: 'NHI2-key-in-template', what: 'a private key in a parameter', found: (stack) => void new ssm.StringParameter(stack, 'P', { stringValue: '-----BEGIN RSA PRIVATE KEY-----\nMII' }), allowed: (stack) => void new ssm.StringParameter(stack, 'P', { stringValue: '-----BEGIN PUBLIC KEY-----' }) },
  { rule: 'NHI2-secret-in-output', what: 'a secret access key', found: shows((stack) => accessKey(stack).attrSecretAccessKey), allowed: shows((stack) => accessKey(stack).ref) },
  { rule: 'NHI2-secret-in-output', what: 'a dynamic reference', found: shows((stack) => secret(stack).secretValueFromJson('password').unsafeUnwrap()), allowed: shows((stack) => secret(stack).secretArn) },
  { rule: 'NHI2-secret-in-output', what: 'a hidden parameter in Fn::Sub', found: shows((stack) => Fn.sub(`password is \${${hidden(stack).logicalId}}`)), allowed: shows((stack) => Fn.sub('${Given}', { Given: hidden(stack).logicalId })) },
  { rule: 'NHI2-secret-in-output', what: 'a client secret', found: shows((stack) => new cognito.CfnUserPoolClient(stack, 'Client', { userPoolId: 'x' }).attrClientSecret), allowed: shows((stack) => new cognito.CfnUserPoolClient(stack, 'Client', { userPoolId: 'x' }).ref) },
  { rule: 'NHI2-secret-in-environment', what: 'a secret of a function', found: (stack) => runsWith({ DB: secret(stack).secretValue.unsafeUnwrap() })(stack), allowed: (stack) => runsWith({ DB_SECRET_ARN: secret(stack).secretArn })(stack) },
  { rule: 'NHI2-secret-in-environment', what: 'a literal under a name of a secret', says: /literal in OPENAI_API_KEY/, found: runsWith({ OPENAI_API_KEY: 'k3y-of-mine' }), allowed: runsWith({ OPENAI_API_KEY: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:k', API_KEY_NAME: 'erp-key', TOKEN_TTL: '3600000' }) },
  { rule: 'NHI2-secret-in-environment', what: 'a hidden parameter', found: (stack) => runsWith({ A: hidden(stack).valueAsString })(stack), allowed: (stack) => runsWith({ A: new CfnParameter(stack, 'Shown').valueAsString })(stack) },
  {
    rule: 'NHI2-secret-in-environment',
    what: 'a container',
    found: (stack) => void new ecs.TaskDefinition(stack, 'Task', { compatibility: ecs.Compatibility.FARGATE, cpu: '256', memoryMiB: '512' })
      .addContainer('App', { image: ecs.ContainerImage.fromRegistry('x'), environment: { DB_PASSWORD: 'hunter2hunter2' } }),
    allowed: (stack) => void new ecs.TaskDefinition(stack, 'Task', { compatibility: ecs.Compatibility.FARGATE, cpu: '256', memoryMiB: '512' })
      .addContainer('App', { image: ecs.ContainerImage.fromRegistry('x'), secrets: { DB_PASSWORD: ecs.Secret.fromSecretsManager(secret(stack)) } }),
  },
  {
    rule: 'NHI2-secret-in-environment',
    what: 'a project of CodeBuild',
    found: (stack) => void project(stack, { value: 'hunter2hunter2' }),
    allowed: (stack) => void project(stack, { value: 'hunter2hunter2', type: codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER }),
  },
  { rule: 'NHI2-secret-in-parameter', what: 'a shown parameter', found: (stack) => void new CfnParameter(new Construct(stack, 'Part'), 'DbPassword'), allowed: (stack) => void new CfnParameter(stack, 'DbPasswordArn') },
  { rule: 'NHI2-secret-in-parameter', what: 'a default of a hidden parameter', found: (stack) => void new CfnParameter(stack, 'Given', { noEcho: true, default: 'changeme' }), allowed: (stack) => void hidden(stack) },
  { rule: 'NHI2-secret-in-parameter', what: 'a secret in a plain parameter', found: (stack) => void new ssm.StringParameter(stack, 'P', { stringValue: accessKey(stack).attrSecretAccessKey }), allowed: (stack) => void new ssm.StringParameter(stack, 'P', { stringValue: accessKey(stack).ref }) },
  { rule: 'NHI2-secret-in-parameter', what: 'the text of a secret', found: (stack) => void new secretsmanager.Secret(stack, 'S', { secretStringValue: SecretValue.unsafePlainText('hunter2') }), allowed: (stack) => void new secretsmanager.Secret(stack, 'S', { secretStringValue: SecretValue.resourceAttribute(accessKey(stack).attrSecretAccessKey) }) },
  { rule: 'NHI2-secret-in-parameter', what: 'a literal under a name of a secret', found: (stack) => void new ssm.StringParameter(stack, 'P', { parameterName: '/shop/db-password', stringValue: 'hunter2hunter2' }), allowed: (stack) => void new ssm.StringParameter(stack, 'P', { parameterName: '/shop/db-password', stringValue: 'shop/db-login' }) },
  { rule: 'NHI2-secret-in-parameter', what: 'a secret that is more than a placeholder', found: (stack) => void new secretsmanager.CfnSecret(stack, 'S', { secretString: '{"username":"CHANGE_ME","password":"hunter2"}' }), allowed: (stack) => void new secretsmanager.CfnSecret(stack, 'S', { secretString: '{"username":"admin","password":"CHANGE_ME"}' }) },
  { rule: 'NHI2-secret-in-environment', what: 'a secret that a custom resource returns', says: /ClientSecret of/, found: (stack) => runsWith({ A: client(stack).userPoolClientSecret.unsafeUnwrap() })(stack), allowed: (stack) => runsWith({ A: client(stack).userPoolClientId })(stack) },
  { rule: 'NHI2-secret-in-environment', what: 'a token that looks like one', found: runsWith({ NPM_TOKEN: 'abcdef1234567890' }), allowed: runsWith({ NEXT_TOKEN: 'page-two-of-items', DB_SECRET: 'shop-db-login', DB_PASSWORD: 'shop/db/login', API_KEY: 'x-api-key', SIGNING_KEY: 'CHANGE_ME' }) },
  { rule: 'NHI2-secret-in-environment', what: 'user data that puts no text together', found: (stack) => userData(stack, 'export DB_PASSWORD=db-hunter2-x'), allowed: (stack) => userData(stack, 'export DB_PASSWORD=db-${SECRET}-x') },
  { rule: 'NHI2-secret-in-environment', what: 'user data', says: /literal in DB_PASSWORD/, found: (stack) => userData(stack, 'export DB_PASSWORD=hunter2hunter2'), allowed: (stack) => userData(stack, 'export DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id shop/db)') },
  { rule: 'NHI2-secret-in-environment', what: 'the description of a build', says: /literal in NPM_TOKEN/, found: (stack) => buildSpec(stack, { variables: { NPM_TOKEN: 'abcdef1234567890' } }), allowed: (stack) => buildSpec(stack, { 'secrets-manager': { NPM_TOKEN: 'shop/npm:token' } }) },
  { rule: 'NHI2-key-in-template', what: 'a password in a URL', says: /URL with a password/, found: runsWith({ DB: 'postgres://shop:hunter2@db.example.com/shop' }), allowed: runsWith({ DB: 'postgres://shop@db.example.com:5432/shop', A: 'https://example.com/x:y@2' }) },
  { rule: 'NHI2-secret-in-property', what: 'the password of a database', says: /MasterUserPassword/, found: (stack) => database(stack, 'hunter2'), allowed: (stack) => database(stack, secret(stack).secretValueFromJson('password').unsafeUnwrap()) },
  { rule: 'NHI2-secret-in-property', what: 'the default of a parameter that is shown', found: (stack) => database(stack, new CfnParameter(stack, 'Given', { default: 'hunter2' }).valueAsString), allowed: (stack) => database(stack, hidden(stack).valueAsString) },
  { rule: 'NHI2-secret-in-property', what: 'the value of a key of API Gateway', found: (stack) => void new apigateway.CfnApiKey(stack, 'K', { value: 'abcdefabcdefabcdefabcdef' }), allowed: (stack) => void new apigateway.CfnApiKey(stack, 'K', { name: 'partner' }) },
  {
    rule: 'NHI2-secret-in-property',
    what: 'code in the template that assigns one',
    says: /Code\.ZipFile/,
    found: (stack) => inlineCode(stack, 'const dbPassword = "hunter2-hunter2";'),
    allowed: (stack) => inlineCode(stack, [
      'const password = await read("prod/db1");', 'const schema = { password: "string", api_key: "x-api-key", token: "" };', 'db_password = os.environ["DB_PASSWORD_1"]',
      'secret = "prod-db-v2"', 'SECRET = "rds!cluster-1a2b3c4d-5678"', 'dbSecret = "InvoiceDb-Credentials-2024"', 'api_key = "projects/12345/secrets/erp/versions/3"',
      'encryptionKey: "1234abcd-12ab-34cd-56ef-1234567890ab"', 'encryptionKey = "alias/InvoiceKey2"', 'signingKey = "RSASSA_PKCS1_V1_5_SHA_256"', 'api_key: "X-Api-Key-V2"',
      'password: "varchar(255)"', 'API_KEY = "API_KEY_2"', 'passphrase = "ssm:/prod/erp/1"',
      'const secret = `prod/${stage}/db1-login`;', 'const passwordField = "field-12345678";', 'if (password === "") {}', 'client_secret = "REPLACE-ME-12345"',
    ].join('\n')),
  },
  ...['api_key = "a8f5f167f44f4964e6c998dee827110c"', 'password: "Summer2024"', 'client_secret=\'Q~8x.7fGh29dKq_ab\'', `secretAccessKey: '${'wJalrXUtn/K7MDENGbPx'.repeat(2)}'`].map((text): Case => ({
    rule: 'NHI2-secret-in-property', what: `code: ${text}`, found: (stack) => inlineCode(stack, text), allowed: (stack) => inlineCode(stack, text.replace(/["'].*/, 'read()')),
  })),
  { rule: 'NHI3-third-party', what: 'an account, and not roles of it by name', found: trusted(new iam.AccountPrincipal(OTHER).withConditions({ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OTHER}:role/*` } })), allowed: trusted(new iam.AccountPrincipal(OTHER).withConditions({ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OTHER}:role/ci-*` } })) },
  { rule: 'NHI3-third-party', what: 'a vendor', says: /Datadog \(464622532012\)/, found: trusted(new iam.AccountPrincipal(DATADOG)), allowed: trusted(new iam.AccountPrincipal(DATADOG).withConditions({ StringEquals: { 'sts:ExternalId': 'from-datadog' } })) },
  { rule: 'NHI3-third-party', what: 'a whole account', found: trusted(new iam.AccountPrincipal(OTHER)), allowed: trusted(new iam.AccountPrincipal(OTHER).withConditions({ StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } })) },
  { rule: 'NHI3-third-party', what: 'an account that is not of the organization', found: trusted(new iam.AccountPrincipal(OTHER)), allowed: trusted(new iam.AccountPrincipal('222233334444')), props: { organizationAccounts: ['222233334444'] } },
  { rule: 'NHI3-third-party', what: 'an account and not one role of it', found: trusted(new iam.AccountPrincipal(OTHER)), allowed: trusted(new iam.ArnPrincipal(`arn:aws:iam::${OTHER}:role/deployer`)) },
  {
    rule: 'NHI3-no-revoker',
    what: 'a connection',
    found: (stack) => {
      managedAgent(stack);
      connection(stack);
    },
    allowed: (stack) => connection(stack),
  },
  { rule: 'NHI4-anyone-trusted', what: 'a star', found: trusted(new iam.AnyPrincipal()), allowed: trusted(new iam.AnyPrincipal().withConditions({ StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } })) },
  { rule: 'NHI4-anyone-trusted', what: 'guests of an identity pool', says: /guests of Cognito identity pool/, found: (stack) => guests(stack, true), allowed: (stack) => guests(stack, false) },
  { rule: 'NHI4-access-key', what: 'a key', found: (stack) => void accessKey(stack), allowed: (stack) => void new iam.User(stack, 'User') },
  { rule: 'NHI4-access-key', what: 'a call that makes an API key of Bedrock', found: (stack) => calls(stack, 'CreateServiceSpecificCredential'), allowed: (stack) => calls(stack, 'ListServiceSpecificCredentials') },
  { rule: 'NHI4-access-key', what: 'a call that makes an access key', found: (stack) => calls(stack, 'createAccessKey'), allowed: keyOfBedrock },
  { rule: 'NHI4-iam-user', what: 'a user', found: (stack) => void new iam.User(stack, 'User'), allowed: (stack) => void role(stack) },
  { rule: 'NHI4-iam-user', what: 'a user beside an agent', found: (stack) => { managedAgent(stack); new iam.User(stack, 'User'); }, allowed: keyOfAgent },
  { rule: 'NHI5-administrator', what: 'a star', found: granted(allow(['*'])), allowed: granted(allow(['s3:GetObject'])) },
  { rule: 'NHI5-administrator', what: 'the policy of AWS', found: (stack) => void role(stack, LAMBDA, { managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess')] }), allowed: (stack) => void role(stack, LAMBDA, { managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess')] }) },
  {
    rule: 'NHI5-administrator',
    what: 'a boundary that doesn\'t hold it',
    found: (stack) => void role(stack, LAMBDA, { permissionsBoundary: new iam.ManagedPolicy(stack, 'B', { statements: [allow(['*'])] }) }).addToPolicy(allow(['*'])),
    allowed: (stack) => void role(stack, LAMBDA, { permissionsBoundary: new iam.ManagedPolicy(stack, 'B', { statements: [allow(['s3:*'])] }) }).addToPolicy(allow(['*'])),
  },
  { rule: 'NHI5-administrator', what: 'a managed policy of the app', found: (stack) => void new iam.ManagedPolicy(stack, 'M', { statements: [allow(['*'])], roles: [role(stack)] }), allowed: (stack) => void new iam.ManagedPolicy(stack, 'M', { statements: [allow(['*'])] }) },
  { rule: 'NHI5-becomes-others', what: 'passing any role', found: granted(allow(['iam:PassRole'])), allowed: granted(allow(['iam:PassRole'], [`arn:aws:iam::${ACCOUNT}:role/worker`])) },
  { rule: 'NHI5-becomes-others', what: 'passing any role by another pattern', found: granted(allow(['iam:PassRole'], [`arn:aws:iam::${ACCOUNT}:role/?*`])), allowed: granted(allow(['iam:PassRole'], [`arn:aws:iam::${ACCOUNT}:role/worker-?*`])) },
  { rule: 'NHI5-becomes-others', what: 'administration of IAM, by a short ARN', found: granted(allow(['iam:PutRolePolicy'], ['arn:aws:iam:*'])), allowed: granted(allow(['iam:PutRolePolicy'], ['arn:aws:iam::*:role/worker'])) },
  { rule: 'NHI5-becomes-others', what: 'assuming any role', found: granted(allow(['sts:AssumeRole'], [`arn:aws:iam::${ACCOUNT}:role/*`])), allowed: granted(allow(['sts:AssumeRole'], ['*'], { conditions: { StringEquals: { 'iam:ResourceTag/aws-cdk:bootstrap-role': 'deploy' } } })) },
  { rule: 'NHI5-runs-as-others', what: 'starting any build', found: granted(allow(['codebuild:StartBuild'])), allowed: granted(allow(['codebuild:StartBuild'], [`arn:aws:codebuild:eu-central-1:${ACCOUNT}:project/shop`])) },
  { rule: 'NHI5-runs-as-others', what: 'passing any role to one service', found: granted(allow(['iam:PassRole'], ['*'], { conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } } })), allowed: granted(allow(['iam:PassRole'])) },
  { rule: 'NHI5-whole-service', what: 'a service', found: granted(allow(['dynamodb:*'])), allowed: granted(allow(['dynamodb:*'], [`arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/orders`])) },
  { rule: 'NHI5-whole-service', what: 'a policy of AWS', says: /AmazonS3FullAccess/, found: (stack) => void role(stack, LAMBDA, { managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonS3FullAccess')] }), allowed: (stack) => void role(stack, LAMBDA, { managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole')] }) },
  { rule: 'NHI6-open-federation', what: 'no subject', found: github({ StringEquals: AUD }), allowed: github({ StringEquals: { ...AUD, ...SUB } }) },
  { rule: 'NHI6-open-federation', what: 'every repository of an owner', found: github({ StringEquals: AUD, StringLike: { [`${GITHUB}:sub`]: 'repo:acme/*' } }), allowed: github({ StringEquals: AUD, StringLike: { [`${GITHUB}:sub`]: 'repo:acme/shop:*' } }) },
  {
    rule: 'NHI6-open-federation',
    what: 'a provider of the app',
    found: (stack) => trusted(new iam.OpenIdConnectPrincipal(new iam.OpenIdConnectProvider(stack, 'P', { url: `https://${GITHUB}` })).withConditions({ StringEquals: AUD }))(stack),
    allowed: (stack) => trusted(new iam.OpenIdConnectPrincipal(new iam.OpenIdConnectProvider(stack, 'P', { url: `https://${GITHUB}` })).withConditions({ StringEquals: { ...AUD, ...SUB } }))(stack),
  },
  {
    rule: 'NHI6-open-federation',
    what: 'a provider that a parameter names',
    found: (stack) => trusted(new iam.WebIdentityPrincipal(new CfnParameter(stack, 'Provider').valueAsString, { StringEquals: AUD }))(stack),
    allowed: (stack) => trusted(new iam.WebIdentityPrincipal(new CfnParameter(stack, 'Provider').valueAsString, { StringEquals: { ...AUD, ...SUB } }))(stack),
  },
  { rule: 'NHI6-open-federation', what: 'any project of a provider with a known form', found: oidc('oidc.circleci.com/org/a1', 'org/a1/project/*/user/*'), allowed: oidc('oidc.circleci.com/org/a1', 'org/a1/project/b2/user/*') },
  { rule: 'NHI6-open-federation', what: 'a wildcard at a provider of unknown form', found: oidc('idp.example.com', 'service-*'), allowed: oidc('idp.example.com', 'service-a') },
  { rule: 'NHI6-open-federation', what: 'any certificate of Roles Anywhere', found: trusted(new iam.ServicePrincipal('rolesanywhere.amazonaws.com')), allowed: trusted(new iam.ServicePrincipal('rolesanywhere.amazonaws.com').withConditions({ StringEquals: { 'aws:PrincipalTag/x509Subject/CN': 'printer' } })) },
  { rule: 'NHI6-any-branch', what: 'a repository', found: github({ StringEquals: AUD, StringLike: { [`${GITHUB}:sub`]: 'repo:acme/shop:*' } }), allowed: github({ StringEquals: { ...AUD, ...SUB } }) },
  { rule: 'NHI6-any-branch', what: 'pull requests', found: github({ StringEquals: { ...AUD, [`${GITHUB}:sub`]: 'repo:acme/shop:pull_request' } }), allowed: github({ StringEquals: AUD, StringLike: { [`${GITHUB}:sub`]: 'repo:acme/shop:*', [`${GITHUB}:job_workflow_ref`]: 'acme/shop/.github/workflows/deploy.yml@refs/heads/main' } }) },
  { rule: 'NHI6-audience-open', what: 'no audience', found: github({ StringEquals: SUB }), allowed: github({ StringEquals: { ...AUD, ...SUB } }) },
  { rule: 'NHI7-no-rotation', what: 'a secret beside the one of an agent\'s key', found: (stack) => { keyOfAgent(stack); secret(stack); }, allowed: keyOfAgent },
  { rule: 'NHI7-no-rotation', what: 'a secret beside the one of an agent\'s API key of Bedrock', found: (stack) => { keyOfBedrock(stack); secret(stack); }, allowed: keyOfBedrock },
  { rule: 'NHI4-iam-user', what: 'a user beside an agent with an API key of Bedrock', found: (stack) => { keyOfBedrock(stack); new iam.User(stack, 'User'); }, allowed: keyOfBedrock },
  { rule: 'NHI7-no-rotation', what: 'a secret', found: (stack) => void secret(stack), allowed: (stack) => void secret(stack).addRotationSchedule('R', { rotationLambda: runs(stack, 'Rotates'), automaticallyAfter: Duration.days(30) }) },
  { rule: 'NHI7-no-rotation', what: 'a rotation in three years', found: (stack) => rotates(stack, 1000), allowed: (stack) => rotates(stack, 90) },
  { rule: 'NHI8-stages-mixed', what: 'a role of test in a condition of a policy', stackName: 'shop-prod', found: (stack) => queueFor(stack, 'shop-test-runner'), allowed: (stack) => queueFor(stack, 'shop-prod-runner') },
  { rule: 'NHI8-stages-mixed', what: 'a product that is named after no stage', stackName: 'live-chat', found: (stack) => void role(stack, new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/dev-orders`), { roleName: 'live-chat-prod' }), allowed: trusted(new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/dev-orders`)) },
  { rule: 'NHI8-stages-mixed', what: 'a role of test, and not a tool for developers', stackName: 'shop-prod', found: trusted(new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/dev-orders`)), allowed: trusted(new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/dev-portal`)) },
  { rule: 'NHI8-stages-mixed', what: 'a role of test in a trust policy', stackName: 'shop-prod', found: trusted(new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/shop-test-runner`)), allowed: trusted(new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/shop-prod-runner`)) },
  {
    rule: 'NHI8-stages-mixed',
    what: 'a role of test in the policy of a bucket',
    stackName: 'shop-prod',
    says: /BucketPolicy/,
    found: (stack) => bucketFor(stack, `arn:aws:iam::${ACCOUNT}:role/shop-test-runner`),
    allowed: (stack) => bucketFor(stack, `arn:aws:iam::${ACCOUNT}:role/shop-runner`),
  },
  {
    rule: 'NHI9-shared',
    what: 'two functions',
    found: (stack) => ['A', 'B'].reduce((one, id) => runs(stack, id, { role: one }) && one, role(stack)),
    allowed: (stack) => ['A', 'B'].forEach((id) => void runs(stack, id)),
  },
  {
    rule: 'NHI9-shared',
    what: 'two functions of one construct that are not of a custom resource',
    found: (stack) => shareIn(stack, false),
    allowed: (stack) => shareIn(stack, true),
  },
  {
    rule: 'NHI9-shared',
    what: 'two repositories',
    found: github({ StringEquals: { ...AUD, [`${GITHUB}:sub`]: ['repo:acme/shop:environment:live', 'repo:acme/blog:environment:live'] } }),
    allowed: github({ StringEquals: { ...AUD, [`${GITHUB}:sub`]: ['repo:acme/shop:environment:live', 'repo:acme/shop:environment:preview'] } }),
  },
  {
    rule: 'NHI10-person-and-machine',
    what: 'a permission set',
    found: trusted(new iam.CompositePrincipal(LAMBDA, new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef`))),
    allowed: trusted(new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef`)),
  },
  { rule: 'NHI10-console-login', what: 'a password', found: (stack) => void new iam.User(stack, 'User', { password: secret(stack).secretValue }), allowed: (stack) => void new iam.User(stack, 'User') },
];

function oidc(host: string, subject: string): Build {
  return trusted(new iam.WebIdentityPrincipal(`arn:aws:iam::${ACCOUNT}:oidc-provider/${host}`, { StringLike: { [`${host}:sub`]: subject }, StringEquals: { [`${host}:aud`]: 'aws' } }));
}

function replaces(stack: Stack, policy: CfnDeletionPolicy): void {
  const one = role(stack);
  runs(stack, 'Function', { role: one });
  (one.node.defaultChild as iam.CfnRole).cfnOptions.updateReplacePolicy = policy;
}

function client(stack: Stack): cognito.UserPoolClient {
  return new cognito.UserPool(stack, 'People').addClient('Web', { generateSecret: true });
}

function userData(stack: Stack, script: string): void {
  new CfnResource(stack, 'Template', { type: 'AWS::EC2::LaunchTemplate', properties: { LaunchTemplateData: { UserData: Fn.base64(script) } } });
}

function buildSpec(stack: Stack, env: object): void {
  new codebuild.Project(stack, 'Project', { buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2', env, phases: { build: { commands: ['npm publish'] } } }) });
}

function inlineCode(stack: Stack, text: string): void {
  runs(stack, 'Inline', { code: lambda.Code.fromInline(text) });
}

function database(stack: Stack, password: string): void {
  new CfnResource(stack, 'Database', { type: 'AWS::RDS::DBInstance', properties: { MasterUsername: 'shop', MasterUserPassword: password } });
}

function rotates(stack: Stack, days: number): void {
  secret(stack).addRotationSchedule('R', { rotationLambda: runs(stack, 'Rotates'), automaticallyAfter: Duration.days(days) });
}

function queueFor(stack: Stack, name: string): void {
  new CfnResource(stack, 'Policy', {
    type: 'AWS::SQS::QueuePolicy',
    properties: {
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*', Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/${name}` } } },
        ],
      },
    },
  });
}

function project(stack: Stack, variable: codebuild.BuildEnvironmentVariable): codebuild.Project {
  return new codebuild.Project(stack, 'Project', { buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }), environmentVariables: { NPM_AUTH_TOKEN: variable } });
}

function shareIn(stack: Stack, isProvider: boolean): void {
  new s3.Bucket(stack, 'Bucket');
  const construct = new Construct(stack, 'Part');
  const assumedBy = new iam.Role(construct, 'Role', { assumedBy: LAMBDA });
  const [handler] = ['A', 'B'].map((id) => new lambda.Function(construct, id, { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code, role: assumedBy }));
  if (isProvider) {
    new CustomResource(construct, 'Resource', { serviceToken: handler.functionArn });
  }
}

function connection(stack: Stack): void {
  new events.Connection(stack, 'Connection', { authorization: events.Authorization.apiKey('x-api-key', SecretValue.secretsManager('erp')) });
}

function guests(stack: Stack, allowed: boolean): void {
  const pool = new cognito.CfnIdentityPool(stack, 'Pool', { allowUnauthenticatedIdentities: allowed });
  role(stack, new iam.WebIdentityPrincipal('cognito-identity.amazonaws.com', {
    'StringEquals': { 'cognito-identity.amazonaws.com:aud': pool.ref }, 'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'unauthenticated' },
  }));
}

function bucketFor(stack: Stack, arn: string): void {
  new s3.Bucket(stack, 'Bucket').addToResourcePolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'], principals: [new iam.ArnPrincipal(arn)] }));
}

function findings(build: Build, { rule, stackName = 'Shop', props }: Case) {
  return judged((app) => build(new Stack(app, 'Stack', { stackName, env: { account: ACCOUNT, region: 'eu-central-1' } })), props).filter((one) => one.rule === rule);
}

test.each(CASES.map((one) => [one.rule, one.what, one] as const))('%s finds %s, and not its twin', (rule, _what, one) => {
  const found = findings(one.found, one);

  expect(found.map((finding) => finding.rule)).toEqual([rule]);
  expect(found[0].description).toMatch(one.says ?? /./);
  expect(findings(one.allowed, one)).toEqual([]);
});

test('each rule has a case', () => {
  expect(BUILT_IN_RULES.map(({ ruleId }) => ruleId).filter((id) => !CASES.some(({ rule }) => rule === id))).toEqual([]);
});

test('both branches of a condition are judged', () => {
  const branch = (no: string): Build => (stack) => {
    const condition = new CfnCondition(stack, 'IsTest', { expression: Fn.conditionEquals(stack.region, 'eu-central-1') });
    role(stack).addToPolicy(allow(['sts:AssumeRole'], [Fn.conditionIf(condition.logicalId, `arn:aws:iam::${ACCOUNT}:role/one`, no).toString()]));
  };
  const one = { rule: 'NHI5-becomes-others' } as Case;

  expect(findings(branch('*'), one)).toHaveLength(1);
  expect(findings(branch(`arn:aws:iam::${ACCOUNT}:role/two`), one)).toEqual([]);
});

test('an agent of a registry has no finding', () => {
  expect(judged((app: App) => void managedAgent(new Stack(app, 'Bot', { env: { account: ACCOUNT, region: 'eu-central-1' } })), { mode: GuardrailMode.AGENTS })).toEqual([]);
});
