import * as fc from 'fast-check';
import { globMatches } from '../../../src/aws/iam/globs';

const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });

/** The definition, in one line, for short input. */
function matchesByRegExp(pattern: string, candidate: string): boolean {
  return new RegExp(`^${pattern.replace(/\*/g, '[^]*').replace(/\?/g, '[^]')}$`).test(candidate);
}

test('globMatches says what the definition says', () => {
  fc.assert(fc.property(glob, text, (pattern, candidate) => {
    expect(globMatches(pattern, candidate)).toBe(matchesByRegExp(pattern, candidate));
  }), { numRuns: 2_000 });
});

test('a hostile pattern is answered at once', () => {
  // Without a limit on the work it takes longer than the universe is old.
  const started = process.hrtime.bigint();
  expect(globMatches('*a'.repeat(200) + 'b', 'a'.repeat(2_000))).toBe(false);
  expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(10_000);
});
