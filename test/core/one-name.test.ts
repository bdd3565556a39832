import fc from 'fast-check';
import { codeOf } from './code-of';
import { literalParts, requireOneName, standsForMore } from '../../src/core/one-name';

const ARN = 'arn:aws:iam::111122223333:role/app/orders';

test.each([
  ['a wildcard', 'arn:aws:iam::111122223333:role/app/*'],
  ['a wildcard for one character', 'arn:aws:iam::111122223333:role/app/order?'],
  ['a policy variable', 'arn:aws:iam::111122223333:role/${aws:username}'],
  ['a dynamic reference', 'arn:aws:iam::111122223333:role/{{resolve:ssm:name}}'],
  ['a wildcard beside a placeholder', '${Token[Role.Arn.12]}*'],
  ['a variable made of what stands around a placeholder', '$${Token[TOKEN.1]}{aws:username}*'],
])('%s is refused', (_what, name) => {
  expect(codeOf(() => requireOneName('the role', name))).toBe('WildcardName');
});

test.each([ARN, 'orders', 'a.b_c+d=e,f@g-h', '${Token[Role.Arn.12]}', '${TfToken[TOKEN.3]}', 'arn:${Token[AWS.Partition.1]}:iam::111122223333:role/app/orders'])('%s is one name', (name) => {
  expect(requireOneName('the role', name)).toBe(name);
});

test('a name stands for more exactly if it holds a wildcard, a variable or a dynamic reference, wherever it is', () => {
  const plain = fc.string({ size: 'max', maxLength: 2_048, unit: fc.constantFrom(...'abcXYZ0189/:-_.=+,@') });
  fc.assert(fc.property(plain, plain, fc.constantFrom('*', '?', '${', '{{resolve:ssm:a}}'), (before, after, special) => {
    expect(standsForMore(`${before}${after}`)).toBe(false);
    expect(standsForMore(`${before}${special}${after}`)).toBe(true);
  }));
});

test('placeholders are no literal part, and join nothing', () => {
  expect(literalParts('a${Token[Role.Arn.12]}b')).toBe('a b');
  expect(literalParts('$${Token[TOKEN.1]}{x}')).toBe('$ {x}');
});
