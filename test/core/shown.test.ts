import * as fc from 'fast-check';
import { shown } from '../../src/core/shown';

const cycle: Record<string, unknown> = {};
cycle.self = cycle;

test.each([
  ['invoice-bot', '"invoice-bot"'],
  ['say "hi"', '"say \\"hi\\""'],
  ['line\nbreak', '"line\\nbreak"'],
  ['Zoë 漢 😀', '"Zoë 漢 😀"'],
  [7, '7'],
  [NaN, 'NaN'],
  [-Infinity, '-Infinity'],
  [null, 'null'],
  [undefined, 'undefined'],
  [{ a: [1] }, '{"a":[1]}'],
  [Symbol('s'), 'Symbol(s)'],
  // Values that JSON can't represent.
  [10n, '[bigint]'],
  [cycle, '[object]'],
])('%p is shown as %s', (value, expected) => {
  expect(shown(value)).toBe(expected);
});

test.each([
  ['escape', '\u001b[2J', '"\\u001b[2J"'],
  ['delete', '\u007f', '"\\u007f"'],
  ['control sequence introducer', '\u009b2J', '"\\u009b2J"'],
  ['right-to-left override', '\u202e', '"\\u202e"'],
  ['line separator', '\u2028', '"\\u2028"'],
  ['half a pair', '\ud83d', '"\\ud83d"'],
  ['tag beyond the basic plane', '\u{e0001}', '"\\udb40\\udc01"'],
  ['escape in a symbol', Symbol('\u001b'), 'Symbol(\\u001b)'],
])('%s is escaped', (_what, value, expected) => {
  expect(shown(value)).toBe(expected);
});

test('what is too long is cut, and its length told', () => {
  expect(shown('x'.repeat(78))).toBe(`"${'x'.repeat(78)}"`);
  expect(shown('x'.repeat(79))).toBe(`"${'x'.repeat(79)}... (81 characters)`);
});

test('a cut leaves no half of a pair', () => {
  expect(shown('😀'.repeat(50))).toBe(`"${'😀'.repeat(50)}"`.slice(0, 159) + '... (102 characters)');
});

test('anything is shown, bounded and without control characters', () => {
  const hostile = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 300 });
  const controls = fc.string({ unit: fc.constantFrom('\u0000', '\u001b', '\u007f', '\u0085', '\u009b', '\u200b', '\u202e', '\u2029', '\r', '\n', 'a'), maxLength: 100 });
  const thrower = fc.constant({ toJSON: () => { throw new Error('no'); } });
  const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true });
  fc.assert(fc.property(fc.oneof(hostile, controls, anything, controls.map(Symbol), thrower), (value) => {
    const text = shown(value);
    expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect([...text].length).toBeLessThanOrEqual(120);
  }), { numRuns: 2_000 });
});

test('short harmless texts are shown as JSON has them', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 35 }), (text) => {
    expect(JSON.parse(shown(text))).toBe(text);
  }));
});
