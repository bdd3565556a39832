import { DETAILS, noticeOf } from './facts';
import { NoticeKind } from '../../../runtime/model/notice';
import { renderDigest } from '../../../runtime/notifications/digest';
import { recipientsOf } from '../../../runtime/notifications/recipients';
import { KINDS, TEMPLATES } from '../../../runtime/notifications/templates';
import { AgentEvent } from '../../../src/aws/lifecycle-registry';
import { TOLD_EVENTS } from '../../../src/contract/notifications';

const CONTEXT = { registry: 'agents', person: 'ada.park@example.com', day: '2027-02-01' };
const SPONSOR = {
  kind: 'person' as const, name: 'Li Chen', email: 'li.chen@example.com', accountableName: 'Li Chen', accountableEmail: 'Li.Chen@example.com', backupEmail: 'sam.roe@example.com', id: 'li',
};
const render = (kind: NoticeKind, details = DETAILS[kind]) => renderDigest([noticeOf(kind, { details })], CONTEXT);

test('each kind has a template, and each kind of an agent is an event of the registry', () => {
  expect(Object.keys(TEMPLATES).sort()).toEqual([...KINDS].sort());
  expect(AgentEvent.all().map(({ name }) => name)).toEqual(expect.arrayContaining([...TOLD_EVENTS]));
});

test.each<[NoticeKind, NoticeKindCase]>([
  ['sweep-held', { subject: '[agents] a sweep holds back 14 agents', says: ['10 would be allowed', 'ab'.repeat(32), '111122223333/other-bot end', 'nhi approve-sweep'] }],
  ['dependency-leaves', { subject: '[agents] invoice-bot ends at 2027-03-31 00:00 UTC, and an agent of yours depends on it', says: ['agent planner may invoke it', 'ada.park@example.com', 'removed from their code before the end'] }],
  ['transition-failed', { subject: '[agents] a change of invoice-bot failed', says: ['StackNotAtRest', 'UPDATE_ROLLBACK_FAILED', 'nhi list'] }],
  ['teardown-incomplete', { subject: '[agents] the teardown of invoice-bot is incomplete', says: ['something left'] }],
  ['orphan-found', { subject: '[agents] a role of invoice-bot is left over', says: ['invoice-bot-test', 'nhi finish invoice-bot'] }],
  ['review-due', { subject: '[agents] decide the access of invoice-bot before 2027-02-14 06:00 UTC', says: ['which services does it still need?', 'dynamodb, s3', 'nhi review decide invoice-bot', '2027-03-16 06:00 UTC'] }],
  ['review-overdue', { subject: '[agents] nobody decided the review of invoice-bot', says: ['may do nothing', 'nhi review show invoice-bot', '2027-03-16 06:00 UTC'] }],
  ['reduced', { subject: '[agents] invoice-bot is denied access that it does not need', says: ['s3:*', 'It reads no files any more', 'removed from the agent\'s code', 'Billing/InvoiceBot', 'accessIn(test), on <Files[.]Arn>/*: remove s3:PutObject; keep s3:GetObject'] }],
  ['review-decided', { subject: '[agents] a reviewer asks for a change of the code of invoice-bot', says: ['It needs one bucket', 'li.chen@example.com', 'Billing/InvoiceBot', 'now s3:GetObject, s3:PutObject'] }],
  ['expiry-near', { subject: '[agents] invoice-bot ends at 2027-03-31 00:00 UTC', says: ['ends soon', '2027-04-07 00:00 UTC', 'a later end declared in its code'] }],
  ['zombie-found', { subject: '[agents] invoice-bot is unused', says: ['within 30 days', 'IAM knows of no use of the role', '2027-02-14 00:00 UTC', 'nhi keep invoice-bot'] }],
  ['credential-old', { subject: '[agents] invoice-bot has credentials that are too old', says: ['older than the 90 days', '2026-10-31 06:00 UTC: agents_invoice-bot_test_erp', 'next "generation"'] }],
  ['suspended', { subject: '[agents] invoice-bot was suspended', says: ['may do nothing', 'It sends mails to customers', 'nhi resume invoice-bot'] }],
  ['expired', { subject: '[agents] invoice-bot was torn down', says: ['past its end', 'invoice-bot-test', 'removed from its stack'] }],
  ['sponsor-changed', { subject: '[agents] the sponsor entry of invoice-bot changed', says: ['You are the sponsor', 'Ada Park, now Li Chen', 'Ada.Park@example.com, now li.chen@example.com'] }],
  ['rubber-stamp-suspected', { subject: '[agents] the reviews of ada.park@example.com may be no real reviews', says: ['faster than anybody can read', 'although something was found', '4 seconds', '100 % of 20 reviews', 'nhi campaign open'] }],
  ['reviews-delegated', { subject: '[agents] sam.roe@example.com may decide the reviews of invoice-bot', says: ['may decide for ada.park@example.com', '2027-03-01 00:00 UTC', 'Away for some weeks', 'nhi review delegate invoice-bot sam.roe@example.com --end'] }],
  ['joined', { subject: '[agents] invoice-bot joined', says: ['You are accountable', 'Matches supplier invoices', '2027-03-31 00:00 UTC'] }],
  ['resumed', { subject: '[agents] invoice-bot was resumed', says: ['It was a false alarm', '2027-01-02 03:04 UTC'] }],
  ['kept', { subject: '[agents] invoice-bot is still needed', says: ['closing of the year'] }],
  ['renewed', { subject: '[agents] invoice-bot may be deployed with a later end', says: ['2027-06-30 00:00 UTC', '2027-04-14 00:00 UTC', 'The project goes on'] }],
  ['left', { subject: '[agents] invoice-bot left', says: ['decommission certificate'] }],
])('%s says what happened, what it means and what to do, as text and as HTML', (kind, { subject, says }) => {
  const digest = render(kind);
  expect(digest.subject).toBe(subject);
  for (const part of says) {
    expect(digest.text).toContain(part);
    expect(unescaped(digest.html)).toContain(part);
  }
  expect(digest.text).toContain('111122223333');
  expect(digest.text).not.toContain('undefined');
});

interface NoticeKindCase { readonly subject: string; readonly says: readonly string[] }

test('of decisions only the request for a change is reported, to the sponsor and the backup', () => {
  const to = (verdict: string) => recipientsOf(noticeOf('review-decided', { details: { ...DETAILS['review-decided'], verdict } }).facts, SPONSOR, ['ops@example.com']).map(({ person }) => person);
  expect(to('request-change')).toEqual(['li.chen@example.com', 'sam.roe@example.com']);
  expect(['keep', 'reduce', 'transfer', 'leave'].flatMap(to)).toEqual([]);
});

test('a long change of the code is cut, and says so', () => {
  const statements = Array.from({ length: 10 }, (_, index) => `accessIn(test), on <B${index}>: remove s3:GetObject`);
  const { text } = render('reduced', { ...DETAILS.reduced, codeChange: statements });
  expect(text).toContain(statements[7]);
  expect(text).not.toContain(statements[8]);
  expect(text).toContain('and 2 more');
});

test('a warning before the end and the end itself differ', () => {
  const reached = render('expiry-near', { ...DETAILS['expiry-near'], isReached: true });
  expect(reached.subject).toBe('[agents] invoice-bot has ended');
  expect(reached.text).toContain('nhi renew invoice-bot');
  expect(render('expiry-near').text).not.toContain('nhi renew');
});

test('an end that reviews carry on is said where people are asked to do something about it', () => {
  const certifiedUntil = '2027-02-14T06:00:00Z';
  expect(render('joined', { ...DETAILS.joined, certifiedUntil }).text).toContain('May do nothing after, unless you have decided its review: 2027-02-14 06:00 UTC');
  expect(render('review-due', { ...DETAILS['review-due'], accessEndsAt: certifiedUntil }).text).toContain('Its access ends, unless you decide, at: 2027-02-14 06:00 UTC');
  for (const isReached of [false, true]) {
    expect(render('expiry-near', { ...DETAILS['expiry-near'], isReached, untilCertified: true }).text).toContain('Then decide its review');
    expect(render('expiry-near', { ...DETAILS['expiry-near'], isReached }).text).not.toContain('decide its review');
  }
  const { tornDownAt: _later, ...overdue } = DETAILS['review-overdue'] as { tornDownAt: string };
  expect(render('review-overdue', overdue).text).not.toContain('Will be torn down at');
});

test('what was torn down by a review, and what was given back, is said', () => {
  expect(render('expired', { ...DETAILS.expired, cause: 'review' }).text).toContain('A reviewer let the agent leave, or nobody decided its review, so the registry tore it down');
  expect(render('expired', { ...DETAILS.expired, cause: 'unused' }).text).toContain('unused');
  expect(render('reduced', { givenBack: ['s3:*'], reason: 'It is needed', deniedNow: [] })).toMatchObject({ subject: '[agents] invoice-bot got access back', text: expect.stringContaining('Given back: s3:*') });
  expect(render('review-due', { ...DETAILS['review-due'], step: 'changed' }).text).toContain('A deployment changed the agent during its review');
});

test('a second reviewer reads why, and not what the first one decided; a delegation that ended is said to have', () => {
  expect(render('review-due', { ...DETAILS['review-due'], step: 'second', secondReviewers: ['li.chen@example.com'] }).text).toContain('each without seeing what the other decided');
  const { until: _until, ...ended } = DETAILS['reviews-delegated'];
  expect(render('reviews-delegated', ended)).toMatchObject({ subject: '[agents] sam.roe@example.com no longer decides the reviews of invoice-bot', text: expect.stringContaining('What was decided until now counts') });
});

test('an unused agent that will not be suspended is not said to be', () => {
  const { suspendedAt: _none, ...details } = DETAILS['zombie-found'];
  expect(render('zombie-found', details).text).not.toContain('suspended');
});

test.each<[NoticeKind, object, string[]]>([
  ['expiry-near', {}, ['li.chen@example.com']],
  ['expiry-near', { isReminder: true }, ['li.chen@example.com', 'sam.roe@example.com']],
  ['expiry-near', { isReached: true }, ['li.chen@example.com', 'sam.roe@example.com']],
  ['zombie-found', {}, ['li.chen@example.com', 'sam.roe@example.com']],
  ['zombie-found', { suspendedAt: '' }, ['li.chen@example.com']],
  ['sponsor-changed', {}, ['li.chen@example.com', 'sam.roe@example.com', 'ada.park@example.com']],
  ['sponsor-changed', { changed: { accountableEmail: { from: 'sam.roe@example.com', to: 'x' } } }, ['li.chen@example.com', 'sam.roe@example.com']],
  ['sponsor-changed', { changed: { accountableEmail: { from: 'a@b.example\nBcc: c@d.example', to: 'x' } } }, ['li.chen@example.com', 'sam.roe@example.com']],
  ['suspended', {}, ['li.chen@example.com', 'sam.roe@example.com']],
  ['review-due', {}, ['li.chen@example.com']],
  ['review-due', { isEscalated: true }, ['li.chen@example.com', 'sam.roe@example.com']],
  ['review-due', { delegates: ['kim.roe@example.com'] }, ['li.chen@example.com', 'kim.roe@example.com']],
  ['review-due', { isEscalated: true, secondReviewers: ['kim.roe@example.com'] }, ['kim.roe@example.com']],
  ['review-due', { delegates: ['kim@example.com\nBcc: c@d.example', 7] }, ['li.chen@example.com']],
  ['reviews-delegated', { delegates: ['kim.roe@example.com'] }, ['kim.roe@example.com', 'li.chen@example.com', 'sam.roe@example.com']],
  ['rubber-stamp-suspected', {}, ['audit@example.com', 'ops@example.com']],
  ['rubber-stamp-suspected', { notify: '' }, ['ops@example.com']],
  ['review-overdue', { delegates: ['kim.roe@example.com'], secondReviewers: ['pat@example.com'] }, ['li.chen@example.com', 'sam.roe@example.com', 'kim.roe@example.com', 'pat@example.com', 'ops@example.com']],
  ['review-overdue', {}, ['li.chen@example.com', 'sam.roe@example.com', 'ops@example.com']],
  ['left', {}, ['li.chen@example.com']],
  ['transition-failed', {}, ['ops@example.com']],
  ['sweep-held', {}, ['ops@example.com']],
])('%s %j goes to %j', (kind, changes, people) => {
  const { facts } = noticeOf(kind, { details: { ...DETAILS[kind], ...changes } });
  expect(recipientsOf(facts, SPONSOR, ['ops@example.com']).map(({ person }) => person)).toEqual(people);
});

test('the former sponsor and the backup read their own text', () => {
  const textFor = (audience: 'former-sponsor' | 'backup') => renderDigest([{ ...noticeOf('sponsor-changed'), audience }], CONTEXT).text;
  expect(textFor('former-sponsor')).toContain('You are no longer the sponsor');
  expect(textFor('backup')).toContain('You are the backup');
});

test('many notices are one message: the urgent ones first, then the rest in a list, then a number', () => {
  const many = Array.from({ length: 530 }, (_, index) => noticeOf('left', { agentName: `bot-${String(index).padStart(3, '0')}` }));
  const { subject, text, html } = renderDigest([...many, noticeOf('expiry-near')], CONTEXT);
  expect(subject).toBe('[agents] 531 notices about agents');
  expect(text.indexOf('invoice-bot ends')).toBeLessThan(text.indexOf('bot-000 left'));
  expect(text.match(/^== /gm)).toHaveLength(25);
  expect(text).toContain('\n- bot-030 left\n');
  expect(text).toContain('And 6 more');
  expect(html.match(/<li>/g)).toHaveLength(500);
  expect(html).toContain('And 6 more');
});

function unescaped(html: string): string {
  return html.replace(/&quot;/g, '"').replace(/&#39;/g, '\'').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}
