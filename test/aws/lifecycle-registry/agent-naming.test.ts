import { AgentNaming } from '../../../src/aws/lifecycle-registry';
import { codeOf } from '../agent-identity/agents';

test('the standard is the registry\'s name as path, and agent and stage as name', () => {
  const naming = AgentNaming.standard();

  expect(naming.rolePath('agents', 'test')).toBe('/agents/test/');
  expect(naming.roleName('invoice-bot', 'test')).toBe('invoice-bot-test');
});

test('an organisation may mandate another path and prefix', () => {
  const naming = AgentNaming.of({ pathRoot: 'corp/bots', namePrefix: 'acme-' });

  expect(naming.rolePath('agents', 'test')).toBe('/corp/bots/test/');
  expect(naming.roleName('invoice-bot', 'test')).toBe('acme-invoice-bot-test');
});

test.each(['', '/corp', 'corp/', 'a//b', 'a b', 'a*', 'a\nb', '../x y'])('NamingInvalid: fails for the path root %j', (pathRoot) => {
  expect(codeOf(() => AgentNaming.of({ pathRoot }))).toBe('NamingInvalid');
});

test.each(['a/b', 'a b', '*', 'ä'])('NamingInvalid: fails for the name prefix %j', (namePrefix) => {
  expect(codeOf(() => AgentNaming.of({ namePrefix }))).toBe('NamingInvalid');
});

test('RoleNameTooLong: fails beyond 64 characters, and not before', () => {
  const naming = AgentNaming.of({ namePrefix: 'p'.repeat(20) });
  const longest = 'a'.repeat(64 - 20 - '-test'.length);

  expect(naming.roleName(longest, 'test')).toHaveLength(64);
  expect(codeOf(() => naming.roleName(`${longest}a`, 'test'))).toBe('RoleNameTooLong');
});

test.each(['acme:', 'Acme/Bots:', 'a-', '0.', 'k8s.io/', `${'p'.repeat(31)}:`])('the tag prefix may be %j', (tagPrefix) => {
  expect(codeOf(() => AgentNaming.of({ tagPrefix }))).toBeUndefined();
});

test.each([
  '', ':', 'agent', 'aws:', 'AWS:', 'aws:agent:', 'Aws:cloudformation:', 'a:*:', 'a?:', '${aws:username}:', 'a b:', 'a\n:', 'ä:', `${'p'.repeat(32)}:`, '+a:', 'a=:', 'a@b:',
])('NamingInvalid: fails for the tag prefix %j', (tagPrefix) => {
  expect(codeOf(() => AgentNaming.of({ tagPrefix }))).toBe('NamingInvalid');
});

test('a part of the account\'s own tags is no reserved prefix of AWS', () => {
  expect(codeOf(() => AgentNaming.of({ tagPrefix: 'awsome:' }))).toBeUndefined();
});

test.each<[string, boolean]>([['r'.repeat(440), true], ['r'.repeat(441), false], ['aws-reserved', false], ['aws-service-role/x', false], ['aws-reserved-for-us', true]])(
  'the path root %s: allowed: %s', (pathRoot, allowed) => expect(codeOf(() => AgentNaming.of({ pathRoot }))).toBe(allowed ? undefined : 'NamingInvalid'));

describe('generated names', () => {
  const naming = AgentNaming.of({ pathRoot: 'corp/bots', generatedNames: true });

  test('keep the registry\'s path, and have no name', () => {
    expect(naming.rolePath('agents', 'test')).toBe('/corp/bots/test/');
    expect(codeOf(() => naming.roleName('invoice-bot', 'test'))).toBe('RoleNameGenerated');
  });

  test('NamingInvalid: fails with a prefix, which they would not have', () => {
    expect(codeOf(() => AgentNaming.of({ namePrefix: 'acme-', generatedNames: true }))).toBe('NamingInvalid');
    expect(codeOf(() => AgentNaming.of({ namePrefix: '', generatedNames: true }))).toBeUndefined();
    expect(codeOf(() => AgentNaming.of({ namePrefix: 'acme-', generatedNames: false }))).toBeUndefined();
  });
});
