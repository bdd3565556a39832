import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { codeOf } from './code-of';
import { canonicalJson, JsonValue } from '../../src/core/canonical-json';

const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }) as fc.Arbitrary<JsonValue>;
/** JSON knows no -0. */
const plain = (value: JsonValue): unknown => JSON.parse(JSON.stringify(value));
const reversed = (value: JsonValue): JsonValue => {
  if (Array.isArray(value)) {
    return value.map(reversed);
  }
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).reverse().map(([key, member]) => [key, reversed(member)])) : value;
};

test.each<[unknown, string]>([
  [null, 'null'],
  [true, 'true'],
  [false, 'false'],
  ['', '""'],
  ['"\\\n\u0007é€😀', '"\\"\\\\\\n\\u0007é€😀"'],
  [[], '[]'],
  [[[1], 2], '[[1],2]'],
  [{}, '{}'],
  [{ b: 1, a: { d: null, c: [] } }, '{"a":{"c":[],"d":null},"b":1}'],
  [Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  [JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  // RFC 8785, 3.2.2
  [[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, -0], '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]'],
  // RFC 8785, 3.2.3: the emoji sorts by its first unit, before U+FB33
  [{ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 }, '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}'],
])('%j has one form', (value, expected) => {
  expect(canonicalJson(value)).toBe(expected);
});

class Named {
  public readonly a = 1;
}

test.each([
  ['undefined', undefined],
  ['NaN', NaN],
  ['infinity', Infinity],
  ['minus infinity', -Infinity],
  ['a high surrogate alone', 'a\ud800b'],
  ['a low surrogate alone', '\udc00'],
  ['a bigint', 1n],
  ['a symbol', Symbol('s')],
  ['a function', () => 1],
  ['a date', new Date(0)],
  ['a map', new Map()],
  ['an instance', new Named()],
  ['what has no text', Object.create(Object.create(null))],
])('fails when there is %s', (_what, value) => {
  for (const place of [value, [value], { a: value }, { a: [{ b: value }] }]) {
    expect(codeOf(() => canonicalJson(place))).toBe('NotCanonical');
  }
});

test('the error shows what can\'t be hashed', () => {
  expect(() => canonicalJson({ a: [NaN] })).toThrow('NaN of type number can\'t be hashed');
});

test('fails when a key has a surrogate alone', () => {
  expect(codeOf(() => canonicalJson({ '\ud800': 1 }))).toBe('NotCanonical');
});

test('fails when a list has a hole', () => {
  // eslint-disable-next-line no-sparse-arrays -- it is what is tested
  expect(codeOf(() => canonicalJson([1, , 2]))).toBe('NotCanonical');
});

test('the order of members changes nothing', () => {
  fc.assert(fc.property(json, (value) => {
    expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
  }));
  const members = fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), json), { selector: ([key]) => key, maxLength: 8 });
  const twoOrders = members.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
  fc.assert(fc.property(twoOrders, ([one, other]) => {
    expect(canonicalJson(Object.fromEntries(other))).toBe(canonicalJson(Object.fromEntries(one)));
  }));
});

test('the order of a list changes its form', () => {
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
});

test('it is JSON of the same data, and its own canonical form', () => {
  fc.assert(fc.property(json, (value) => {
    const form = canonicalJson(value);
    expect(JSON.parse(form)).toEqual(plain(value));
    expect(canonicalJson(JSON.parse(form))).toBe(form);
  }));
});

test.each<[JsonValue, JsonValue]>([
  [1, '1'], [null, 'null'], [true, 'true'], [[], {}], ['', []], [[], [[]]], [[1, [2]], [[1], 2]], [['a', 'b'], ['a,b']], [['a","b'], ['a', 'b']],
  [{ a: 1 }, { a: '1' }], [{ a: { b: 1 } }, { a: 1, b: 1 }], [{ a: null }, {}], ['é', 'e\u0301'], [1, 1.0000000000000002],
])('%j and %j have different forms', (one, other) => {
  expect(canonicalJson(one)).not.toBe(canonicalJson(other));
});

test('different values have different forms', () => {
  const near = fc.jsonValue({ stringUnit: fc.constantFrom('a', '"', ',', ':', '\\'), maxDepth: 2 }) as fc.Arbitrary<JsonValue>;
  fc.assert(fc.property(near, near, (one, other) => {
    expect(canonicalJson(one) === canonicalJson(other)).toBe(isDeepStrictEqual(plain(one), plain(other)));
  }), { numRuns: 2_000 });
});
