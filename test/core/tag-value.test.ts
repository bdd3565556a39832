import * as fc from 'fast-check';
import { codeOf } from './code-of';
import { iamTagValue, requireTagSafe } from '../../src/core/tag-value';

/** The pattern in the API's reference. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
const IAM_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: fc.constantFrom('a', 'é', '漢', '7', ' ', '  ', '.', '!', '\n', '\u00a0', '😀', '\ud800', '𝒜'), maxLength: 400 }),
  fc.tuple(fc.constantFrom('aws:', 'AWS:', ' aws:', '!aws:', 'aws: ', 'aws:aws:'), fc.string()).map((parts) => parts.join('')),
);

test.each([
  ['Matches invoices, and posts them!', 'Matches invoices and posts them'],
  ['a\n\nb', 'a b'],
  ['  a   b  ', 'a b'],
  ['Grün 漢字 ٣', 'Grün 漢字 ٣'],
  ['_.:/=+-@', '_.:/=+-@'],
  ['no\u00a0break', 'no break'],
  ['bot 😀', 'bot'],
  ['', ''],
  ['!!!', ''],
  ['x'.repeat(300), 'x'.repeat(256)],
  [`${'x'.repeat(255)} y`, 'x'.repeat(255)],
  // Each has two code units but is one character for IAM.
  ['𝒜'.repeat(300), '𝒜'.repeat(256)],
  ['aws:reserved', 'aws reserved'],
  ['AWS: reserved', 'AWS reserved'],
  ['"aws:quoted"', 'aws quoted'],
  ['at aws: not reserved', 'at aws: not reserved'],
])('%j becomes %j', (given, expected) => {
  expect(iamTagValue(given)).toBe(expected);
});

test('a shorter limit is kept', () => {
  expect(iamTagValue('ab cd', 3)).toBe('ab');
  expect(iamTagValue('ab cd', 4)).toBe('ab c');
});

test('whatever is given, IAM takes it', () => {
  fc.assert(fc.property(text, fc.option(fc.integer({ min: 1, max: 256 }), { nil: undefined }), (given, limit) => {
    const value = iamTagValue(given, limit);
    expect(value).toMatch(IAM_VALUE);
    expect([...value].length).toBeLessThanOrEqual(limit ?? 256);
    expect(value.toLowerCase().startsWith('aws:')).toBe(false);
  }), { numRuns: 1_000 });
});

test('what is clean stays as it is', () => {
  fc.assert(fc.property(text, (given) => {
    expect(iamTagValue(iamTagValue(given))).toBe(iamTagValue(given));
  }), { numRuns: 1_000 });
});

test.each(['x', 'ada.park@example.com', 'CC 4711', 'arn:aws:iam::111122223333:user/ada', 'x'.repeat(256)])('%s is kept', (given) => {
  expect(requireTagSafe('the sponsor id', given)).toBe(given);
});

test.each([
  ['it is empty', ''],
  ['it begins with a space', ' x'],
  ['it ends with a space', 'x '],
  ['it has two spaces', 'a  b'],
  ['it has what IAM refuses', 'a,b'],
  ['it has a line break', 'a\nb'],
  ['it is too long', 'x'.repeat(257)],
  ['its beginning is reserved', 'aws:x'],
])('fails when %s', (_why, given) => {
  expect(codeOf(() => requireTagSafe('the sponsor id', given))).toBe('TagValueUnsafe');
});

test('requireTagSafe returns it unchanged or refuses it', () => {
  fc.assert(fc.property(text, (given) => {
    const code = codeOf(() => expect(requireTagSafe('it', given)).toBe(given));
    expect(code).toBe(given !== '' && iamTagValue(given) === given ? undefined : 'TagValueUnsafe');
  }), { numRuns: 1_000 });
});

test('what was made fit is safe, unless nothing is left', () => {
  fc.assert(fc.property(text.map((given) => iamTagValue(given)).filter((value) => value !== ''), (value) => {
    expect(requireTagSafe('it', value)).toBe(value);
  }));
});
