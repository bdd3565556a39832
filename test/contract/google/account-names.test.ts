import fc from 'fast-check';
import { accountId, agentAddress, partAddress, poolId } from '../../../src/contract/google';

const agentName = fc.stringMatching(/^[a-z](?:-?[a-z0-9]){2,47}$/).filter((name) => name.length <= 48);
const stageName = fc.stringMatching(/^[a-z][a-z0-9]{1,14}$/);

test('an account id is one that Google takes', () => {
  fc.assert(fc.property(agentName, stageName, (agent, stage) => {
    expect(accountId(agent, stage)).toMatch(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
  }));
});

test('a pool id is one that Google takes', () => {
  fc.assert(fc.property(agentName, (agent) => {
    expect(poolId(agent)).toMatch(/^(?!gcp-)[a-z0-9-]{4,32}$/);
  }));
  expect(poolId('gcp-bot')).toMatch(/^agent-gcp-bot-[a-v0-9]{10}$/);
  expect(poolId('a'.repeat(48))).toHaveLength(32);
});

test('two agents or two stages never have one account id', () => {
  const pair = fc.tuple(agentName, stageName);
  fc.assert(fc.property(fc.uniqueArray(pair, { minLength: 2, maxLength: 50, selector: (names) => names.join('/') }), (pairs) => {
    expect(new Set(pairs.map(([agent, stage]) => accountId(agent, stage))).size).toBe(pairs.length);
  }));
});

test.each([
  ['names that differ only where they are cut', ['a'.repeat(14) + 'x', 'test'], ['a'.repeat(14) + 'y', 'test']],
  ['stages that differ only where they are cut', ['invoice-bot', 'prodeu'], ['invoice-bot', 'produs']],
  ['a hyphen that could belong to either', ['invoice-bot', 'test'], ['invoice', 'bottest']],
])('keeps apart %s', (_what, first, second) => {
  expect(accountId(first[0], first[1])).not.toBe(accountId(second[0], second[1]));
});

test('keeps the names readable', () => {
  expect(accountId('invoice-bot', 'production')).toMatch(/^invoice-bot-prod-[a-v0-9]{10}$/);
});

test('no two agents have one address, and all are what Terraform takes', () => {
  fc.assert(fc.property(fc.uniqueArray(agentName, { minLength: 2, maxLength: 50 }), (names) => {
    const addresses = names.flatMap((name) => [agentAddress(name), partAddress(name, 'expiry'), partAddress(name, 'secretAccessor', 'secret', 's')]);
    expect(new Set(addresses).size).toBe(addresses.length);
    addresses.forEach((address) => expect(address).toMatch(/^[a-z_][a-z0-9_]*$/));
  }));
});
