import { codeOf, TOKENS } from './code-of';
import { requirePurpose } from '../../src/core/purpose';

test.each([
  ['Matches supplier invoices to purchase orders', 'Matches supplier invoices to purchase orders'],
  ['prüft Rechnungen 請求書', 'prüft Rechnungen 請求書'],
  ['a'.repeat(256), 'a'.repeat(256)],
])('%j says what an agent is for', (given, purpose) => {
  expect(requirePurpose(given)).toBe(purpose);
});

test.each([
  ['nothing', ''],
  ['too much', 'a'.repeat(257)],
])('fails when it says %s', (_what, purpose) => {
  expect(codeOf(() => requirePurpose(purpose))).toBe('PurposeInvalid');
});

test.each([
  ['only spaces', '   ', 'TextNotPlain'],
  ['spaces around it', ' Matches invoices ', 'TextNotPlain'],
  ['a second line', 'one\ntwo', 'TextNotPlain'],
  ['a control character', 'bell\u0007', 'TextNotPlain'],
  ['a mark that turns text around', 'a\u202eb', 'TextNotPlain'],
  ['a secret', 'Uses {{resolve:ssm-secure:key}}', 'DynamicReference'],
])('fails when it says %s', (_what, purpose, code) => {
  expect(codeOf(() => requirePurpose(purpose))).toBe(code);
});

test.each(TOKENS)('fails for the token %s', (token) => {
  expect(codeOf(() => requirePurpose(token))).toBe('LiteralRequired');
});
