import { App, aws_certificatemanager as acm, aws_secretsmanager as secrets, aws_sns as sns, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccessCertification, ReviewAuthentication, ReviewPageProps } from '../../../src/aws/access-certification';
import { LifecycleRegistry, LifecycleRegistryProps, Notifications } from '../../../src/aws/lifecycle-registry';
import { codeOf, ENV } from '../lifecycle-registry/platform';

const MAIL = Notifications.mail({ from: 'agents@example.com' });
const PAGE = 'agents-nhi-review-page';
const CERTIFICATE = 'arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-3333-4444-555555555555';

function withPage(make: (stack: Stack) => ReviewPageProps = () => ({}), props: LifecycleRegistryProps = { notifications: MAIL }) {
  const stack = new Stack(new App(), 'Platform', { env: ENV });
  const registry = new LifecycleRegistry(stack, 'Agents', { ...props, alarmTopic: new sns.Topic(stack, 'Alarms') });
  const reviews = new AccessCertification(stack, 'Reviews', { registry, page: make(stack) });
  return { stack, reviews, template: () => Template.fromStack(stack) };
}

const certificate = (stack: Stack) => acm.Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE);
const settings = (template: Template, functionName: string, variable: string): string => {
  const [found] = Object.values(template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: functionName } }));
  return JSON.stringify(found.Properties.Environment.Variables[variable]);
};

test('the page is behind an HTTP API with throttling and an access log without paths; there is no function URL', () => {
  const template = withPage().template();
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    StageName: '$default', AutoDeploy: true, DefaultRouteSettings: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
  });
  const [{ Properties: { AccessLogSettings: { Format: format } } }] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
  expect(Object.values(JSON.parse(format as string) as object).sort()).toEqual([
    '$context.httpMethod', '$context.identity.sourceIp', '$context.requestId', '$context.requestTime', '$context.responseLatency', '$context.responseLength', '$context.status',
  ]);
  template.resourceCountIs('AWS::Lambda::Url', 0);
  template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: false });
});

test('the key makes MACs only; only mails may generate them, and only the page may verify them', () => {
  const template = withPage().template();
  const denied = (action: string, role: string) => Match.objectLike({
    Effect: 'Deny',
    Action: action,
    Principal: { AWS: '*' },
    Condition: { ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::111122223333:role/${role}`]] } } },
  });
  template.hasResource('AWS::KMS::Key', {
    DeletionPolicy: 'Retain',
    Properties: {
      KeySpec: 'HMAC_256',
      KeyUsage: 'GENERATE_VERIFY_MAC',
      KeyPolicy: { Statement: Match.arrayWith([denied('kms:GenerateMac', 'agents-nhi-notifications'), denied('kms:VerifyMac', PAGE)]) },
    },
  });
  const macs = Object.values({ ...template.findResources('AWS::IAM::Policy'), ...template.findResources('AWS::IAM::Role') })
    .map((resource) => JSON.stringify(resource)).filter((text) => /kms:(Generate|Verify)Mac/.test(text));
  expect(macs.map((text) => [...text.matchAll(/kms:(?:Generate|Verify)Mac/g)].map(([action]) => action))).toEqual(expect.arrayContaining([['kms:GenerateMac'], ['kms:VerifyMac']]));
  expect(macs).toHaveLength(2);
  macs.forEach((text) => expect(text).toContain('"kms:RequestAlias":"alias/agents-nhi-review-links"'));
});

test('only the page may store decisions with the ids that the engine believes', () => {
  const texts = Object.entries(withPage().template().findResources('AWS::IAM::Role')).map(([, { Properties }]) => [Properties.RoleName as string, JSON.stringify(Properties)]);
  expect(texts.filter(([, text]) => text.includes('request#page-review-')).map(([name]) => name)).toEqual([PAGE]);
  // Nor may anybody else store any request at all.
  const anyRequest = texts.filter(([, text]) => text.includes('"request#*"') && text.includes('dynamodb:PutItem')).map(([name]) => name);
  expect(anyRequest).not.toContain(PAGE);
});

test('mails and page have the same address and key, by its alias', () => {
  const template = withPage((stack) => ({ domainName: 'reviews.example.com', certificate: certificate(stack), linkLifetime: Duration.days(2) })).template();
  const links = settings(template, 'agents-nhi-notifications', 'REVIEW_LINKS');
  const page = settings(template, PAGE, 'REVIEW_PAGE');
  [links, page].forEach((text) => expect(text).toMatch(/https:\/\/reviews\.example\.com.*:kms:eu-west-1:111122223333:alias\/agents-nhi-review-links/));
  expect(links).toContain('lifetimeSeconds\\":172800');
  expect(links).toContain('canSignIn\\":');
  template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
  template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: 'reviews.example.com', DomainNameConfigurations: [Match.objectLike({ CertificateArn: CERTIFICATE, SecurityPolicy: 'TLS_1_2' })] });
  template.resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 1);
});

test('the URL is known to the app, with a domain and without', () => {
  const named = withPage((stack) => ({ domainName: 'reviews.example.com', certificate: certificate(stack) })).reviews;
  expect(named.pageUrl).toBe('https://reviews.example.com');
  expect(named.pageDomain).toBeDefined();
  const { stack, reviews } = withPage();
  expect(JSON.stringify(stack.resolve(reviews.pageUrl))).toMatch(/^\{"Fn::Join":\["",\["https:\/\/",\{"Fn::Select":\[2,\{"Fn::Split":\["\/",\{"Fn::GetAtt":\["ReviewsPageApi\w+","ApiEndpoint"\]/);
  expect(reviews.pageDomain).toBeUndefined();
});

test('sign-in: issuer and client reach the page, the secret only as its ARN, and only the page may read it', () => {
  const template = withPage((stack) => ({
    authentication: ReviewAuthentication.oidc({ issuer: 'https://id.example.com', clientId: 'reviews', clientSecret: new secrets.Secret(stack, 'Client') }),
  })).template();
  const page = settings(template, PAGE, 'REVIEW_PAGE');
  expect(page).toMatch(/issuer\\":\\"https:\/\/id\.example\.com.*clientId\\":\\"reviews.*clientSecretArn.*"Ref":"Client/);
  const readers = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) => JSON.stringify(Properties).includes('secretsmanager:GetSecretValue'));
  expect(readers.map(({ Properties }) => JSON.stringify(Properties.Roles))).toEqual([expect.stringContaining('reviewpage')]);
  expect(settings(withPage().template(), PAGE, 'REVIEW_PAGE')).not.toContain('oidc');
});

describe('by a function URL', () => {
  const template = withPage(() => ({ functionUrl: true, requestsPerSecond: 7 })).template();

  test('the URL is public by both permissions that Lambda demands, the function has a concurrency of its own, and there is no HTTP API', () => {
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'NONE' });
    template.hasResourceProperties('AWS::Lambda::Permission', { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE', Principal: '*' });
    template.hasResourceProperties('AWS::Lambda::Permission', { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true, Principal: '*' });
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: PAGE, ReservedConcurrentExecutions: 7 });
    template.resourceCountIs('AWS::ApiGatewayV2::Api', 0);
    // Behind the HTTP API the function shares the account's concurrency.
    withPage().template().hasResourceProperties('AWS::Lambda::Function', { FunctionName: PAGE, ReservedConcurrentExecutions: Match.absent() });
  });

  test('mails and the app know its address, and the page finds it in each request', () => {
    expect(settings(template, 'agents-nhi-notifications', 'REVIEW_LINKS')).toMatch(/https:\/\/.*FunctionUrl/);
    expect(settings(template, PAGE, 'REVIEW_PAGE')).not.toContain('origin');
    expect(settings(withPage().template(), PAGE, 'REVIEW_PAGE')).toContain('origin');
    const { stack, reviews } = withPage(() => ({ functionUrl: true }));
    expect(JSON.stringify(stack.resolve(reviews.pageUrl))).toMatch(/^\{"Fn::Join":\["",\["https:\/\/",\{"Fn::Select":\[2,\{"Fn::Split":\["\/",\{"Fn::GetAtt":\["\w+","FunctionUrl"\]/);
    expect(reviews.pageDomain).toBeUndefined();
  });
});

describe('operators', () => {
  const signIn = (group?: string, claim?: string) => ReviewAuthentication.oidc({ issuer: 'https://id.example.com', clientId: 'reviews', operatorGroup: group, groupsClaim: claim });
  const settingsWith = (props: ReviewPageProps) => settings(withPage(() => props).template(), PAGE, 'REVIEW_PAGE');
  const readers = (props: ReviewPageProps) => Object.values(withPage(() => props).template().findResources('AWS::IAM::Policy', { Properties: { PolicyName: `${PAGE}-read-fleet` } }));

  test('addresses and group reach the page, and only then may it read the list of agents, by queries alone', () => {
    expect(settingsWith({ authentication: signIn('Platform'), operators: ['Ops@example.com'] })).toContain('operators\\":{\\"addresses\\":[\\"ops@example.com\\"],\\"group\\":{\\"claim\\":\\"groups\\",\\"value\\":\\"Platform');
    expect(settingsWith({ authentication: signIn('Platform', 'cognito:groups') })).toContain('claim\\":\\"cognito:groups');
    expect(settingsWith({ authentication: signIn() })).not.toContain('operators');
    const [{ Properties: { PolicyDocument: { Statement: [statement] }, Roles: [role] } }, ...others] = readers({ authentication: signIn(), operators: ['ops@example.com'] });
    expect(others).toEqual([]);
    expect(statement).toMatchObject({ Effect: 'Allow', Action: 'dynamodb:Query', Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['registry'] } } });
    expect(JSON.stringify(role)).toContain('reviewpage');
    expect(readers({ authentication: signIn() })).toEqual([]);
  });

  test.each<[string, string, ReviewPageProps]>([
    ['nobody can sign in', 'ReviewPageInvalid', { operators: ['ops@example.com'] }],
    ['an address is not one', 'EmailInvalid', { operators: ['ops'], authentication: signIn() }],
  ])('are refused if %s', (_what, code, props) => {
    expect(codeOf(() => withPage(() => props))).toBe(code);
  });
});

test('the alarm goes off for many refusals', () => {
  withPage().template().hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'agents-nhi-ReviewLinkRefused', MetricName: 'ReviewLinkRefused', Threshold: 20, TreatMissingData: 'notBreaching', AlarmActions: [Match.anyValue()],
  });
});

test('without the page prop, no API, key or function of the page is created', () => {
  const stack = new Stack(new App(), 'Platform', { env: ENV });
  const registry = new LifecycleRegistry(stack, 'Agents', { notifications: MAIL });
  const reviews = new AccessCertification(stack, 'Reviews', { registry });
  const template = Template.fromStack(stack);
  expect(reviews.pageUrl).toBeUndefined();
  template.resourceCountIs('AWS::ApiGatewayV2::Api', 0);
  expect(template.findResources('AWS::KMS::Key', { Properties: { KeyUsage: 'GENERATE_VERIFY_MAC' } })).toEqual({});
  expect(template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: PAGE } })).toEqual({});
});

describe('fails', () => {
  test.each<[string, (stack: Stack) => ReviewPageProps]>([
    ['a domain without a certificate', () => ({ domainName: 'reviews.example.com' })],
    ['a certificate without a domain', (stack) => ({ certificate: certificate(stack) })],
    ['a URL in place of a domain name', (stack) => ({ certificate: certificate(stack), domainName: 'https://reviews.example.com' })],
    ['a function URL with a domain', (stack) => ({ certificate: certificate(stack), domainName: 'reviews.example.com', functionUrl: true })],
    ['a group of blanks', () => ({ authentication: ReviewAuthentication.oidc({ issuer: 'https://id.example.com', clientId: 'x', operatorGroup: ' ' }) })],
    ['a claim without a name', () => ({ authentication: ReviewAuthentication.oidc({ issuer: 'https://id.example.com', clientId: 'x', operatorGroup: 'ops', groupsClaim: '' }) })],
    ['links for less than an hour', () => ({ linkLifetime: Duration.minutes(59) })],
    ['links for longer than a month', () => ({ linkLifetime: Duration.days(32) })],
    ['no requests', () => ({ requestsPerSecond: 0 })],
    ['half a request', () => ({ requestsPerSecond: 1.5 })],
    ['an issuer without TLS', () => ({ authentication: ReviewAuthentication.oidc({ issuer: 'http://id.example.com', clientId: 'x' }) })],
    ['no client', () => ({ authentication: ReviewAuthentication.oidc({ issuer: 'https://id.example.com', clientId: '' }) })],
  ])('for %s', (_what, make) => {
    expect(codeOf(() => withPage(make))).toBe('ReviewPageInvalid');
  });

  test('for a registry that sends no mails; with mails it does not', () => {
    expect(codeOf(() => withPage(undefined, {}))).toBe('ReviewPageInvalid');
    expect(codeOf(() => withPage(undefined, { notifications: Notifications.busOnly() }))).toBe('ReviewPageInvalid');
    expect(() => withPage(() => ({ linkLifetime: Duration.hours(1), requestsPerSecond: 1000 }))).not.toThrow();
  });
});
