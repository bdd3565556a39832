import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, PolicyValidationPluginReport } from 'aws-cdk-lib';
import fc from 'fast-check';
import { AS_BY_COMMAND } from './judged';
import { SHAPES } from './shapes';
import { AgentGuardrails, GuardrailMode } from 'cdk-nhi-lifecycle';

const folder = mkdtempSync(join(tmpdir(), 'nhi-hostile-'));
const path = join(folder, 'Stack.template.json');

function judge(template: string, mode = GuardrailMode.EVERY_PRINCIPAL): PolicyValidationPluginReport {
  writeFileSync(path, template);
  return new AgentGuardrails({ mode }).validate({ templatePaths: [path], stackTemplates: [], appConstruct: new App() });
}

/** What holds for any template. */
function isSound(template: string): void {
  for (const mode of Object.values(GuardrailMode)) {
    const report = judge(template, mode);
    const ids = ((one) => ['Resources', 'Outputs', 'Parameters'].flatMap((part) => Object.keys(one?.[part] ?? {})))(JSON.parse(template) as Record<string, object> | null);

    expect(judge(template, mode)).toEqual(report);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report.violations.filter(({ description }) => /^the rule \S+ failed/.test(description))).toEqual([]);
    report.violations.forEach(({ violatingResources }) => violatingResources.forEach(({ resourceLogicalId, locations }) => {
      // What can't be read has a file and no resource.
      expect([...ids, undefined]).toContain(resourceLogicalId);
      expect(locations.every((location) => typeof location === 'string')).toBe(true);
    }));
    expect(report.success).toBe(report.violations.every(({ severity }) => severity !== 'fatal'));
  }
}

const TYPES = [
  'AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy', 'AWS::IAM::AccessKey', 'AWS::Lambda::Function', 'AWS::ECS::TaskDefinition',
  'AWS::CloudFormation::Stack', 'AWS::SecretsManager::Secret', 'AWS::SecretsManager::RotationSchedule', 'AWS::SSM::Parameter', 'AWS::S3::BucketPolicy', 'AWS::BedrockAgentCore::Runtime',
  'Custom::AgentLifecycle', 'AWS::IAM::OIDCProvider', 'AWS::Cognito::IdentityPool', '__proto__', 'constructor', 'toString', '',
];
const KEYS = [
  'MasterUserPassword', 'RotationRules', 'ScheduleExpression', 'AutomaticallyAfterDays', 'UserData', 'BuildSpec', 'UpdateReplacePolicy',
  'Ref', 'Fn::GetAtt', 'Fn::Sub', 'Fn::If', 'Fn::Join', 'Fn::ImportValue', 'Fn::Select', 'Fn::Split', 'Condition', 'Statement', 'Effect', 'Action', 'NotAction', 'Resource', 'Principal', 'NotPrincipal',
  'AWS', 'Service', 'Federated', 'StringEquals', 'ForAnyValue:StringLike', 'AssumeRolePolicyDocument', 'PolicyDocument', 'Policies', 'ManagedPolicyArns', 'PermissionsBoundary', 'Roles', 'Role', 'RoleArn',
  'Environment', 'Variables', 'SecretString', 'SecretId', 'Value', 'Parameters', 'Default', 'NoEcho', 'Type', 'LoginProfile', 'cdk-nhi-lifecycle:acknowledged', '__proto__', 'constructor', 'A', 'B',
];
const TEXTS = ['A', 'B', 'A.Arn', 'AWS::AccountId', 'AWS::NoValue', '*', 'Allow', 'Deny', 'sts:AssumeRole', 'iam:*', '${A.Arn}/${!x}', '${', 'arn:aws:iam::111122223333:root', 'lambda.amazonaws.com',
  'token.actions.githubusercontent.com:sub', 'repo:a/*', '{{resolve:secretsmanager:x}}', '\u0000', '\uE000', '\uD800', 'Retain'];

const { any: value } = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'medium' }, fc.constantFrom(...TEXTS), fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.array(tie('any'), { maxLength: 4 }), fc.dictionary(fc.constantFrom(...KEYS), tie('any'), { maxKeys: 4 })),
}));
const resource = fc.oneof(
  fc.record({ Type: fc.constantFrom<unknown>(...TYPES, 7, null), Properties: value, Metadata: value, DeletionPolicy: value }, { requiredKeys: [] }),
  value,
);
const names = fc.constantFrom('A', 'B', 'C', '__proto__', 'constructor');
const template = fc.record({
  Resources: fc.oneof(fc.dictionary(names, resource), value),
  Outputs: fc.oneof(fc.dictionary(names, fc.record({ Value: value, Export: value }, { requiredKeys: [] })), value),
  Parameters: fc.oneof(fc.dictionary(names, value), value),
  Metadata: value,
}, { requiredKeys: [] });

test('any template is judged, the same each time', () => {
  fc.assert(fc.property(template, (one) => isSound(JSON.stringify(one))), { numRuns: 300 });
});

test('a template that is broken at any place is judged', () => {
  const templates = Object.values(SHAPES).slice(6).map(({ build }) => {
    const app = new App({ context: AS_BY_COMMAND });
    build(app);
    return readFileSync(app.synth().stacksRecursively[0].templateFullPath, 'utf8');
  });
  fc.assert(fc.property(fc.constantFrom(...templates), fc.nat(), value, (text, at, other) => {
    let count = 0;
    const places = (text.match(/[{[,:]/g) ?? []).length;
    const broken = JSON.parse(text, (_key, part: unknown) => (count++ === at % places ? other : part)) as unknown;
    isSound(JSON.stringify(broken ?? null));
  }), { numRuns: 150 });
});

test.each([
  ['nested far too deep', (depth: number) => `{"Resources":{"A":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":${'{"Fn::If":["c",'.repeat(depth)}"x"${']}'.repeat(depth)}}}}}`],
  ['lists in lists', (depth: number) => `{"Resources":{"A":{"Type":"AWS::Lambda::Function","Properties":{"Environment":${'['.repeat(depth)}${']'.repeat(depth)}}}}}`],
])('%s', (_what, make) => {
  isSound(make(3000));
});

test('references in a circle end', () => {
  const circle = (one: string, other: string) => ({ Type: 'AWS::CloudFormation::Stack', Metadata: { 'aws:asset:path': 'Stack.template.json' }, Properties: { Parameters: { [one]: { Ref: other } } } });
  isSound(JSON.stringify({ Resources: { A: circle('X', 'Y'), B: circle('Y', 'X'), F: { Type: 'AWS::Lambda::Function', Properties: { Role: { Ref: 'X' } } } }, Outputs: { O: { Value: { 'Fn::ImportValue': 'o' }, Export: { Name: 'o' } } } }));
});

test('a template that can\'t be read fails the synthesis', () => {
  expect(judge('{ no json').violations).toEqual([expect.objectContaining({ ruleName: 'TemplateUnreadable', severity: 'fatal' })]);
  expect(judge('{}').violations).toEqual([]);
});
