import * as fc from 'fast-check';
import { codeOf, TOKENS } from './code-of';
import { requirePlainText } from '../../src/core/text';
import { UNSEEN } from '../../src/core/unseen';

const plain = (text: unknown) => requirePlainText('the purpose', text as string);

test.each(['', 'x', 'Matches invoices & orders: 100 % <b>"quoted"</b>', 'prüft 請求書 😀 فاتورة', 'in  the middle', '{{resolve}}', '{{ name }}', '{resolve:ssm:x}', '${AWS::Region}', '${aws:username}'])('%j stays as it is', (text) => {
  expect(plain(text)).toBe(text);
});

test.each([
  ['{{resolve:secretsmanager:prod/db:SecretString:password}}'], ['{{resolve:ssm:/x}}'], ['for {{resolve:ssm-secure:/x:1}} only'], ['{{resolve:'], ['{{ resolve : ssm:/x }}'], ['{{RESOLVE:ssm:/x}}'],
])('fails for the dynamic reference %s', (text) => {
  expect(codeOf(() => plain(text))).toBe('DynamicReference');
});

test.each([
  ['a line break', 'a\nb'], ['a line break of Windows', 'a\r\nBcc: eve@example.com'], ['a line break at the end', 'a\n'], ['an escape', '\u001b[2J'], ['an 8-bit escape', '\u009b2J'], ['null', '\u0000'],
  ['a turn of direction', 'a\u202eb'], ['an isolate', 'a\u2066b'], ['a zero-width space', 'a\u200bb'], ['a byte order mark', '\ufeffa'], ['half a pair', 'a\ud83d'], ['a line separator', 'a\u2028b'],
  ['tag characters', 'a\u{e0041}'], ['a space before', ' a'], ['a space behind', 'a '], ['a space that does not break', '\u00a0a'], ['a space alone', ' '],
])('fails for %s', (_what, text) => {
  expect(codeOf(() => plain(text))).toBe('TextNotPlain');
});

test.each(TOKENS)('fails for the token %s', (token) => {
  expect(codeOf(() => plain(token))).toBe('LiteralRequired');
});

test.each([[undefined], [null], [7], [{}], [['a']]])('fails for %p', (value) => {
  expect(codeOf(() => plain(value))).toBe('TextRequired');
});

test('the error shows no one what it refuses', () => {
  expect(() => plain('a\u001b[2J\u202e')).toThrow('the purpose "a\\u001b[2J\\u202e" holds line breaks, control characters or marks that no one sees: write one line of visible characters');
});

test('any text is given back as it was given, or refused with a code', () => {
  const part = fc.oneof(fc.string({ unit: 'binary', size: 'max', maxLength: 300 }), fc.string({ unit: 'grapheme', size: 'max', maxLength: 300 }), fc.constantFrom('{{', 'resolve', ':', ' ', '}}', '\n', '\u202e', ...TOKENS));
  fc.assert(fc.property(fc.array(part, { maxLength: 6 }).map((parts) => parts.join('')), (text) => {
    const code = codeOf(() => expect(plain(text)).toBe(text));
    expect([undefined, 'DynamicReference', 'TextNotPlain', 'LiteralRequired']).toContain(code);
    expect(code === undefined && (UNSEEN.test(text) || /\{\{resolve:/.test(text))).toBe(false);
  }), { numRuns: 1_000 });
});
