import { aws_kms as kms, aws_lambda as lambda, aws_secretsmanager as secretsmanager, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { codeOf, platform } from './platform';
import { AgentEvent, LifecycleRegistryProps, ScimAttribute, SponsorDirectory } from '../../../src/aws/lifecycle-registry';
import { Sponsor } from '../../../src/core';

const ROLE = 'agents-nhi-sponsors';
const OWNER = Sponsor.team({
  name: 'Platform',
  mailbox: 'platform@example.com',
  accountableName: 'Ola Nord',
  accountableEmail: 'ola.nord@example.com',
  backupEmail: 'kim.roe@example.com',
});
const withDirectory = (sponsorDirectory: SponsorDirectory, props: LifecycleRegistryProps = {}): LifecycleRegistryProps => (
  { sponsorDirectory, defaultOwner: OWNER, ...props });
const LIST = SponsorDirectory.list({ people: ['Ada.Park@example.com', 'li.chen@example.com'] });
const scim = (token: secretsmanager.ISecret, attribute?: ScimAttribute) => (
  withDirectory(SponsorDirectory.scim({ baseUrl: 'https://idp.example.com/scim/v2', token, attribute })));
const secretOf = (stack: Stack, encryptionKey?: kms.IKey) => new secretsmanager.Secret(stack, 'Token', { encryptionKey });

interface Statement { readonly Sid: string }

/** The statements of the function's role besides those for its own logs and traces. */
function statements(template: Template): Statement[] {
  const [{ Properties: { Policies: policies } }] = Object.values(template.findResources('AWS::IAM::Role', { Properties: { RoleName: ROLE } })) as {
    Properties: { Policies: { PolicyDocument: { Statement: Statement[] } }[] };
  }[];
  return policies.flatMap(({ PolicyDocument: { Statement: all } }) => all).filter(({ Sid }) => !['OwnLogs', 'OwnTraces'].includes(Sid));
}

function settings(template: Template): string {
  const functions = template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: ROLE } });
  const [found] = Object.values(functions) as { Properties: { Environment: { Variables: object } } }[];
  const { Variables: variables } = found.Properties.Environment;
  return JSON.stringify((variables as { SPONSOR_DIRECTORY: unknown }).SPONSOR_DIRECTORY);
}

const engine = (template: Template): string => JSON.stringify(template.findResources('AWS::IAM::Role', { Properties: { RoleName: 'agents-nhi-lifecycle-engine' } }));

test('a registry without a directory has nothing of it', () => {
  const template = platform().template();
  expect(JSON.stringify(template.toJSON())).not.toMatch(/agents-nhi-sponsors"|SPONSOR_|sponsorCheckSeconds|AskAboutSponsors/);
});

test('the engine may invoke the one function, knows it, and gets interval and default owner with the agenda', () => {
  const template = platform(withDirectory(LIST, { agenda: { sponsorCheck: Duration.hours(6) } })).template();
  expect(engine(template)).toMatch(/"AskAboutSponsors"/);
  expect(engine(template)).toContain(':lambda:eu-west-1:111122223333:function:agents-nhi-sponsors');
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'agents-nhi-lifecycle-steps',
    Environment: {
      Variables: Match.objectLike({
        SPONSOR_FUNCTION: ROLE,
        AGENDA: Match.serializedJson(Match.objectLike({ sponsorCheckSeconds: 21_600, defaultOwner: Match.objectLike({ kind: 'team', accountableEmail: 'ola.nord@example.com' }) })),
      }),
    },
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'agents-nhi-SponsorDirectoryFailed', MetricName: 'SponsorDirectoryFailed' });
});

test('sponsors are looked up every day by default', () => {
  platform(withDirectory(LIST)).template().hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'agents-nhi-agenda', Environment: { Variables: { AGENDA: Match.serializedJson(Match.objectLike({ sponsorCheckSeconds: 86_400 })) } },
  });
});

describe('a list', () => {
  test('needs no permission; the addresses are kept in lower case', () => {
    const template = platform(withDirectory(LIST)).template();
    expect(statements(template)).toEqual([]);
    expect(settings(template)).toBe(JSON.stringify(JSON.stringify({ kind: 'list', people: ['ada.park@example.com', 'li.chen@example.com'] })));
  });

  test.each<[string, unknown]>([['empty', []], ['too long', Array.from({ length: 150 }, (_, index) => `person-${index}@example.com`)], ['no list', 'ada@example.com']])('SponsorDirectoryInvalid: fails if it is %s', (_what, people) => {
    expect(codeOf(() => SponsorDirectory.list({ people: people as string[] }))).toBe('SponsorDirectoryInvalid');
  });

  test('EmailInvalid: fails with something else than an address', () => {
    expect(codeOf(() => SponsorDirectory.list({ people: ['Ada'] }))).toBe('EmailInvalid');
  });
});

describe('a SCIM service', () => {
  test('needs the token and nothing else', () => {
    const template = platform((stack) => scim(secretOf(stack))).template();
    expect(statements(template)).toEqual([{ Sid: 'ReadToken', Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: expect.stringMatching(/^Token/) } }]);
    expect(settings(template)).toContain('https://idp.example.com/scim/v2');
  });

  test('needs the key of the token too, through Secrets Manager only', () => {
    const template = platform((stack) => scim(secretOf(stack, new kms.Key(stack, 'Key')))).template();
    expect(statements(template)).toMatchObject([{ Sid: 'ReadToken' }, {
      Sid: 'UseKeyOfToken', Action: 'kms:Decrypt', Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
    }]);
  });

  test('a secret that is imported by its name is one secret', () => {
    const template = platform((stack) => scim(secretsmanager.Secret.fromSecretNameV2(stack, 'Token', 'idp/token'), ScimAttribute.USER_NAME)).template();
    expect(JSON.stringify(statements(template))).toMatch(/:secret:idp\/token-\?{6}"/);
    expect(settings(template)).toContain('\\"attribute\\":\\"userName\\"');
  });

  test.each([
    'http://idp.example.com/scim', 'https://user:secret@idp.example.com/scim', 'https://idp.example.com/scim?tenant=1', 'https://idp.example.com/scim#x', 'idp.example.com', 'ftp://idp.example.com', 'http://127.0.0.1:8080',
  ])('SponsorDirectoryInvalid: fails with the URL %s', (baseUrl) => {
    platform((stack) => {
      expect(codeOf(() => SponsorDirectory.scim({ baseUrl, token: secretOf(stack) }))).toBe('SponsorDirectoryInvalid');
      return {};
    });
  });

  test('LiteralRequired: fails with a URL that is a token', () => {
    platform((stack) => {
      expect(codeOf(() => SponsorDirectory.scim({ baseUrl: Lazy.string({ produce: () => 'https://x' }), token: secretOf(stack) }))).toBe('LiteralRequired');
      return {};
    });
  });
});

describe('IAM Identity Center', () => {
  test('needs two calls on the one store, wherever it is', () => {
    const template = platform(withDirectory(SponsorDirectory.identityCenter({ identityStoreId: 'd-1234567890' }))).template();
    expect(statements(template)).toEqual([{
      Sid: 'LookUpUsers',
      Effect: 'Allow',
      Action: ['identitystore:GetUserId', 'identitystore:DescribeUser'],
      Resource: [':identitystore::*:identitystore/d-1234567890', ':identitystore:::user/*'].map((rest) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, rest]] })),
    }]);
    expect(settings(template)).toContain('\\"region\\":\\"eu-west-1\\"');
    expect(settings(platform(withDirectory(SponsorDirectory.identityCenter({ identityStoreId: 'd-1234567890', region: 'us-east-1' }))).template())).toContain('us-east-1');
  });

  test.each([{ identityStoreId: 'store' }, { identityStoreId: 'd-1234567890/*' }, { identityStoreId: 'd-1234567890', region: 'evil.example.com/' }])('SponsorDirectoryInvalid: fails with %j', (props) => {
    expect(codeOf(() => SponsorDirectory.identityCenter(props))).toBe('SponsorDirectoryInvalid');
  });
});

test('a function of the user may be invoked, and nothing else', () => {
  const template = platform((stack) => withDirectory(SponsorDirectory.lambda(new lambda.Function(stack, 'People', {
    code: lambda.Code.fromInline('exports.handler = async () => ({ status: "active" })'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_24_X,
  })))).template();
  expect(statements(template)).toEqual([{ Sid: 'AskFunction', Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [expect.stringMatching(/^People/), 'Arn'] } }]);
});

test('no agent may read the token, or change what the registry asks', () => {
  const guard = (props: (stack: Stack) => LifecycleRegistryProps): string => (
    JSON.stringify(platform(props).template().findResources('AWS::IAM::ManagedPolicy', { Properties: { ManagedPolicyName: 'agents-no-registry' } })));
  expect(guard((stack) => scim(secretsmanager.Secret.fromSecretCompleteArn(stack, 'Token', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:idp-AbCdEf'))))
    .toContain('arn:aws:secretsmanager:eu-west-1:111122223333:secret:idp-AbCdEf');
  expect(guard((stack) => withDirectory(SponsorDirectory.lambda(lambda.Function.fromFunctionArn(stack, 'People', 'arn:aws:lambda:eu-west-1:111122223333:function:people')))))
    .toContain('arn:aws:lambda:eu-west-1:111122223333:function:people');
});

test('DefaultOwnerMissing: fails without one who is accountable at last', () => {
  expect(codeOf(() => platform({ sponsorDirectory: LIST }))).toBe('DefaultOwnerMissing');
});

test.each<[string, LifecycleRegistryProps, string]>([
  ['a directory', { sponsorDirectory: { people: [] } as never, defaultOwner: OWNER }, 'WrongClass'],
  ['an owner', { sponsorDirectory: LIST, defaultOwner: { email: 'ola@example.com' } as never }, 'WrongClass'],
  ['an owner whose mail address is not valid', { sponsorDirectory: LIST, defaultOwner: Sponsor.person({ name: 'Ola', email: 'Ola', backupEmail: 'kim@example.com' }) }, 'EmailInvalid'],
  ['an interval', withDirectory(LIST, { agenda: { sponsorCheck: Duration.days(31) } }), 'AgendaInvalid'],
])('%s that is not allowed fails with %s', (_what, props, code) => {
  expect(codeOf(() => platform(props))).toBe(code);
});

test('onSponsorLapsed matches the event', () => {
  const { registry, template } = platform();
  registry.onSponsorLapsed('Lapsed');
  template().hasResourceProperties('AWS::Events::Rule', { EventPattern: { detail: { source: ['/nhi/agents'], type: [AgentEvent.SPONSOR_LAPSED.type] } } });
});
