import { Notice, NoticeFacts, NoticeKind } from '../../../runtime/model/notice';

/** Details of an event of each kind, as the engine records them. */
export const DETAILS: Readonly<Record<NoticeKind, NoticeFacts['details']>> = {
  'sweep-held': { digest: 'ab'.repeat(32), agents: 14, allowed: 10, first: ['111122223333/invoice-bot end', '111122223333/other-bot end'] },
  'transition-failed': { intent: 'leave', code: 'StackNotAtRest', message: 'agent invoice-bot is not torn down yet: its stack is UPDATE_ROLLBACK_FAILED' },
  'teardown-incomplete': {},
  'revocation-open': { revoker: 'okta', kind: 'scim', since: '2027-01-31T06:00:00.000Z', attempts: 4, note: 'it responded 503' },
  'orphan-found': { role: 'invoice-bot-test', foundBy: 'schedule' },
  'drift-found': {
    appeared: ['attached policy arn:aws:iam::aws:policy/AdministratorAccess'], vanished: [], changed: ['trust policy'], omitted: 0, advice: 'find out who changed the role of agent invoice-bot',
  },
  'dependency-leaves': { hasLeft: false, end: '2027-03-31T00:00:00Z', dependants: ['agent planner may invoke it'], sponsorOfAgent: 'ada.park@example.com' },
  'orphan-role': { roleArn: 'arn:aws:iam::111122223333:role/agents/test/by-hand', roleId: 'AROAORPHAN', createdAt: '2027-01-02T03:04:05.000Z' },
  'review-overdue': { review: '2027-01-31T06:00:00Z', deadline: '2027-02-14T06:00:00Z', tornDownAt: '2027-03-16T06:00:00Z' },
  'approval-requested': {
    digest: 'cd'.repeat(32), fromStage: 'test', stack: 'InvoiceBot', expires: '2027-03-31T00:00:00Z', persons: 1, askedBy: 'deployment', asksBackup: false, widened: ['in production: sqs:SendMessage on <Payments.Arn>'], narrowed: [], omittedLines: 0, approvals: [],
  },
  'review-due': {
    review: '2027-01-31T06:00:00Z', step: 'opened', causes: ['interval'], deadline: '2027-02-14T06:00:00Z', tornDownAt: '2027-03-16T06:00:00Z', isEscalated: false, services: ['dynamodb', 's3'], withFindings: ['s3'],
  },
  'rubber-stamp-suspected': {
    by: 'ada.park@example.com', why: ['fast', 'keeps-findings'], reviews: 20, medianSeconds: 4, withFindings: 20, keptOfFindingsPercent: 100, suspectedAt: '2027-01-31T06:00:00.000Z', notify: 'audit@example.com',
  },
  'reviews-delegated': { to: 'sam.roe@example.com', until: '2027-03-01T00:00:00.000Z', by: 'ada.park@example.com', reason: 'Away for some weeks', delegates: ['sam.roe@example.com'], review: '' },
  'review-decided': {
    verdict: 'request-change', services: ['s3'], reason: 'It needs one bucket and not all', by: 'li.chen@example.com', construct: 'Billing/InvoiceBot', codeChange: ['accessIn(test), on arn:aws:s3:::*: now s3:GetObject, s3:PutObject'],
  },
  'reduced': { codeChange: ['accessIn(test), on <Files.Arn>/*: remove s3:PutObject; keep s3:GetObject'], construct: 'Billing/InvoiceBot', denied: ['s3:*'], reason: 'It reads no files any more', deniedNow: ['s3:*'] },
  'expiry-near': { end: '2027-03-31T00:00:00Z', isReached: false, isReminder: false, tornDownAt: '2027-04-07T00:00:00Z' },
  'zombie-found': {
    idleDays: 30,
    evidence: [{ source: 'role-last-used', verdict: 'unused', evidence: 'IAM knows of no use of the role' }],
    suspendedAt: '2027-02-14T00:00:00Z',
  },
  'credential-old': { credentials: [{ kind: 'api-gateway-key', name: 'agents_invoice-bot_test_erp', since: '2026-10-31T06:00:00.000Z' }], allowedDays: 90 },
  'sponsor-lapsed': {
    who: 'sponsor', lapsed: 'kim.roe@example.com', status: 'inactive', evidence: 'SCIM user 2819 is not active', sponsor: { accountableEmail: 'ada.park@example.com' }, rotate: ['agents/invoice-bot/token'], omittedSecrets: 0,
  },
  'suspended': { reason: 'It sends mails to customers that it should not send' },
  'expired': { end: '2027-03-31T00:00:00Z', cause: 'end', stillInStack: ['invoice-bot-test'] },
  'sponsor-changed': { from: 'ada', to: 'li', changed: { accountableEmail: { from: 'Ada.Park@example.com', to: 'li.chen@example.com' }, accountableName: { from: 'Ada Park', to: 'Li Chen' } } },
  'joined': { purpose: 'Matches supplier invoices to purchase orders', expires: '2027-03-31T00:00:00Z' },
  'resumed': { reason: 'It was a false alarm', suspendedSince: '2027-01-02T03:04:05.000Z', suspendedBy: 'arn:aws:iam::111122223333:role/operator' },
  'kept': { reason: 'It is needed for the closing of the year' },
  'renewed': { ended: '2027-03-31T00:00:00Z', until: '2027-06-30T00:00:00Z', reason: 'The project goes on', deployBy: '2027-04-14T00:00:00Z' },
  'left': {},
};

const ABOUT_REGISTRY: readonly NoticeKind[] = ['sweep-held', 'orphan-role'];

export function noticeOf(kind: NoticeKind, changes: Partial<NoticeFacts> = {}, person = 'ada.park@example.com'): Notice {
  const facts: NoticeFacts = {
    kind, registry: 'agents', account: '111122223333', agentName: ABOUT_REGISTRY.includes(kind) ? '' : 'invoice-bot', stage: 'test', time: '2027-01-31T06:00:00.000Z', details: DETAILS[kind], ...changes,
  };
  return { person, audience: ABOUT_REGISTRY.includes(kind) ? 'operator' : 'sponsor', eventId: `${kind}-${facts.agentName}`, facts };
}
