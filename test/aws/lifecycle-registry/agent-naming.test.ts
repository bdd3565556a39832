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
