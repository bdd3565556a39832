import { FakeNotifier } from './notifying';
import { NoticeFacts } from '../../../runtime/model/notice';
import { collect, sendDigests } from '../../../runtime/notifications';
import { busEvent } from '../../../runtime/notifications/collect';
import { Sweeper } from '../../../runtime/sweep';
import { tellHeld } from '../../../runtime/sweep/held';
import { findOrphans } from '../../../runtime/sweep/orphans';
import { LifecycleEventName } from '../../../src/core/event-table';
import { createEvent, LifecycleEvent } from '../../../src/core/lifecycle-event';
import { FakeSweeper } from '../sweep/sweeping';

const PLACEMENT = { account: '111122223333', agentName: 'invoice-bot' };
const SPONSOR = {
  kind: 'person', name: 'Ada Park', email: 'ada.park@example.com', accountableName: 'Ada Park', accountableEmail: 'Ada.Park@example.com', backupEmail: 'li.chen@example.com', id: 'ada',
};

/** A ledger with one agent and one event. */
function prepare(name: LifecycleEventName, details: NoticeFacts['details'] = {}): { readonly fake: FakeNotifier; readonly event: LifecycleEvent } {
  const fake = new FakeNotifier();
  const event = createEvent({
    name, registry: 'agents', placement: PLACEMENT, stage: 'test', sequence: 7, time: fake.now, actor: 'arn:aws:iam::111122223333:role/x', sponsorId: 'ada', details, idempotencyKey: 'key',
  }, 'a'.repeat(64));
  const pk = 'placement#111122223333#invoice-bot';
  fake.memory.items.set(`${pk}|event#000000000007`, { pk, sk: 'event#000000000007', event });
  fake.memory.items.set(`${pk}|state`, { pk, sk: 'state', state: { placement: PLACEMENT, declared: { sponsor: SPONSOR } } });
  return { fake, event };
}

const deliver = (fake: FakeNotifier, event: unknown): Promise<void> => collect(fake.notifier, busEvent.parse({ detail: event }).detail);

test('an event of the bus becomes a notice for each person, once', async () => {
  const { fake, event } = prepare('suspended', { reason: 'It is compromised' });
  await Promise.all([deliver(fake, event), deliver(fake, event)]);
  await deliver(fake, event);
  await sendDigests(fake.notifier);
  expect(fake.inbox.map(({ person, subject }) => [person, subject])).toEqual([
    ['ada.park@example.com', '[agents] invoice-bot was suspended'], ['li.chen@example.com', '[agents] invoice-bot was suspended'],
  ]);
  expect(fake.inbox[0].text).toContain('Reason: It is compromised');
});

test('the content comes from the ledger: what somebody else wrote on the bus is not told', async () => {
  const { fake, event } = prepare('suspended', { reason: 'It is compromised' });
  await deliver(fake, { ...event, data: { unmapped: { details: { reason: 'Click here' } } } });
  await sendDigests(fake.notifier);
  expect(fake.inbox[0].text).not.toContain('Click');
  expect(fake.inbox[0].text).toContain('It is compromised');
});

test.each<[string, (event: LifecycleEvent) => object]>([
  ['an id that is not in the ledger', (event) => ({ ...event, id: 'f'.repeat(32) })],
  ['another type than in the ledger', (event) => ({ ...event, type: event.type.replace('suspended', 'expired') })],
  ['a place in the chain that is empty', (event) => ({ ...event, sequence: '000000000008' })],
  ['no place in the chain', ({ sequence: _none, ...event }) => event],
  ['another agent', (event) => ({ ...event, subject: '111122223333/other-bot' })],
  ['an invalid subject', (event) => ({ ...event, subject: 'invoice-bot#x' })],
  ['a type that is not told', (event) => ({ ...event, type: 'nhi.lifecycle.access-changed.v1' })],
  ['a type that is not ours', (event) => ({ ...event, type: 'else' })],
])('an event with %s tells nobody anything', async (_what, forge) => {
  const { fake, event } = prepare('suspended');
  await deliver(fake, forge(event));
  expect(fake.rows('notice')).toEqual([]);
});

test('a failure while it is stored is retried, and a delivery that was stored before is not a failure', async () => {
  const { fake, event } = prepare('left');
  fake.around = (call) => {
    if (call === 'dynamodb:TransactWrite') {
      throw new Error('network');
    }
  };
  await expect(deliver(fake, event)).rejects.toThrow('network');
  fake.around = () => undefined;
  await deliver(fake, event);
  expect(fake.rows('notice|')).toHaveLength(1);
});

describe('operators are notified, as the ledger has it,', () => {
  /** What a sweep sends to the bus. */
  interface Sent { readonly id: string; readonly data: Record<string, unknown> }
  const sentBy = async (fake: FakeNotifier, tell: (sweeper: Sweeper) => Promise<void>): Promise<Sent> => {
    const { sweeper } = new FakeSweeper(fake.memory, { now: () => fake.now });
    const sent: Sent[] = [];
    const bus = {
      send: async ({ input: { Entries: [{ Detail: detail }] } }: { input: { Entries: { Detail: string }[] } }) => {
        sent.push(JSON.parse(detail) as Sent);
        return { Entries: [{}] };
      },
    };
    await tell({ ...sweeper, bus: bus as never });
    return sent[0];
  };
  const subjects = async (fake: FakeNotifier): Promise<string[][]> => {
    await sendDigests(fake.notifier);
    return fake.inbox.map(({ person, subject }) => [person, subject]);
  };

  test('of a sweep that was held', async () => {
    const { fake } = prepare('left');
    const held = await sentBy(fake, (sweeper) => tellHeld(sweeper, ['111122223333/one-bot end', '111122223333/two-bot end'], 1));
    await deliver(fake, { ...held, id: '0'.repeat(32) });
    await deliver(fake, { ...held, data: { ...held.data, digest: '0'.repeat(64) } });
    await deliver(fake, { ...held, subject: '999999999999' });
    expect(fake.rows('notice')).toEqual([]);
    await deliver(fake, held);
    await deliver(fake, held);
    expect(await subjects(fake)).toEqual([['ops@example.com', '[agents] a sweep holds back 2 agents']]);
  });

  test('of a role that belongs to no agent', async () => {
    const { fake } = prepare('left');
    const iam = { send: async () => ({ Roles: [{ RoleId: 'AROAORPHAN', RoleName: 'by-hand', Arn: 'arn:aws:iam::111122223333:role/agents/by-hand', CreateDate: new Date(0) }] }) };
    const look = (sweeper: Sweeper): Promise<void> => findOrphans({ ...sweeper, iam: iam as never });
    await sentBy(fake, look);
    fake.pass(3_600_000);
    const found = await sentBy(fake, look);
    await deliver(fake, { ...found, id: '0'.repeat(32) });
    await deliver(fake, { ...found, data: { ...found.data, roleId: 'AROAOTHER' } });
    expect(fake.rows('notice')).toEqual([]);
    await deliver(fake, found);
    await deliver(fake, { ...found, data: { ...found.data, roleArn: 'arn:click:here' } });
    expect(await subjects(fake)).toEqual([['ops@example.com', '[agents] a role belongs to no agent']]);
    expect(fake.inbox[0].text).toContain('Role: arn:aws:iam::111122223333:role/agents/by-hand');
  });
});

test('notices are deleted by DynamoDB if they can never be sent', async () => {
  const { fake, event } = prepare('left');
  await deliver(fake, event);
  const ttl = fake.now.getTime() / 1000 + 30 * 86_400;
  expect([...fake.memory.items.values()].filter(({ pk }) => pk.startsWith('notice')).map((item) => item.ttl)).toEqual([ttl, ttl]);
});

describe('an approval that is asked for', () => {
  const DETAILS = { digest: 'cd'.repeat(32), fromStage: 'test', stack: 'InvoiceBot', expires: '2027-03-31T00:00:00Z', persons: 1, askedBy: 'deployment', asksBackup: false, widened: ['in production: sqs:SendMessage on <Payments.Arn>'], narrowed: [], omittedLines: 0 };
  const NEW_SPONSOR = { ...SPONSOR, accountableEmail: 'eve@example.com', backupEmail: 'kim@example.com' };

  async function told(state: object, details: NoticeFacts['details'] = {}): Promise<FakeNotifier> {
    const { fake, event } = prepare('approval-requested', { ...DETAILS, ...details });
    const pk = 'placement#111122223333#invoice-bot';
    fake.memory.items.set(`${pk}|state`, { pk, sk: 'state', state: { placement: PLACEMENT, approval: { declared: { sponsor: NEW_SPONSOR } }, ...state } });
    await deliver(fake, event);
    await sendDigests(fake.notifier);
    return fake;
  }

  const people = ({ inbox }: FakeNotifier): string[] => inbox.map(({ person }) => person);

  test('of a living agent is mailed to its present sponsor, with what changes, and to the backup only if the sponsor can\'t approve alone', async () => {
    const living = { status: 'active', declared: { sponsor: SPONSOR } };
    const fake = await told(living);
    expect(people(fake)).toEqual(['ada.park@example.com']);
    expect(fake.inbox[0].subject).toBe('[agents] approve or decline invoice-bot in test');
    expect(fake.inbox[0].text).toMatch(/Asked for by: a deployment of the stack InvoiceBot\n.*It may then also: in production: sqs:SendMessage on <Payments\[\.\]Arn>\n.*It may no longer: nothing\n.*nhi approve invoice-bot/s);
    expect(people(await told(living, { asksBackup: true }))).toEqual(['ada.park@example.com', 'li.chen@example.com']);
  });

  test('is on the lists of both people who may approve, also if only one of them is mailed, and delivered twice it is there once', async () => {
    const { fake, event } = prepare('approval-requested', DETAILS);
    const pk = 'placement#111122223333#invoice-bot';
    fake.memory.items.set(`${pk}|state`, { pk, sk: 'state', state: { placement: PLACEMENT, approval: { declared: { sponsor: NEW_SPONSOR } }, status: 'active', declared: { sponsor: SPONSOR } } });
    await deliver(fake, event);
    await deliver(fake, event);
    expect(fake.rows('notice-reviewer#')).toEqual(['ada.park@example.com', 'li.chen@example.com'].map((person) => `notice-reviewer#${person}|agent#111122223333#invoice-bot`));
    const other = prepare('suspended');
    await deliver(other.fake, other.event);
    expect(other.fake.rows('notice-reviewer#')).toEqual([]);
  });

  test('of an agent that joins is mailed to the sponsor whom it declares', async () => {
    expect(people(await told({}, { fromStage: 'none' }))).toEqual(['eve@example.com']);
    expect(people(await told({ status: 'left', declared: { sponsor: SPONSOR } }))).toEqual(['eve@example.com']);
  });
});
