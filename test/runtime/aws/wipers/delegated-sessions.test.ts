import { Account, refOf } from './account';
import { delegatedSessions as cut } from '../../../../runtime/aws/cuts/delegated-sessions';
import { delegatedSessions } from '../../../../runtime/aws/wipers/delegated-sessions';
import { AgentAccount } from '../cuts/agent';

function delegating(): { account: Account; inline: Map<string, string>; attached: Set<string> } {
  const account = new Account();
  account.principal();
  const payer = account.roles.createRole('payer');
  account.delegates.push(refOf(payer));
  return { account, ...payer };
}

const conditionIn = (inline: Map<string, string>) => (JSON.parse(inline.get('nhi-cut-invoice-bot')!) as { Statement: { Condition: unknown }[] }).Statement[0].Condition;

test('denies the sessions that were opened until now, so that a later agent of the name can delegate again', async () => {
  const { account, inline } = delegating();

  const { wiped, remains } = await account.run(delegatedSessions);

  expect([wiped.map(({ id }) => id), remains]).toEqual([['role/invoice-bot-payer/delegated-sessions/invoice-bot'], []]);
  expect(conditionIn(inline)).toEqual({
    StringEquals: { 'aws:SourceIdentity': 'agent=invoice-bot' }, DateLessThan: { 'aws:TokenIssueTime': '2026-06-01T00:05:00.000Z' },
  });
  // Also hours later, when a leave is tried again.
  account.now = new Date(account.now.getTime() + 24 * 3_600_000);
  expect(await account.found(delegatedSessions)).toEqual([]);
});

test('the Deny of a former agent of the name is no Deny of this one', async () => {
  const { account, inline } = delegating();
  await account.run(delegatedSessions);
  account.replace();
  const successor = new Account();
  successor.roles.roles.set('invoice-bot-payer', account.roles.roles.get('invoice-bot-payer')!);
  successor.principal('production');
  successor.principal('staging');
  successor.delegates.push(...account.delegates);

  expect(await successor.found(delegatedSessions)).toHaveLength(1);
  successor.now = new Date('2026-07-01T00:00:00Z');
  await successor.run(delegatedSessions);
  expect(conditionIn(inline)).toMatchObject({ DateLessThan: { 'aws:TokenIssueTime': '2026-07-01T00:05:00.000Z' } });
});

test('the Deny of a suspension, which is for all sessions, becomes one for those until now', async () => {
  const suspended = new AgentAccount();
  suspended.delegates.push(suspended.roles.createRole('payer'));
  await suspended.cut(cut);
  const { account, inline } = delegating();
  inline.set('nhi-cut-invoice-bot', suspended.delegates[0].inline.get('nhi-cut-invoice-bot')!.replace('AROA1', account.target.principals[0].roleId));
  expect(conditionIn(inline)).toEqual({ StringEquals: { 'aws:SourceIdentity': 'agent=invoice-bot' } });

  expect((await account.run(delegatedSessions)).remains).toEqual([]);
  expect(conditionIn(inline)).toMatchObject({ DateLessThan: { 'aws:TokenIssueTime': '2026-06-01T00:05:00.000Z' } });
});

test('a role that is deleted has no sessions', async () => {
  const { account } = delegating();
  expect(await account.found(delegatedSessions)).toHaveLength(1);
  account.roles.roles.delete('invoice-bot-payer');
  expect(await account.found(delegatedSessions)).toEqual([]);
});
