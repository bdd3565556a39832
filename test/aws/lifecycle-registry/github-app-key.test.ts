import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { codeOf, ENV } from './platform';
import { GitHubAppKey, GitHubAppKeyProps, LifecycleRegistry } from '../../../src/aws/lifecycle-registry';

const CLIENT = 'Iv23liInvoices';
const SIGNER = 'arn:aws:iam::111122223333:role/agents-nhi-revokers';

function keyOf(props: Partial<GitHubAppKeyProps> = {}): Template {
  const stack = new Stack(new App(), 'Platform', { env: ENV });
  const registry = LifecycleRegistry.fromRegistryName(stack, 'Agents', 'agents');
  new GitHubAppKey(stack, 'GitHub', { registry, clientId: CLIENT, installations: { 12345678: 'invoice-bot', 99: 'order-bot' }, ...props });
  return Template.fromStack(stack);
}

interface Statement { readonly Sid: string; readonly Effect: string }

const [[, { Properties: key, ...resource }]] = Object.entries(keyOf().findResources('AWS::KMS::Key'));
const statements = Object.fromEntries((JSON.parse(JSON.stringify(key.KeyPolicy).replaceAll(/\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"([^"]*)"\]\]\}/g, '"arn:aws$1"')) as { Statement: Statement[] }).Statement.map((one) => [one.Sid, one]));

test('has no private key: its material is imported, it signs, and it outlives its stack', () => {
  expect(key).toMatchObject({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY', Origin: 'EXTERNAL' });
  expect(key).not.toHaveProperty('EnableKeyRotation');
  expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

test('says for which app, hosts and installations it signs', () => {
  const described = (template: Template): unknown => Object.values(template.findResources('AWS::KMS::Key')).map(({ Properties: { Description } }) => JSON.parse(String(Description)) as object)[0];
  expect(described(keyOf())).toEqual({ githubApp: CLIENT, hosts: 'api.github.com', installations: { 99: 'agents/order-bot', 12345678: 'agents/invoice-bot' } });
  expect(described(keyOf({ apiHosts: ['api.acme.ghe.com', 'github.corp.example:8443'] }))).toMatchObject({ hosts: 'api.acme.ghe.com github.corp.example:8443' });
});

test('the registry\'s function for revokers signs, with RS256, and reads what the key is for; nobody else signs, administrators included', () => {
  expect(statements.RegistrySigns).toMatchObject({ Effect: 'Allow', Principal: { AWS: SIGNER }, Action: 'kms:Sign', Condition: { StringEquals: { 'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_256' } } });
  expect(statements.RegistryReadsUse).toMatchObject({ Effect: 'Allow', Principal: { AWS: SIGNER }, Action: 'kms:DescribeKey' });
  expect(statements.OnlyTheRegistrySigns).toMatchObject({ Effect: 'Deny', Principal: '*', Action: 'kms:Sign', Condition: { ArnNotEquals: { 'aws:PrincipalArn': SIGNER } } });
  expect(statements.NoGrants).toMatchObject({ Effect: 'Deny', Principal: '*', Action: 'kms:CreateGrant' });
  expect(statements.NoAgents).toMatchObject({ Effect: 'Deny', Principal: '*', Action: 'kms:*', Condition: { ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::111122223333:role/agents/*'] } } });
  expect(statements.AccountAdministers).toMatchObject({ Effect: 'Allow', Action: 'kms:*' });
  expect(Object.keys(statements)).toHaveLength(6);
});

test('is created after the registry of its stack, because KMS takes only principals that exist', () => {
  const stack = new Stack(new App(), 'Platform', { env: ENV });
  const registry = new LifecycleRegistry(stack, 'Agents');
  new GitHubAppKey(stack, 'GitHub', { registry, clientId: CLIENT, installations: { 99: 'order-bot' } });
  const template = Template.fromStack(stack);
  const [role] = Object.keys(template.findResources('AWS::IAM::Role', { Properties: { RoleName: 'agents-nhi-revokers' } }));
  const [made] = Object.values(template.findResources('AWS::KMS::Key', { Properties: { Origin: 'EXTERNAL' } }));
  const [check] = made.DependsOn as string[];
  expect((template.toJSON() as { Resources: Record<string, { DependsOn: string[] }> }).Resources[check].DependsOn).toContain(role);
});

test.each<[string, Partial<GitHubAppKeyProps>]>([
  ['an app id', { clientId: '123456' }],
  ['no client id', { clientId: '' }],
  ['no installations', { installations: {} }],
  ['installations that are missing', { installations: undefined as never }],
  ['an installation that is no number', { installations: { acme: 'invoice-bot' } }],
  ['a number with a zero before it', { installations: { '0123': 'invoice-bot' } }],
  ['a pattern of agents', { installations: { 99: 'invoice-*' } }],
  ['an agent of another registry', { installations: { 99: 'other/invoice-bot' } }],
  ['a URL as a host', { apiHosts: ['https://api.github.com'] }],
  ['a path', { apiHosts: ['github.corp.example/api/v3'] }],
  ['two hosts in one', { apiHosts: ['api.github.com evil.example.com'] }],
  ['all hosts', { apiHosts: ['*.ghe.com'] }],
  ['no host', { apiHosts: [] }],
  ['more than its description holds', { installations: Object.fromEntries(Array.from({ length: 200 }, (_none, at) => [String(10_000_000 + at), `agent-with-a-name-of-many-characters-${at}`])) }],
])('AppKeyInvalid or another code of its own: %s', (_what, props) => {
  expect(codeOf(() => keyOf(props))).toMatch(/^(AppKeyInvalid|RevokerInvalid)$/);
  expect(codeOf(() => keyOf())).toBeUndefined();
});

test('LiteralRequired: a client id that is known only at deployment', () => {
  expect(codeOf(() => keyOf({ clientId: new Stack(new App(), 'Other').account }))).toBe('LiteralRequired');
});
