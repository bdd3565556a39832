import * as fc from 'fast-check';
import { certificate, finding, former, input, leaving, LEFT_AT, missing, quarantined, report, VERIFIED_AT } from './left';
import { buildCertificate, buildDeletionRecord, certificateText, DecommissionCertificate, DeletionRecord, hashOfText, renderCertificate } from '../../../runtime/evidence';

const full = buildCertificate(input({
  state: { ...leaving(), principals: { P: quarantined, Q: missing, R: former } },
  principals: [quarantined, missing],
  reports: [
    report('own-secrets', { found: [finding('secret/agents/invoice-bot/token'), finding('secret/agents/other-bot/token', { actedOn: false })], wiped: [finding('secret/agents/invoice-bot/token')] }),
    report('tagged-only', { reportedOnly: [finding('arn:of-a-secret', { note: 'only tagged: look at it' })] }),
  ],
}));

const shownOf = (one: DecommissionCertificate, deletion?: DeletionRecord): string => (
  renderCertificate(deletion === undefined ? { certificate: one } : { certificate: one, deletion }));

test('people read in it who left, what was done, what was left alone, and how to check it', () => {
  expect(shownOf(full)).toBe(`Decommission certificate left-1

agent        invoice-bot (account 111122223333, registry agents)
purpose      Matches invoices
sponsor      Ada (ada@example.com)
joined       2026-03-01T00:00:00.000Z
left         2026-06-01T00:02:00.000Z
requested by arn:aws:cloudformation:eu-west-1:111122223333:stack/Mine/1
approved by  nobody [1, 2, 3]
request      cloudformation-withdraw-1
effective    2026-06-01T00:00:20.000Z, when IAM's policy simulator showed the last denial

principals
  arn:aws:iam::111122223333:role/agents/test/invoice-bot-test (P)
    denied everything since 2026-06-01T00:00:00.000Z by its permissions boundary AWSDenyAll
    IAM's policy simulator showed the denial at 2026-06-01T00:00:20.000Z
    last checked 2026-06-01T00:01:30.000Z; since then no one can assume it
    the role was still in IAM at 2026-06-01T00:01:30.000Z
  arn:aws:iam::111122223333:role/agents/production/invoice-bot-production (Q)
    not found in IAM since 2026-06-01T00:00:00.000Z: nothing was left to deny
    last checked 2026-06-01T00:01:30.000Z; since then no one can assume it
    IAM had no role of this id at 2026-06-01T00:01:30.000Z

principals retired earlier
  arn:aws:iam::111122223333:role/agents/staging/invoice-bot-staging (R)
    IAM had no role of this id at 2026-06-01T00:01:30.000Z

searched
  own-secrets                    2 found, 1 deleted, checked again 2026-06-01T00:01:00.000Z [4]
  tagged-only                    0 found, 0 deleted, checked again 2026-06-01T00:01:00.000Z [5, 6, 7]

deleted, and not found by a second search
  secret/agents/invoice-bot/token

found and left alone
  arn:of-a-secret: only tagged: look at it

grants that ended [8]
  test: 1, in force, digest test-1

trusted
  Service lambda.amazonaws.com

depended on it [9, 10]
  nothing

handed over: nothing

exceptions, each with owner and date
  left-alone: arn:of-a-secret: only tagged: look at it; ada@example.com, 2026-06-01T00:02:00.000Z
  awaited: arn:aws:iam::111122223333:role/agents/test/invoice-bot-test: still in IAM, denied everything; stack Mine, 2026-06-01T00:01:30.000Z

known gaps
  [1] CloudFormation names neither the person nor the role that began the deployment: CloudTrail has both, under the stack that requested
  [2] the registry asks nobody to approve a leave
  [3] no order of a person is recorded: the time of the request is that of the first record of the teardown
  [4] secrets in other regions, but for replicas
  [5] services that the Resource Groups Tagging API does not know, such as IAM's roles and users
  [6] keys of tags in another case, but for secrets
  [7] other regions
  [8] what each grant allows: the event of the deployment has it, under the digest
  [9] who reads what it sent, such as events and messages, besides agents of its own app: AWS records no readers
  [10] stacks that import its role or another output of its stack: nhi plan and nhi offboard list them before a leave

follows event ${'c'.repeat(64)}
sha-256      ${hashOfText(certificateText(full))}

Second part: not written. It is not confirmed that the roles that were still in IAM are deleted; \`nhi show\` says whether they are left over.`);
});

test('the second part says when the roles no longer existed, and to which first part it belongs', () => {
  const deletion = buildDeletionRecord('agents', leaving(), { id: 'left-1', sha256: hashOfText(certificateText(full)) }, [{ ...quarantined, absentAt: '2026-06-01T00:03:00.000Z' }], LEFT_AT);

  expect(shownOf(full, deletion).split('\n').slice(-9)).toEqual([
    '',
    'Second part, recorded 2026-06-01T00:02:00.000Z',
    '',
    '  arn:aws:iam::111122223333:role/agents/test/invoice-bot-test (P)',
    '    IAM had no role of this id at 2026-06-01T00:03:00.000Z',
    '',
    `to sha-256   ${hashOfText(certificateText(full))}`,
    `follows event ${'c'.repeat(64)}`,
    `sha-256      ${hashOfText(certificateText(deletion))}`,
  ]);
});

test('nothing wiped and nothing left alone is said in words', () => {
  expect(shownOf(certificate())).toMatch(/a second search\n {2}nothing\n\nfound and left alone\n {2}nothing\n/);
});

test('who had no principals before has no line about them', () => {
  expect(shownOf(full)).toContain('retired earlier');
  expect(shownOf(certificate())).not.toContain('retired earlier');
});

test('that nothing was denied is not dressed up: the lines about a denial are not there', () => {
  const shown = shownOf(buildCertificate(input({ principals: [{ ...quarantined, denial: undefined }] })));

  expect(shown).toContain('(P)');
  expect(shown).not.toMatch(/denied everything|simulator/);
});

test('each means of a denial, and who deleted the role, is said in words', () => {
  const denial = { ...quarantined.denial!, by: ['permissions-boundary', 'attached-policy'] as const };
  const deleted = { ...quarantined, denial, registryDeletionAt: VERIFIED_AT, absentAt: VERIFIED_AT };
  const shown = shownOf(buildCertificate(input({ principals: [deleted] })));

  expect(shown).toContain('by its permissions boundary AWSDenyAll and the attached policy AWSDenyAll');
  expect(shown).toContain(`the registry began to delete the role at ${VERIFIED_AT}\n    IAM had no role of this id at ${VERIFIED_AT}`);
  expect(shown).not.toMatch(/second part|still in IAM/i);
});

test.each([
  ['escape', '\u001b[2J'], ['line break', '\nleft         never'], ['carriage return', '\rleft'], ['8-bit escape', '\u009b2J'], ['backspace', '\b\b'],
  ['right-to-left override', '\u202e'], ['zero-width space', '\u200b'], ['null', '\u0000'], ['line separator', '\u2028'], ['paragraph separator', '\u2029'],
])('%s in what came from outside can\'t move the cursor or fake a line', (_, hostile) => {
  const lines = shownOf(full).split('\n').length;

  const shown = shownOf({ ...full, purpose: `x${hostile}y`, leftAlone: [{ id: `arn${hostile}`, note: hostile }], sponsor: { id: hostile, name: hostile } });

  expect(shown.split(/[\n\u2028\u2029]/)).toHaveLength(lines);
  expect(shown.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
  expect(shown).toContain('purpose      x ');
});

test('what isn\'t ASCII is shown as it is', () => {
  expect(shownOf({ ...full, purpose: 'Prüft Rechnungen – für 日本 😀' })).toContain('purpose      Prüft Rechnungen – für 日本 😀');
});

test('law: whatever is in it, it has as many lines as it should, and no control character', () => {
  const lines = shownOf(full).split('\n').length;
  const text = fc.string({ unit: fc.oneof(fc.constantFrom('\n', '\r', '\u001b', '\u009b', '\u202e', '\u2028'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })) });
  fc.assert(fc.property(text, text, text, (purpose, name, by) => {
    const shown = shownOf({ ...full, purpose, by, sponsor: { id: name, name } });
    expect(shown.split(/[\n\u2028\u2029]/)).toHaveLength(lines);
    expect(shown.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
  }));
});
