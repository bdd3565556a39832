import * as fc from 'fast-check';
import { globsMeet } from '../../src/core/glob';

const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });

/** The definition, in one line, for short input. */
function matchesByRegExp(pattern: string, candidate: string): boolean {
  return new RegExp(`^${pattern.replace(/\*/g, '[^]*').replace(/\?/g, '[^]')}$`).test(candidate);
}

test('globsMeet says what the definition says where one side has no wildcard', () => {
  fc.assert(fc.property(glob, text, (pattern, candidate) => {
    expect(globsMeet(pattern, candidate)).toBe(matchesByRegExp(pattern, candidate));
    expect(globsMeet(candidate, pattern)).toBe(matchesByRegExp(pattern, candidate));
  }), { numRuns: 2_000 });
});

test('globsMeet is symmetric, and true whenever a text matches both', () => {
  fc.assert(fc.property(glob, glob, text, (one, other, candidate) => {
    expect(globsMeet(one, other)).toBe(globsMeet(other, one));
    if (matchesByRegExp(one, candidate) && matchesByRegExp(other, candidate)) {
      expect(globsMeet(one, other)).toBe(true);
    }
  }), { numRuns: 2_000 });
});

test.each([
  ['iam:pass*', 'iam:*role', true],
  ['iam:get*', 'iam:pass*', false],
  ['s3:?et*', 's3:getdataaccess', true],
  ['s3:get', 's3:get?', false],
])('globsMeet(%s, %s) is %s', (one, other, meet) => {
  expect(globsMeet(one, other)).toBe(meet);
});
