import * as fc from 'fast-check';
import { codeOf, TOKENS } from './code-of';
import { validateEmail } from '../../src/core/email';
import { iamTagValue } from '../../src/core/tag-value';

const validate = (email: string) => validateEmail('the sponsor email', email);
const LONGEST_LABEL = 'd'.repeat(63);

test.each([
  'ada.park@example.com',
  'ada.park+agents@example.com',
  'A_d=a/b-c@Sub.Example.co',
  'a@b.co',
  '1@2.co',
  'ada@xn--bcher-kva.example',
  'ada@example.xn--p1ai',
  `${'a'.repeat(64)}@example.com`,
  `ada@${LONGEST_LABEL}.com`,
  `ada@example.${LONGEST_LABEL}`,
  // 254 characters
  `${'a'.repeat(58)}@${[LONGEST_LABEL, LONGEST_LABEL, LONGEST_LABEL].join('.')}.com`,
])('%s is kept as it is', (email) => {
  expect(validate(email)).toBe(email);
  expect(iamTagValue(email)).toBe(email);
});

test.each([
  ['nothing', ''],
  ['no @', 'ada.example.com'],
  ['two @', 'ada@park@example.com'],
  ['no local part', '@example.com'],
  ['no domain', 'ada@'],
  ['a domain without a dot', 'ada@localhost'],
  ['an address as a domain', 'ada@127.0.0.1'],
  ['an empty label', 'ada@example..com'],
  ['a dot first', '.ada@example.com'],
  ['a dot last', 'ada.@example.com'],
  ['two dots', 'ada..park@example.com'],
  ['a hyphen at the beginning of a label', 'ada@-example.com'],
  ['a hyphen at the end of a label', 'ada@example-.com'],
  ['a top level of one letter', 'ada@example.c'],
  ['a local part that is too long', `${'a'.repeat(65)}@example.com`],
  ['a label that is too long', `ada@${LONGEST_LABEL}d.com`],
  ['a top level that is too long', `ada@example.${LONGEST_LABEL}d`],
  ['too many characters', `${'a'.repeat(63)}@${[LONGEST_LABEL, LONGEST_LABEL, 'd'.repeat(59)].join('.')}.com`],
  ['a name', 'Ada Park <ada@example.com>'],
  ['quotes', '"ada park"@example.com'],
  ['what a tag can\'t hold', 'o\'hara@example.com'],
  ['letters from elsewhere', 'zoë@example.com'],
  ['spaces around', ' ada@example.com '],
  ['a line break at the end', 'ada@example.com\n'],
  ['another header', 'ada@example.com\r\nBcc: eve@example.com'],
])('fails when the address has %s', (_what, email) => {
  expect(codeOf(() => validate(email))).toBe('EmailInvalid');
});

test.each(TOKENS)('fails when it is the token %s', (token) => {
  expect(codeOf(() => validate(token))).toBe('LiteralRequired');
});

test('fails when it is no text', () => {
  expect(codeOf(() => validate(undefined as unknown as string))).toBe('TextRequired');
});

test('the error says which address, and what is allowed', () => {
  expect(() => validate('zoë@example.com')).toThrow('the sponsor email "zoë@example.com" is not a mail address that can be kept in a tag: use name@domain.tld');
});

test('any address survives as a tag unchanged, or is refused', () => {
  const nearly = fc.string({ unit: fc.constantFrom('a', 'Z', '9', '.', '@', '-', '+', '=', '_', '/', ' ', '\'', '!', 'ë', '\n'), maxLength: 20 })
    .map((text) => `${text}@example.com`);
  fc.assert(fc.property(fc.oneof(fc.emailAddress(), nearly, fc.string()), (email) => {
    const code = codeOf(() => {
      expect(validate(email)).toBe(email);
      expect(iamTagValue(email)).toBe(email);
    });
    expect([undefined, 'EmailInvalid']).toContain(code);
  }), { numRuns: 2_000 });
});

test('addresses of the allowed letters are accepted', () => {
  const local = fc.array(fc.stringMatching(/^[A-Za-z0-9_+=/-]{1,10}$/), { minLength: 1, maxLength: 5 }).map((atoms) => atoms.join('.'));
  const label = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9-]{0,10}[A-Za-z0-9])?$/);
  const domain = fc.tuple(fc.array(label, { minLength: 1, maxLength: 4 }), fc.stringMatching(/^[a-z]{2,8}$/)).map(([labels, top]) => [...labels, top].join('.'));
  fc.assert(fc.property(local, domain, (name, host) => {
    expect(validate(`${name}@${host}`)).toBe(`${name}@${host}`);
  }));
});
