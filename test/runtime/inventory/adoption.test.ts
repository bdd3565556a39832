import fc from 'fast-check';
import { ACCOUNT, daysAgo, generateAccount, roleOf, SHAPES } from './generated-account';
import { rowsIn } from './inventory-of';
import { ADOPTION_COLUMNS, agentNameFrom, inventoryCsv, proposalsFor, waysOf } from '../../../runtime/inventory';
import { AGENT_NAME } from '../../../src/core/name-forms';

const rowsOf = (...roles: Parameters<typeof roleOf>[0][]) => rowsIn({ ...generateAccount(0, 0), roles: roles.map(roleOf) });
const proposals = (...roles: Parameters<typeof roleOf>[0][]) => [...proposalsFor(rowsOf(...roles), 'agents').values()];

test.each([
  ['Orders-Fn1ServiceRole-1A2B3C4D5E6F7', 'orders-fn1'],
  ['billing-legacy', 'billing-legacy'],
  ['InvoiceBotExecutionRole', 'invoice-bot'],
  ['shop-prod', 'shop'],
  ['=cmd0', 'cmd0'],
  ['x', 'agent-x'],
  ['42', 'agent-42'],
  ['a__b', 'a-b'],
  ['@', 'agent'],
])('%s is agent %s', (name, agent) => {
  expect(agentNameFrom(name)).toBe(agent);
});

test('any name gives a name that an agent may have, and no two identities of an account the same', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.stringMatching(/^[\w+=,.@-]{1,64}$/), fc.constantFrom('a', 'A', 'a-', 'a_Role', 'a-2', '-')), { maxLength: 12 }), (names) => {
    const given = proposals(...names.map((name) => ({ name, path: `/${names.indexOf(name)}/` }))).map((cells) => cells.agent_name!);
    expect(given.filter((name) => !AGENT_NAME.test(name))).toEqual([]);
    const arns = new Set(names.map((name) => `${names.indexOf(name)}/${name}`));
    expect(given).toHaveLength(arns.size);
    expect(new Set(given).size).toBe(given.length);
  }));
});

test('the proposal does not depend on what was found about others', () => {
  const [used, unused] = [{ name: 'Bot', path: '/a/' }, { name: 'bot', path: '/b/', lastUsedAt: daysAgo(300) }];

  expect(proposals(used, unused)).toEqual([{ agent_name: 'bot' }, { agent_name: 'bot-2' }]);
  expect([...proposalsFor([...rowsOf(used, unused)].reverse(), 'agents')]).toEqual([...proposalsFor(rowsOf(used, unused), 'agents')]);
});

test('a mail address is proposed as the sponsor, with the name that it has; a team is no person', () => {
  expect(proposals({ name: 'a-prod', tags: { owner: 'ada.park@example.com' } })).toEqual([{ agent_name: 'agent-a', sponsor_email: 'ada.park@example.com', sponsor_name: 'Ada Park', stage: 'production' }]);
  expect(proposals({ name: 'bot-staging', tags: { owner: 'orders@example.com' } })).toEqual([{ agent_name: 'bot', sponsor_email: 'orders@example.com', stage: 'staging' }]);
  expect(proposals({ name: 'bot', tags: { team: 'payments' } })).toEqual([{ agent_name: 'bot' }]);
  expect(proposals({ name: 'bot', tags: { owner: '=cmd@example' } })).toEqual([{ agent_name: 'bot' }]);
});

test('an agent keeps its name, and no other gets it', () => {
  const tags = { 'agent:name': 'bot', 'agent:stage': 'test', 'agent:registry': 'agents' };

  expect(proposals({ name: 'bot' }, { name: 'legacy', tags }).map((cells) => cells.agent_name)).toEqual(['bot-2', 'bot']);
});

test.each<[string, object, string[]]>([
  ['a role of a machine', {}, ['adopt', 'migrate']],
  ['a role of AWS', SHAPES.serviceLinked(0), []],
  ['a role of people', SHAPES.people(0), []],
  ['a role of CDK\'s bootstrap stack', { name: `cdk-hnb659fds-deploy-role-${ACCOUNT}-eu-west-1` }, []],
  ['a role of a registry', { name: 'agents-nhi-lifecycle-engine' }, []],
  ['an agent\'s own role', SHAPES.agent(0), []],
  ['a role with a pattern in its path', { path: '/a*/' }, []],
])('%s: %s', (_what, role, ways) => {
  const [row] = rowsOf(role);

  expect(waysOf(row, 'agents').ways).toEqual(ways);
  expect(waysOf(row, 'agents').because === undefined).toBe(ways.length === 2);
});

test('the table ends with what a person fills in; only what can be guessed is filled in', () => {
  const [head, line] = inventoryCsv({ rows: rowsOf({ name: 'bot', tags: { owner: 'ada.park@example.com' } }) }, { registry: 'agents' }).split('\r\n');

  expect(head.split(',').slice(-ADOPTION_COLUMNS.length - 1)).toEqual(['ways', ...ADOPTION_COLUMNS]);
  expect(line).toMatch(/,"adopt, migrate","","bot","","Ada Park","ada.park@example.com","","","","","","",""$/);
});
