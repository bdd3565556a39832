import { Account, throttledOnce } from './account';
import { liveSessions } from '../../../../runtime/aws/wipers/live-sessions';
import { DENY_ALL } from '../../engine/fake-iam';
import { named } from '../../ledger/memory-table';

const SESSIONS = 'role/invoice-bot-test/sessions/all';
let account: Account;
beforeEach(() => (account = new Account()));

test('a principal that may act counts as having sessions; they are cut and it is denied everything', async () => {
  const role = account.principal();

  const { found, wiped, remains, verifiedAt } = await account.run(liveSessions);

  expect(found.map(({ id }) => id)).toEqual([SESSIONS]);
  expect(wiped).toEqual(found);
  expect(remains).toEqual([]);
  expect(verifiedAt).toBe('2026-06-01T00:00:00.000Z');
  expect(role.boundary).toBe(DENY_ALL);
  expect(JSON.parse(role.inline.get('nhi-quarantine')!)).toMatchObject({
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateLessThan: { 'aws:TokenIssueTime': '2026-06-01T00:00:00.000Z' } } }],
  });
});

test('a principal that is denied already has none, and is left as it is', async () => {
  const role = account.principal('test', DENY_ALL);

  expect(await account.run(liveSessions)).toMatchObject({ found: [], wiped: [], remains: [] });

  expect(role.inline.has('nhi-quarantine')).toBe(false);
});

test('while the simulator doesn\'t see the Deny, the sessions remain; once it does, they are reported as ended', async () => {
  account.principal();
  account.roles.seesDenials = false;

  const first = await account.run(liveSessions);
  account.roles.seesDenials = true;
  const second = await account.run(liveSessions);

  expect(first.wiped).toEqual([]);
  expect(first.remains).toEqual([{ wiper: 'live-sessions', kind: 'sessions', id: SESSIONS, actedOn: true, note: 'still there after it was wiped' }]);
  expect(second.remains).toEqual([]);
});

test('throttled in between: what remains says so, and a rerun finishes', async () => {
  const role = account.principal();
  account.disturb(throttledOnce('iam:PutRolePermissionsBoundary'));

  const first = await account.run(liveSessions);
  const second = await account.run(liveSessions);

  expect(first.remains.map(({ note }) => note)).toEqual(['ThrottlingException: Rate exceeded']);
  expect(second.remains).toEqual([]);
  expect(role.boundary).toBe(DENY_ALL);
});

test('no principal, no sessions', async () => {
  expect(await account.found(liveSessions)).toEqual([]);
});

test('where every means of denial is forbidden, what remains says why', async () => {
  account.principal();
  account.disturb((call) => {
    if (/:(PutRolePermissionsBoundary|AttachRolePolicy|PutRolePolicy)$/.test(call)) {
      throw named('AccessDenied', 'with an explicit deny in a service control policy');
    }
  });
  const { wiped, remains } = await account.run(liveSessions);
  expect(wiped).toEqual([]);
  expect(remains.map(({ note }) => note).join()).toMatch(/could not be denied everything: AccessDenied: with an explicit deny/);
});
