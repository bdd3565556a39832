import { ownerPattern } from '../../../runtime/inventory/owner-pattern';

test.each<[pattern: string, path: string, fits: boolean]>([
  ['*', 'a/b.ts', true],
  ['*.tf', 'a/b.tf', true],
  ['*.tf', 'a/b.tfx', false],
  ['docs', 'docs/a/b.md', true],
  ['docs', 'a/docs', true],
  ['/docs', 'a/docs/b.md', false],
  ['/docs', 'docs/b.md', true],
  ['docs/', 'docs/a/b.md', true],
  ['docs/', 'a/docs/b.md', true],
  ['docs/', 'docs', false],
  ['/docs/', 'a/docs/b.md', false],
  ['docs/*', 'docs/b.md', true],
  ['docs/*', 'docs/a/b.md', false],
  ['docs/*', 'a/docs/b.md', false],
  ['docs/**', 'docs/a/b.md', true],
  ['docs/**', 'docs', false],
  ['**/docs', 'a/b/docs/c', true],
  ['**/docs', 'docs', true],
  ['a/**/z', 'a/z', true],
  ['a/**/z', 'a/b/c/z', true],
  ['a/**/z', 'b/a/z', false],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['a+(b)', 'a+(b)', true],
  ['a.c', 'abc', false],
])('%s and %s: %s', (pattern, path, fits) => {
  expect(ownerPattern(pattern)(path)).toBe(fits);
});

test('a hostile pattern and path are compared in few steps', () => {
  const names = Array.from({ length: 400 }, () => 'a'.repeat(60));
  // By backtracking, either would take longer than the universe has been there.
  expect(ownerPattern(`${'**/'.repeat(200)}b`)(names.join('/'))).toBe(false);
  expect(ownerPattern(`${'*a'.repeat(100)}b`)('a'.repeat(4_000))).toBe(false);
  expect(ownerPattern(`${'**/'.repeat(200)}a*`)(names.join('/'))).toBe(true);
});
