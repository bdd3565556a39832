import * as fc from 'fast-check';
import { ChainLink, GENESIS_HASH, hashEvent, verifyChain } from '../../src/core/hash-chain';

type Link = ChainLink & { readonly [key: string]: unknown };

function append(chain: readonly Link[], data: unknown): Link[] {
  const unhashed = { sequence: String(chain.length + 1).padStart(12, '0'), previoushash: chain.at(-1)?.hash ?? GENESIS_HASH, data };
  return [...chain, { ...unhashed, hash: hashEvent(unhashed) }];
}
const chainOf = (contents: readonly unknown[]) => contents.reduce<Link[]>(append, []);
const headOf = (chain: readonly Link[]) => chain.at(-1)?.hash ?? GENESIS_HASH;
const intact = (chain: readonly Link[], head?: string) => verifyChain(chain, head).intact;

const spliced = (chain: readonly Link[], at: number, drop: number, ...more: Link[]) => [...chain.slice(0, at), ...more, ...chain.slice(at + drop)];

const chains = fc.array(fc.jsonValue({ stringUnit: 'binary' }), { minLength: 1, maxLength: 6 }).map(chainOf);
const chainAndPlace = chains.chain((chain) => fc.tuple(fc.constant(chain), fc.nat(chain.length - 1)));
/** What an attacker may write: values that JSON.parse can return, and values that it can't. */
const forged = fc.oneof(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(undefined, '\ud800', NaN, 1n), fc.stringMatching(/^[0-9a-f]{64}$/));

test('the hash is SHA-256 over the canonical JSON without the own hash', () => {
  // printf '{"a":"x","b":1}' | sha256sum
  const expected = 'cdab067e9f3beb32d1252cfd63e492592fecbf591b0d08cadb24bb17f3864246';
  expect(hashEvent({ b: 1, a: 'x' })).toBe(expected);
  expect(hashEvent({ hash: 'whatever', a: 'x', b: 1 })).toBe(expected);
});

test('the first event follows 64 zeros', () => {
  expect(GENESIS_HASH).toMatch(/^0{64}$/);
});

test('an untouched chain is intact, with and without its head', () => {
  fc.assert(fc.property(chains, (chain) => {
    const verdict = { intact: true, length: chain.length, lastHash: headOf(chain) };
    expect(verifyChain(chain)).toEqual(verdict);
    expect(verifyChain(chain, headOf(chain))).toEqual(verdict);
    // The chain as it is read from storage.
    expect(verifyChain(JSON.parse(JSON.stringify(chain)), headOf(chain))).toEqual(verdict);
  }));
});

test('a chain without events is intact, unless a head says otherwise', () => {
  expect(verifyChain([])).toEqual({ intact: true, length: 0, lastHash: GENESIS_HASH });
  expect(verifyChain([], GENESIS_HASH).intact).toBe(true);
  expect(verifyChain([], 'a'.repeat(64))).toEqual({ intact: false, brokenAt: 0, reason: 'events are missing at the end' });
});

test.each<[string, (chain: Link[]) => Link[], number, string]>([
  ['changed content', ([one, two, three]) => [one, { ...two, data: 'other' }, three], 1, 'its content does not match its hash'],
  ['a changed hash', ([one, two, three]) => [one, two, { ...three, hash: 'f'.repeat(64) }], 2, 'its content does not match its hash'],
  ['a changed sequence', ([one, two, three]) => [one, { ...two, sequence: '000000000009' }, three], 1, 'its sequence is "000000000009"'],
  ['a sequence that a terminal obeys', ([one]) => [{ ...one, sequence: '\u001b[2J' }], 0, 'its sequence is "\\u001b[2J"'],
  ['a dropped beginning', ([, two, three]) => [two, three], 0, 'it does not follow the event before it'],
  ['a dropped middle', ([one, , three]) => [one, three], 1, 'it does not follow the event before it'],
  ['an event told twice', ([one, two, three]) => [one, two, two, three], 2, 'it does not follow the event before it'],
  ['no hash, over what has none', ([one]) => [{ ...one, data: '\ud800', hash: undefined as unknown as string }], 0, 'its content does not match its hash'],
])('fails when there is %s, and says where', (_what, tamper, brokenAt, reason) => {
  expect(verifyChain(tamper(chainOf(['a', 'b', 'c'])))).toEqual({ intact: false, brokenAt, reason });
});

test('any change of any event is found', () => {
  const fields = fc.record({ sequence: forged, previoushash: forged, hash: forged, data: forged, other: forged }, { requiredKeys: [] });
  fc.assert(fc.property(chainAndPlace, fields, ([chain, at], change) => {
    const forgery = { ...chain[at], ...change } as Link;
    const same = JSON.stringify(forgery, asText) === JSON.stringify(chain[at], asText);
    expect(intact(spliced(chain, at, 1, forgery))).toBe(same);
  }), { numRuns: 2_000 });
});

test('a missing field is found', () => {
  fc.assert(fc.property(chainAndPlace, fc.constantFrom('sequence', 'previoushash', 'hash', 'data'), ([chain, at], field) => {
    const { [field]: _gone, ...rest } = chain[at];
    expect(intact(spliced(chain, at, 1, rest as unknown as Link))).toBe(false);
  }));
});

test('a changed event with its hash made again is found by the next one, or by the head', () => {
  fc.assert(fc.property(chainAndPlace, ([chain, at]) => {
    const changed = { ...chain[at], other: 'x' };
    const forgery = spliced(chain, at, 1, { ...changed, hash: hashEvent(changed) });
    expect(intact(forgery, headOf(chain))).toBe(false);
    expect(intact(forgery)).toBe(at === chain.length - 1);
  }));
});

test('a dropped event is found: the last one only by the head', () => {
  fc.assert(fc.property(chainAndPlace, ([chain, at]) => {
    const rest = spliced(chain, at, 1);
    expect(intact(rest, headOf(chain))).toBe(false);
    expect(intact(rest)).toBe(at === chain.length - 1);
  }));
});

test('cut off anywhere, the head shows it', () => {
  fc.assert(fc.property(chainAndPlace, ([chain, at]) => {
    expect(verifyChain(chain.slice(0, at), headOf(chain))).toEqual({ intact: false, brokenAt: at, reason: 'events are missing at the end' });
    expect(intact(chain.slice(0, at))).toBe(true);
  }));
});

test('any other order is found', () => {
  const reordered = chains.chain((chain) => fc.tuple(fc.constant(chain), fc.shuffledSubarray(chain, { minLength: chain.length })));
  fc.assert(fc.property(reordered, ([chain, shuffled]) => {
    expect(intact(shuffled)).toBe(shuffled.every((event, at) => event === chain[at]));
  }));
});

test('an inserted event is found, even one that fits: at the end by the head', () => {
  fc.assert(fc.property(chainAndPlace, fc.jsonValue(), fc.nat(), ([chain, at], data, again) => {
    const fitting = append(chain.slice(0, at), data)[at];
    expect(intact(spliced(chain, at, 0, fitting))).toBe(false);
    expect(intact(spliced(chain, at, 0, chain[again % chain.length]))).toBe(false);
    expect(intact(append(chain, data), headOf(chain))).toBe(false);
  }));
});

test('an event of another chain is found', () => {
  fc.assert(fc.property(chainAndPlace, chains, ([chain, at], other) => {
    const foreign = other[at % other.length];
    expect(intact(spliced(chain, at, 1, foreign), headOf(chain))).toBe(foreign.hash === chain[at].hash);
  }));
});

// Values that JSON omits or rejects also make a difference.
function asText(_key: string, value: unknown): unknown {
  return value === undefined || typeof value === 'bigint' || Number.isNaN(value) ? `\u0000${String(value)}` : value;
}
