import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, PolicyViolation } from 'aws-cdk-lib';
import { AgentGuardrails } from 'cdk-nhi-lifecycle';

const path = join(mkdtempSync(join(tmpdir(), 'nhi-evasions-')), 'Stack.template.json');

type Statement = Readonly<Record<string, unknown>>;

function judge(template: object): PolicyViolation[] {
  writeFileSync(path, JSON.stringify(template));
  return new AgentGuardrails().validate({ templatePaths: [path], stackTemplates: [], appConstruct: new App() }).violations;
}
const rulesIn = (template: object): string[] => judge(template).map(({ ruleName }) => ruleName);

const WIDE = { Effect: 'Allow', Action: '*', Resource: '*' };
const NARROW = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::files/*' };
const document = (...Statements: unknown[]): object => ({ Version: '2012-10-17', Statement: Statements });
const TRUST = document({ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' });
const role = (properties: object = {}): object => ({ Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: TRUST, ...properties } });
const policy = (policyDocument: unknown, at: object = { Roles: [{ Ref: 'Role' }] }, Type = 'AWS::IAM::Policy'): object => ({ Type, Properties: { PolicyName: 'p', PolicyDocument: policyDocument, ...at } });
const withPolicy = (...of: Parameters<typeof policy>): object => ({ Resources: { Role: role(), Policy: policy(...of) } });
const conditional = (value: unknown, otherwise: unknown = { Ref: 'AWS::NoValue' }): object => ({ 'Fn::If': ['IsLive', value, otherwise] });
const parameters = (Default: unknown, Type = 'String'): object => ({ Parameters: { Given: { Type, Default } } });
const GIVEN = { Ref: 'Given' };

/** Ways to write a statement of a role or a user. */
const POLICIES: Readonly<Record<string, (statement: Statement) => object>> = {
  'a condition around the statement': (one) => withPolicy(document(conditional(one))),
  'a condition around all statements': (one) => withPolicy({ Statement: conditional([one], []) }),
  'a condition around the policy': (one) => withPolicy(conditional(document(one), document())),
  'a policy as a text': (one) => withPolicy(JSON.stringify(document(one))),
  'a policy as a text with variables': (one) => withPolicy({ 'Fn::Sub': JSON.stringify(document(one)) }),
  'a condition around the roles': (one) => withPolicy(document(one), { Roles: conditional([{ Ref: 'Role' }], []) }),
  'a condition around one of the roles': (one) => withPolicy(document(one), { Roles: [conditional({ Ref: 'Role' })] }),
  'the role by Fn::Sub': (one) => withPolicy(document(one), { Roles: [{ 'Fn::Sub': '${Role}' }] }),
  'the role by Fn::Join': (one) => withPolicy(document(one), { Roles: [{ 'Fn::Join': ['', [{ Ref: 'Role' }]] }] }),
  'the role by a part of its ARN': (one) => withPolicy(document(one), { Roles: [{ 'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Role', 'Arn'] }] }] }] }),
  'the role of AWS::IAM::RolePolicy by Fn::Sub': (one) => withPolicy(document(one), { RoleName: { 'Fn::Sub': '${Role}' } }, 'AWS::IAM::RolePolicy'),
  'the role by a parameter': (one) => ({ ...parameters('bot'), Resources: { Role: role({ RoleName: 'bot' }), Policy: policy(document(one), { Roles: [GIVEN] }) } }),
  'a role that a parameter names': (one) => ({ ...parameters('bot'), Resources: { Role: role({ RoleName: GIVEN }), Policy: policy(document(one), { Roles: ['bot'] }) } }),
  'a condition around the inline policies': (one) => ({ Resources: { Role: role({ Policies: conditional([{ PolicyName: 'p', PolicyDocument: document(one) }], []) }) } }),
  'a condition around one inline policy': (one) => ({ Resources: { Role: role({ Policies: [conditional({ PolicyName: 'p', PolicyDocument: document(one) })] }) } }),
  'a group of a user': (one) => ({ Resources: { User: { Type: 'AWS::IAM::User', Properties: { Groups: [{ Ref: 'Group' }] } }, Group: { Type: 'AWS::IAM::Group', Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: document(one) }] } } } }),
  'a group to which a user is added': (one) => ({
    Resources: {
      User: { Type: 'AWS::IAM::User' },
      Group: { Type: 'AWS::IAM::Group' },
      Policy: policy(document(one), { Groups: [{ Ref: 'Group' }] }),
      Added: { Type: 'AWS::IAM::UserToGroupAddition', Properties: { GroupName: { Ref: 'Group' }, Users: [{ Ref: 'User' }] } },
    },
  }),
  'a Deny that a condition decides': (one) => withPolicy(document(one, conditional({ ...WIDE, Effect: 'Deny' }))),
  'a Deny whose actions a condition decides': (one) => withPolicy(document(one, { ...WIDE, Effect: 'Deny', Action: conditional('*', 's3:GetObject') })),
  'a Deny in one of two policies': (one) => withPolicy(conditional(document(one, { ...WIDE, Effect: 'Deny' }), document(one))),
};

test.each(Object.entries(POLICIES))('%s hides nothing, and finds nothing in what is narrow', (_way, build) => {
  expect(rulesIn(build(WIDE))).toContain('NHI5-administrator');
  expect(rulesIn(build(NARROW))).not.toContain('NHI5-administrator');
});

test('a Deny that no condition decides still closes what it denies', () => {
  expect(rulesIn(withPolicy(document(WIDE, { ...WIDE, Effect: 'Deny' })))).toEqual([]);
});

/** Ways to write an action. */
const ACTIONS: Readonly<Record<string, (action: string) => object>> = {
  'the default of a parameter': (action) => ({ ...parameters(action), ...withPolicy(document({ ...WIDE, Action: GIVEN })) }),
  'the default of a list': (action) => ({ ...parameters(`s3:GetObject, ${action}`, 'CommaDelimitedList'), ...withPolicy(document({ ...WIDE, Action: GIVEN })) }),
  'Fn::Sub of a parameter': (action) => ({ ...parameters(action.split(':')[1]), ...withPolicy(document({ ...WIDE, Action: { 'Fn::Sub': `${action.split(':')[0]}:\${Given}` } })) }),
  'Fn::Split': (action) => withPolicy(document({ ...WIDE, Action: { 'Fn::Split': [',', `s3:GetObject,${action}`] } })),
  'Fn::FindInMap': (action) => ({ Mappings: { Map: { eu: { action } } }, ...withPolicy(document({ ...WIDE, Action: { 'Fn::FindInMap': ['Map', 'eu', 'action'] } })) }),
  'Fn::FindInMap by a key of the deployment': (action) => ({ Mappings: { Map: { eu: { action: 's3:GetObject' }, us: { action } } }, ...withPolicy(document({ ...WIDE, Action: { 'Fn::FindInMap': ['Map', { Ref: 'Unset' }, 'action'] } })) }),
  'other letters': (action) => withPolicy(document({ ...WIDE, Action: action.toUpperCase() })),
};

test.each(Object.entries(ACTIONS))('an action by %s is judged as what it becomes', (_way, build) => {
  expect(rulesIn(build('iam:*'))).toContain('NHI5-becomes-others');
  expect(rulesIn(build('s3:GetObject'))).not.toContain('NHI5-becomes-others');
});

test.each([['another value', { Ref: 'Unset' }, {}], ['one of Systems Manager', GIVEN, parameters('iam:*', 'AWS::SSM::Parameter::Value<String>')], ['one that has to be set', GIVEN, parameters('')]])('a parameter with %s is known only at deployment', (_what, action, more) => {
  expect(rulesIn({ ...more, ...withPolicy(document({ ...WIDE, Action: action })) })).toEqual([]);
});

test.each(['a parameter', 'a text', 'a condition'])('who is trusted by %s is judged', (way) => {
  const trusts = (principal: string): object => {
    const trust = document({ Effect: 'Allow', Principal: { AWS: way === 'a parameter' ? GIVEN : principal }, Action: 'sts:AssumeRole' });
    return { ...parameters(principal), Resources: { Role: role({ AssumeRolePolicyDocument: way === 'a text' ? JSON.stringify(trust) : way === 'a condition' ? conditional(trust, TRUST) : trust }) } };
  };
  expect(rulesIn(trusts('*'))).toContain('NHI4-anyone-trusted');
  expect(rulesIn(trusts('arn:aws:iam::111122223333:role/caller'))).not.toContain('NHI4-anyone-trusted');
});

test.each([
  ['a macro', { Transform: ['AWS::Serverless-2016-10-31'] }, 'AWS::Serverless-2016-10-31'],
  ['a loop', { Transform: 'AWS::LanguageExtensions', Resources: { 'Fn::ForEach::Roles': ['One', ['a'], { 'Role${One}': role() }] } }, 'Fn::ForEach::Roles'],
  ['an inclusion', { Resources: { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://files/roles.json' } } } }, 'Fn::Transform'],
  ['a nested template elsewhere', { Resources: { Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://files.s3.amazonaws.com/roles.json' } } } }, 'Nested'],
])('%s is said, because its principals are not seen', (_what, template, name) => {
  expect(judge(template)).toEqual([expect.objectContaining({ ruleName: 'TemplateHidden', severity: 'warning', description: expect.stringContaining(name) })]);
});

test('transforms of the CDK are not said', () => {
  expect(rulesIn({ Transform: ['AWS::LanguageExtensions', 'AWS::SecretsManager-2024-09-16'], Resources: {} })).toEqual([]);
});
