import { codeOf, TOKENS } from './code-of';
import { requirePurpose } from '../../src/core/purpose';

test.each([
  ['Matches supplier invoices to purchase orders', 'Matches supplier invoices to purchase orders'],
  ['  trims what is around it ', 'trims what is around it'],
  ['prüft Rechnungen 請求書', 'prüft Rechnungen 請求書'],
  ['a'.repeat(256), 'a'.repeat(256)],
])('%j says what an agent is for', (given, purpose) => {
  expect(requirePurpose(given)).toBe(purpose);
});

test.each([
  ['nothing', ''],
  ['only spaces', '   '],
  ['too much', 'a'.repeat(257)],
  ['a second line', 'one\ntwo'],
  ['a control character', 'bell\u0007'],
  ['a mark that turns text around', 'a\u202eb'],
])('fails when it says %s', (_what, purpose) => {
  expect(codeOf(() => requirePurpose(purpose))).toBe('PurposeInvalid');
});

test.each(TOKENS)('fails for the token %s', (token) => {
  expect(codeOf(() => requirePurpose(token))).toBe('LiteralRequired');
});
