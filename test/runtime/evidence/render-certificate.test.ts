import * as fc from 'fast-check';
import { certificate, finding, input, neverCut, quarantined, report } from './left';
import { buildCertificate, certificateText, hashOfText, renderCertificate } from '../../../runtime/evidence';

const full = buildCertificate(input({
  principals: [quarantined, neverCut],
  reports: [
    report('own-secrets', { found: [finding('secret/agents/invoice-bot/token'), finding('secret/agents/other-bot/token', { actedOn: false })], wiped: [finding('secret/agents/invoice-bot/token')] }),
    report('tagged-only', { reportedOnly: [finding('arn:of-a-secret', { note: 'only tagged: look at it' })] }),
  ],
}));

test('people read in it who left, what was done, what was left alone, and how to check it', () => {
  expect(renderCertificate(full)).toBe(`Decommission certificate left-1

agent        invoice-bot (account 111122223333, registry agents)
purpose      Matches invoices
sponsor      Ada (ada@example.com)
joined       2026-03-01T00:00:00.000Z
left         2026-06-01T00:02:00.000Z
by           arn:aws:cloudformation:eu-west-1:111122223333:stack/Mine/1

principals
  arn:aws:iam::111122223333:role/agents/test/invoice-bot-test (P), denied since 2026-06-01T00:00:00.000Z
  arn:aws:iam::111122223333:role/agents/production/invoice-bot-production (Q), denied since it was gone already

looked for
  own-secrets                    2 found, 1 wiped, looked again 2026-06-01T00:01:00.000Z
  tagged-only                    0 found, 0 wiped, looked again 2026-06-01T00:01:00.000Z

wiped
  secret/agents/invoice-bot/token

seen and left alone
  arn:of-a-secret: only tagged: look at it

what is claimed
${full.claims.map((claim) => `  - ${claim}`).join('\n')}

follows event ${'c'.repeat(64)}
sha-256      ${hashOfText(certificateText(full))}`);
});

test('nothing wiped and nothing left alone is said in words', () => {
  expect(renderCertificate(certificate())).toMatch(/wiped\n {2}nothing\n\nseen and left alone\n {2}nothing\n/);
});

test.each([
  ['escape', '\u001b[2J'], ['line break', '\nleft         never'], ['carriage return', '\rleft'], ['8-bit escape', '\u009b2J'], ['backspace', '\b\b'],
  ['right-to-left override', '\u202e'], ['zero-width space', '\u200b'], ['null', '\u0000'], ['line separator', '\u2028'], ['paragraph separator', '\u2029'],
])('%s in what came from outside can\'t move the cursor or fake a line', (_, hostile) => {
  const lines = renderCertificate(full).split('\n').length;

  const shown = renderCertificate({ ...full, purpose: `x${hostile}y`, leftAlone: [{ id: `arn${hostile}`, note: hostile }], sponsor: { id: hostile, name: hostile } });

  expect(shown.split(/[\n\u2028\u2029]/)).toHaveLength(lines);
  expect(shown.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
  expect(shown).toContain('purpose      x ');
});

test('what isn\'t ASCII is shown as it is', () => {
  expect(renderCertificate({ ...full, purpose: 'Prüft Rechnungen – für 日本 😀' })).toContain('purpose      Prüft Rechnungen – für 日本 😀');
});

test('law: whatever is in it, it has as many lines as it should, and no control character', () => {
  const lines = renderCertificate(full).split('\n').length;
  const text = fc.string({ unit: fc.oneof(fc.constantFrom('\n', '\r', '\u001b', '\u009b', '\u202e', '\u2028'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })) });
  fc.assert(fc.property(text, text, text, (purpose, name, by) => {
    const shown = renderCertificate({ ...full, purpose, by, sponsor: { id: name, name } });
    expect(shown.split(/[\n\u2028\u2029]/)).toHaveLength(lines);
    expect(shown.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
  }));
});
