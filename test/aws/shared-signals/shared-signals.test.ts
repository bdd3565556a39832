import { App, aws_certificatemanager as acm, aws_secretsmanager as secrets, aws_sns as sns, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { SharedSignals, SharedSignalsProps, SignalReceiver } from '../../../src/aws/shared-signals';
import { METRICS } from '../../../src/contract/metrics';
import { codeOf, ENV } from '../lifecycle-registry/platform';

const CERTIFICATE = 'arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-3333-4444-555555555555';
const FUNCTION = 'agents-nhi-signals';
const ENDPOINT = 'agents-nhi-signals-endpoint';

const secret = (stack: Stack, id = 'Secret') => new secrets.Secret(stack, id);
const pushed = (stack: Stack) => SignalReceiver.push({
  streamId: 'crm', audience: 'https://crm.example.com', endpoint: 'https://crm.example.com/events', authorization: secret(stack, 'Header'), token: secret(stack, 'CrmToken'),
});
const polled = (stack: Stack) => SignalReceiver.poll({ streamId: 'siem', audience: 'siem', token: secret(stack, 'SiemToken') });

type Make = (stack: Stack) => Omit<SharedSignalsProps, 'registry'>;

function withSignals(make: Make = (stack) => ({ receivers: [pushed(stack), polled(stack)] })) {
  const stack = new Stack(new App(), 'Platform', { env: ENV });
  const registry = new LifecycleRegistry(stack, 'Agents', { alarmTopic: new sns.Topic(stack, 'Alarms') });
  const signals = new SharedSignals(stack, 'Signals', { registry, ...make(stack) });
  return { stack, registry, signals, template: () => Template.fromStack(stack) };
}

const template = withSignals().template();
const textsOf = (type: string) => (
  Object.entries(template.findResources(type)).map(([id, { Properties }]) => [id, JSON.stringify(Properties)] as const));

test('the key is RSA, only the function that sends may sign with it, and agents may do nothing with it', () => {
  const denied = (action: string, condition: object) => Match.objectLike({ Effect: 'Deny', Action: action, Principal: '*', Condition: condition });
  const role = (name: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::111122223333:role/${name}`]] });
  template.hasResource('AWS::KMS::Key', {
    DeletionPolicy: 'Retain',
    Properties: {
      KeySpec: 'RSA_2048',
      KeyUsage: 'SIGN_VERIFY',
      KeyPolicy: {
        Statement: Match.arrayWith([
          denied('kms:Sign', { ArnNotEquals: { 'aws:PrincipalArn': role(FUNCTION) } }),
          denied('kms:*', { ArnLike: { 'aws:PrincipalArn': [role('agents/*')] } }),
        ]),
      },
    },
  });
  template.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/agents-nhi-signals' });
  const may = (action: string) => Object.values(template.findResources('AWS::IAM::Role')).filter(({ Properties }) => JSON.stringify(Properties).includes(`"${action}"`)).map(({ Properties }) => Properties.RoleName as string);
  expect(may('kms:Sign')).toEqual([FUNCTION]);
  expect(may('kms:GetPublicKey')).toEqual([ENDPOINT]);
});

test('another key signs from a deployment on; the one before is published, kept and signs nothing', () => {
  const { template: made } = withSignals((inside) => ({ receivers: [polled(inside)], keyGeneration: 3 }));
  const rotated = made();
  const settings = Object.values(rotated.findResources('AWS::Lambda::Function')).map(({ Properties }) => JSON.stringify(Properties.Environment?.Variables?.SIGNALS ?? '')).filter((text) => text.includes('keyArn'));
  const keys = Object.entries(rotated.findResources('AWS::KMS::Key')).filter(([, { Properties }]) => JSON.stringify(Properties).includes('Signs signals'));
  const [former, present] = keys.map(([id]) => id).sort((one) => (one.includes('Key2') ? -1 : 1));
  expect([former, present]).toEqual([expect.stringContaining('Key2'), expect.stringContaining('Key3')]);
  expect(settings).toHaveLength(2);
  settings.forEach((text) => expect(text).toMatch(new RegExp(`keyArn[^]*${present}[^]*formerKeyArns[^]*${former}`)));
  const denials = Object.fromEntries(keys.map(([id, { Properties }]) => [id, (Properties.KeyPolicy.Statement as { Effect: string; Action: string; Condition?: object }[]).find(({ Effect, Action }) => Effect === 'Deny' && Action === 'kms:Sign')]));
  expect(denials[former]!.Condition).toBeUndefined();
  expect(denials[present]!.Condition).toBeDefined();
  const statements = JSON.stringify(Object.values(rotated.findResources('AWS::IAM::Role')).filter(({ Properties }) => [FUNCTION, ENDPOINT].includes(Properties.RoleName as string)).map(({ Properties }) => Properties.Policies));
  expect(statements).toMatch(new RegExp(`"kms:GetPublicKey"[^}]*[^\\]]*${present}[^\\]]*\\]}[^\\]]*${former}`));
  expect(statements).not.toMatch(new RegExp(`"kms:Sign"[^}]*${former}`));
  rotated.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/agents-nhi-signals-3' });
});

test('the endpoint reaches the streams only, and neither function writes anything else of the ledger', () => {
  const rowsOf = (name: string) => {
    const [{ Properties }] = Object.values(template.findResources('AWS::IAM::Role', { Properties: { RoleName: name } }));
    const { Statement: statements } = Properties.Policies[0].PolicyDocument as { Statement: { Action: string | string[]; Condition?: { 'ForAllValues:StringLike'?: { 'dynamodb:LeadingKeys': string | string[] } } }[] };
    return statements.filter(({ Action: action }) => JSON.stringify(action).includes('dynamodb:'))
      .map(({ Action: action, Condition: condition }) => [[action].flat(), [condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']].flat()]);
  };
  const all = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'];
  expect(rowsOf(ENDPOINT)).toEqual([[all, ['signal#stream#*']]]);
  expect(rowsOf(FUNCTION)).toEqual([[['dynamodb:Query'], ['placement#*']], [all, ['signal#*']]]);
});

test('each function may read the secrets that it needs, and no template or setting has more than their ARNs', () => {
  const readersOf = (id: string) => textsOf('AWS::IAM::Policy').filter(([, text]) => text.includes('secretsmanager:GetSecretValue') && text.includes(`"Ref":"${id}`)).map(([policy]) => policy);
  expect(readersOf('Header')).toEqual([expect.stringMatching(/Roleagentsnhisignals(?!endpoint)/)]);
  for (const id of ['CrmToken', 'SiemToken']) {
    expect(readersOf(id)).toEqual([expect.stringContaining('Roleagentsnhisignalsendpoint')]);
  }
  for (const FunctionName of [FUNCTION, ENDPOINT]) {
    const [{ Properties }] = Object.values(template.findResources('AWS::Lambda::Function', { Properties: { FunctionName } }));
    const settings = JSON.stringify(Properties.Environment.Variables.SIGNALS);
    expect(settings).toMatch(/issuer\\":\\"https:\/\/.*"ApiEndpoint".*keyArn.*crm\.example\.com\/events.*authorizationArn.*"Ref":"Header.*tokenArn.*"Ref":"SiemToken/);
    expect(settings).not.toContain('resolve:secretsmanager');
  }
});

test('events go through a queue that keeps them and gives up into the registry\'s dead letters, which have an alarm', () => {
  template.hasResourceProperties('AWS::SQS::Queue', {
    QueueName: FUNCTION,
    MessageRetentionPeriod: 1_209_600,
    VisibilityTimeout: 360,
    SqsManagedSseEnabled: true,
    RedrivePolicy: { maxReceiveCount: 10, deadLetterTargetArn: Match.anyValue() },
  });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { FunctionResponseTypes: ['ReportBatchItemFailures'] });
  template.hasResourceProperties('AWS::Events::Rule', {
    Name: FUNCTION,
    EventPattern: {
      account: ['111122223333'],
      source: ['cdk-nhi-lifecycle'],
      detail: { source: ['/nhi/agents'], type: ['suspended', 'resumed', 'principal-retired', 'left'].map((name) => `nhi.lifecycle.${name}.v1`) },
    },
    Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
  });
  template.hasResourceProperties('AWS::Events::Rule', { Name: 'agents-nhi-signals-deliver', ScheduleExpression: 'rate(1 minute)', Targets: [Match.objectLike({ Input: '{"task":"deliver-signals"}' })] });
});

test('what is not taken has an alarm that tells the topic', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'agents-nhi-SignalUndelivered', MetricName: METRICS.signalUndelivered, Threshold: 1, AlarmActions: [{ Ref: Match.stringLikeRegexp('^Alarms') }],
  });
});

test('the endpoint is behind an HTTP API with throttling, and its issuer is known to the app', () => {
  const { signals, stack } = withSignals();
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', { DefaultRouteSettings: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 } });
  expect(JSON.stringify(stack.resolve(signals.issuer))).toContain('ApiEndpoint');
  const named = withSignals((inside) => ({
    receivers: [polled(inside)], domainName: 'signals.example.com', certificate: acm.Certificate.fromCertificateArn(inside, 'Certificate', CERTIFICATE), requestsPerSecond: 3,
  }));
  expect(named.signals.issuer).toBe('https://signals.example.com');
  named.template().hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
  named.template().hasResourceProperties('AWS::ApiGatewayV2::Stage', { DefaultRouteSettings: { ThrottlingRateLimit: 3 } });
});

test('without SharedSignals a registry has none of it', () => {
  const stack = new Stack(new App(), 'Platform', { env: ENV });
  new LifecycleRegistry(stack, 'Agents');
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::Lambda::Function'))).not.toContain(FUNCTION);
});

const push = (more: object) => (stack: Stack) => SignalReceiver.push({ streamId: 'crm', audience: 'crm', endpoint: 'https://crm.example.com/', authorization: secret(stack), ...more });

test.each<[string, (stack: Stack) => Partial<SharedSignalsProps>, string | undefined]>([
  ['no receiver', () => ({ receivers: [] }), 'SharedSignalsInvalid'],
  ['eleven receivers', (stack) => ({ receivers: Array.from({ length: 11 }, (_, index) => SignalReceiver.poll({ streamId: `s${index}`, audience: 'x', token: secret(stack, `S${index}`) })) }), 'SharedSignalsInvalid'],
  ['twin: six', (stack) => ({ receivers: Array.from({ length: 6 }, (_, index) => SignalReceiver.poll({ streamId: `s${index}`, audience: 'x', token: secret(stack, `S${index}`) })) }), undefined],
  ['two receivers of one id', (stack) => ({ receivers: [push({})(stack), SignalReceiver.poll({ streamId: 'crm', audience: 'x', token: secret(stack, 'T') })] }), 'SharedSignalsInvalid'],
  ['receivers that don\'t fit', (stack) => ({ receivers: ['a', 'b', 'c', 'd', 'e', 'f'].map((streamId) => SignalReceiver.push({ streamId, audience: 'x', endpoint: `https://x.example.com/${'x'.repeat(450)}`, authorization: secret(stack, streamId) })) }), 'SharedSignalsInvalid'],
  ['something else', () => ({ receivers: [{} as SignalReceiver] }), 'WrongClass'],
  ['a domain without a certificate', (stack) => ({ receivers: [push({})(stack)], domainName: 'signals.example.com' }), 'SharedSignalsInvalid'],
  ['a URL as a domain', (stack) => ({ receivers: [push({})(stack)], domainName: 'https://x.example.com', certificate: acm.Certificate.fromCertificateArn(stack, 'C', CERTIFICATE) }), 'SharedSignalsInvalid'],
  ['no key', (stack) => ({ receivers: [push({})(stack)], keyGeneration: 0 }), 'SharedSignalsInvalid'],
  ['half a key', (stack) => ({ receivers: [push({})(stack)], keyGeneration: 1.5 }), 'SharedSignalsInvalid'],
  ['no requests', (stack) => ({ receivers: [push({})(stack)], requestsPerSecond: 0 }), 'SharedSignalsInvalid'],
  ['http', (stack) => ({ receivers: [push({ endpoint: 'http://crm.example.com/' })(stack)] }), 'SignalReceiverInvalid'],
  ['a password in the URL', (stack) => ({ receivers: [push({ endpoint: 'https://a:b@crm.example.com/' })(stack)] }), 'SignalReceiverInvalid'],
  ['no URL', (stack) => ({ receivers: [push({ endpoint: 'crm' })(stack)] }), 'SignalReceiverInvalid'],
  ['a token as an endpoint', (stack) => ({ receivers: [push({ endpoint: secret(stack, 'E').secretArn })(stack)] }), 'LiteralRequired'],
  ['an id with a slash', (stack) => ({ receivers: [push({ streamId: 'a/b' })(stack)] }), 'SignalReceiverInvalid'],
  ['an audience with a line break', (stack) => ({ receivers: [push({ audience: 'a\nb' })(stack)] }), 'SignalReceiverInvalid'],
  ['no token to poll with', () => ({ receivers: [SignalReceiver.poll({ streamId: 'a', audience: 'b' } as never)] }), 'SignalReceiverInvalid'],
  ['twin: a receiver without secrets', () => ({ receivers: [SignalReceiver.push({ streamId: 'a', audience: 'b', endpoint: 'https://crm.example.com/' })] }), undefined],
])('receivers: %s', (_what, make, code) => {
  const build = () => withSignals((stack) => make(stack) as SharedSignalsProps);
  if (code === undefined) {
    expect(build).not.toThrow();
  } else {
    expect(codeOf(build)).toBe(code);
  }
});

test('a second one for the registry, or one in another stack, is refused', () => {
  const { stack, registry } = withSignals();
  const receivers = [SignalReceiver.push({ streamId: 'a', audience: 'b', endpoint: 'https://crm.example.com/' })];
  expect(codeOf(() => new SharedSignals(stack, 'Again', { registry, receivers }))).toBe('SharedSignalsTwice');
  expect(codeOf(() => new SharedSignals(new Stack(stack.node.root as App, 'Other', { env: ENV }), 'Signals', { registry, receivers }))).toBe('SharedSignalsElsewhere');
});
