import { FakeNotifier } from './notifying';
import { NoticeFacts } from '../../../runtime/model/notice';
import { collect, sendDigests } from '../../../runtime/notifications';
import { busEvent } from '../../../runtime/notifications/collect';
import { LifecycleEventName } from '../../../src/core/event-table';
import { createEvent } from '../../../src/core/lifecycle-event';

const ACCOUNT = '111122223333';
const END = '2027-03-31T00:00:00Z';
const WARNING = { end: END, isReached: false, isReminder: false, tornDownAt: '2027-04-07T00:00:00Z' };

function sponsor(id: string): object {
  return { kind: 'person', name: id, email: `${id}@example.com`, accountableName: id, accountableEmail: `${id}@example.com`, backupEmail: `${id}-backup@example.com`, id };
}

interface Known { readonly by: string; readonly status?: string; readonly trusted?: readonly string[]; readonly delegates?: readonly string[] }

/** What everybody is mailed about an event of invoice-bot, in a ledger with these agents. */
async function mailed(agents: Readonly<Record<string, Known>>, name: LifecycleEventName = 'left', details: NoticeFacts['details'] = {}): Promise<Map<string, { subject: string; text: string }>> {
  const fake = new FakeNotifier();
  const placement = { account: ACCOUNT, agentName: 'invoice-bot' };
  const event = createEvent({
    name, registry: 'agents', placement, stage: 'test', sequence: 7, time: fake.now, actor: 'x', sponsorId: 'ada', details, idempotencyKey: 'key',
  }, 'a'.repeat(64));
  const put = (agentName: string, sk: string, item: object): void => {
    const pk = `placement#${ACCOUNT}#${agentName}`;
    fake.memory.items.set(`${pk}|${sk}`, { pk, sk, ...item });
  };
  put('invoice-bot', 'event#000000000007', { event });
  Object.entries(agents).forEach(([agentName, { by, status = 'active', trusted = [], delegates = [] }]) => put(agentName, 'state', {
    state: { placement: { account: ACCOUNT, agentName }, status, principals: {}, declared: { sponsor: sponsor(by), access: { trusted }, delegates } },
  }));
  const { detail } = busEvent.parse({ detail: event });
  await collect(fake.notifier, detail);
  await collect(fake.notifier, detail);
  await sendDigests(fake.notifier);
  return new Map(fake.inbox.map(({ person, subject, text }) => [person, { subject, text }]));
}

test('the mail about a leave says what of the access outside of the cloud is not confirmed, and claims nothing that is not', async () => {
  const bot = { 'invoice-bot': { by: 'ada', status: 'left' } };
  const [open, done] = [(await mailed(bot, 'left', { revocationsOpen: ['crm', 'sap'] })).get('ada@example.com')!.text, (await mailed(bot)).get('ada@example.com')!.text];
  expect(open).toMatch(/It is not confirmed that its access outside of it no longer exists/);
  expect(open).toMatch(/Not confirmed: crm, sap/);
  expect(open).not.toContain('no longer accountable');
  expect(done).toContain('You are no longer accountable for it');
  expect(done).not.toMatch(/not confirmed/i);
});

const CALLED = { by: 'ada', status: 'left', trusted: ['Agent planner (invokes)', 'Agent buyer (delegates)', 'Service lambda.amazonaws.com'] };

test('a sponsor whose agents depend on one that left is notified, of the own agents only; the sponsor of the agent sees all of them', async () => {
  const mails = await mailed({ 'invoice-bot': CALLED, 'planner': { by: 'li' }, 'buyer': { by: 'sam' } });

  expect([...mails.keys()].sort()).toEqual(['ada@example.com', 'li@example.com', 'sam@example.com']);
  const [own, li, sam] = ['ada', 'li', 'sam'].map((name) => mails.get(`${name}@example.com`)!);
  expect(li.subject).toBe('[agents] invoice-bot left, and an agent of yours depends on it');
  expect(li.text).toContain('agent planner may invoke it');
  expect(li.text).not.toContain('buyer');
  expect(li.text).toContain('ada@example.com');
  expect(sam.text).toContain('agent buyer delegates to it');
  expect(own.subject).toBe('[agents] invoice-bot left');
  expect(own.text).toMatch(/agent planner may invoke it; its sponsor is li[^]*agent buyer delegates to it; its sponsor is sam/);
});

test('so is the sponsor of an agent that reads its events', async () => {
  const mails = await mailed({ 'invoice-bot': { ...CALLED, trusted: ['Agent archivist (reads)'] }, 'archivist': { by: 'li' } });
  expect(mails.get('li@example.com')?.text).toContain('agent archivist reads events that it sends');
});

test('they are warned with the first warning before the end, and not with each further one', async () => {
  const agents = { 'invoice-bot': { ...CALLED, status: 'active' }, 'planner': { by: 'li' } };

  const first = await mailed(agents, 'expiry-near', WARNING);
  expect(first.get('li@example.com')?.subject).toBe('[agents] invoice-bot ends at 2027-03-31 00:00 UTC, and an agent of yours depends on it');
  expect(first.get('ada@example.com')?.text).toContain('agent planner may invoke it');

  const further = await mailed(agents, 'expiry-near', { ...WARNING, isReminder: true });
  expect([...further.keys()].sort()).toEqual(['ada-backup@example.com', 'ada@example.com']);
});

test('one person gets one notice: of several agents, and of one\'s own', async () => {
  const both = await mailed({ 'invoice-bot': CALLED, 'planner': { by: 'li' }, 'buyer': { by: 'li' } });
  expect(both.get('li@example.com')?.text).toMatch(/agent planner may invoke it[^]*agent buyer delegates to it/);

  const own = await mailed({ 'invoice-bot': CALLED, 'planner': { by: 'ada' } });
  expect([...own].map(([person, { subject }]) => [person, subject])).toEqual([['ada@example.com', '[agents] invoice-bot left']]);
  expect(own.get('ada@example.com')?.text).toContain('agent planner may invoke it');
});

test.each<[string, Readonly<Record<string, Known>>, LifecycleEventName]>([
  ['nobody depends on it', { 'invoice-bot': { by: 'ada', trusted: ['Service lambda.amazonaws.com'] }, 'planner': { by: 'li' } }, 'left'],
  ['who depended on it has left', { 'invoice-bot': CALLED, 'planner': { by: 'li', status: 'left' } }, 'left'],
  ['the registry knows no such agent', { 'invoice-bot': CALLED }, 'left'],
  ['it only delegated to them', { 'invoice-bot': { by: 'ada', delegates: ['planner'] }, 'planner': { by: 'li' } }, 'left'],
  ['a text only looks like a caller', { 'invoice-bot': { by: 'ada', trusted: ['AWS Agent planner (invokes)', 'Agent PLANNER (invokes)', 'Agent planner (knows)', 'Agent planner (read)'] }, 'planner': { by: 'li' } }, 'left'],
  ['nothing ends', { 'invoice-bot': CALLED, 'planner': { by: 'li' } }, 'joined'],
])('nobody else is notified of anything if %s', async (_what, agents, name) => {
  const mails = await mailed(agents, name);

  expect([...mails.keys()].filter((person) => !person.startsWith('ada-backup'))).toEqual(['ada@example.com']);
  expect(mails.get('ada@example.com')?.text).not.toContain('Depends on it');
});
