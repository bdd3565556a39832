import { globCovers } from '../../src/core/glob';

test.each([
  ['s3:GetObject', 's3:GetObject', true],
  ['s3:Get*', 's3:GetObject', true],
  ['s3:Get*', 's3:GetObject*', true],
  ['s3:*', 's3:Get*', true],
  ['*', 'anything', true],
  ['s3:Get?bject', 's3:GetObject', true],
  ['a*c*e', 'abcde', true],
  ['s3:GetObject', 's3:Get*', false],
  ['s3:Get?', 's3:Get*', false],
  ['a*c', 'a*', false],
  ['a*c*e', 'abcd', false],
  ['s3:Get', 's3:GetObject', false],
  ['all but s3:Get*', 'all but s3:Get*', true],
  ['all but s3:Get*', 'all but s3:GetObject', false],
  ['*', 'all but s3:GetObject', false],
])('%s covers %s: %s', (pattern, text, covers) => expect(globCovers(pattern, text)).toBe(covers));

test('a hostile pattern costs nothing', () => expect(globCovers(`${'a*'.repeat(200)}b`, 'a'.repeat(1_000))).toBe(false));
