import { DAY_MS, FakeNotifier, HOUR_MS } from './notifying';
import { sendDigests } from '../../../runtime/notifications';
import { digestDay } from '../../../runtime/notifications/day';

const MINUTE_MS = 60_000;

test('a person gets one message a day about everything, and nobody else\'s', async () => {
  const fake = new FakeNotifier();
  await fake.collect('left', 'one-bot');
  await fake.collect('suspended', 'two-bot');
  await fake.collect('suspended', 'two-bot');
  await fake.collect('joined', 'three-bot', 'li.chen@example.com');
  await sendDigests(fake.notifier);
  expect(fake.inbox.map(({ person, subject }) => [person, subject])).toEqual([
    ['ada.park@example.com', '[agents] 2 notices about agents'], ['li.chen@example.com', '[agents] three-bot joined'],
  ]);
  expect(fake.inbox[0].text).not.toContain('three-bot');
  expect(fake.rows('notice|')).toEqual([]);

  await sendDigests(fake.notifier);
  await fake.collect('left', 'four-bot');
  fake.pass(HOUR_MS);
  await sendDigests(fake.notifier);
  expect(fake.inbox).toHaveLength(2);

  fake.pass(DAY_MS);
  await sendDigests(fake.notifier);
  expect(fake.inbox.map(({ subject }) => subject).slice(2)).toEqual(['[agents] four-bot left']);
});

test('an event that is delivered again after its digest is not told again', async () => {
  const fake = new FakeNotifier();
  await fake.collect('left', 'one-bot');
  await sendDigests(fake.notifier);
  fake.pass(DAY_MS);
  await fake.collect('left', 'one-bot');
  await sendDigests(fake.notifier);
  expect(fake.inbox).toHaveLength(1);
});

test('one address that is refused keeps nobody else from being notified, is counted, and is tried again', async () => {
  const fake = new FakeNotifier();
  await fake.collect('left', 'one-bot', 'a.gone@example.com');
  await fake.collect('left', 'two-bot', 'b.here@example.com');
  fake.unreachable.add('a.gone@example.com');
  await sendDigests(fake.notifier);
  expect(fake.inbox.map(({ person }) => person)).toEqual(['b.here@example.com']);
  expect(fake.metrics).toEqual(['NotificationFailed']);
  // The warning goes to the log, which must not collect addresses.
  expect(fake.warnings.join()).not.toContain('a.gone');

  fake.unreachable.clear();
  fake.pass(5 * MINUTE_MS);
  await sendDigests(fake.notifier);
  expect(fake.inbox).toHaveLength(1);
  fake.pass(15 * MINUTE_MS);
  await sendDigests(fake.notifier);
  expect(fake.inbox.map(({ person }) => person)).toEqual(['b.here@example.com', 'a.gone@example.com']);
});

test('a digest that was not confirmed is sent again with what was added since, at the next run and not before', async () => {
  const fake = new FakeNotifier();
  await fake.collect('left', 'one-bot');
  fake.around = (call, moment) => {
    if (call === 'ses:SendEmail' && moment === 'after') {
      throw new Error('the process died');
    }
  };
  await sendDigests(fake.notifier);
  fake.around = () => undefined;
  await fake.collect('left', 'two-bot');
  await sendDigests(fake.notifier);
  expect(fake.inbox).toHaveLength(1);
  fake.pass(20 * MINUTE_MS);
  await sendDigests(fake.notifier);
  expect(fake.inbox).toHaveLength(2);
  expect(fake.inbox[1].text).toMatch(/one-bot left[\s\S]*two-bot left/);
});

test('a run ends before the function is stopped, and the next one continues', async () => {
  const fake = new FakeNotifier();
  for (let person = 0; person < 4; person++) {
    await fake.collect('left', `bot-${person}`, `person-${person}@example.com`);
  }
  fake.around = (call, moment) => {
    if (call === 'ses:SendEmail' && moment === 'after') {
      fake.pass(5 * MINUTE_MS);
    }
  };
  await sendDigests(fake.notifier);
  expect(fake.inbox).toHaveLength(2);
  fake.pass(10 * MINUTE_MS);
  await sendDigests(fake.notifier);
  expect(fake.inbox).toHaveLength(4);
  expect(new Set(fake.inbox.map(({ person }) => person)).size).toBe(4);
});

test.each([
  ['2027-02-01T06:00:00Z', 6, '2027-02-01'],
  ['2027-02-01T05:55:00Z', 6, '2027-02-01'],
  ['2027-02-01T17:59:00Z', 6, '2027-02-01'],
  ['2027-02-01T18:00:00Z', 6, '2027-02-02'],
  ['2027-02-01T23:58:00Z', 0, '2027-02-02'],
  ['2027-02-02T00:10:00Z', 23, '2027-02-01'],
])('at %s, with digests at %i o\'clock, the day is %s', (now, hour, day) => {
  expect(digestDay(new Date(now), hour)).toBe(day);
});

test.each([
  [['one-bot'], []],
  [['one-bot', 'two-bot'], ['[agents] two-bot was suspended']],
])('with notices of %j, of which the first was sent by a run that died before it cleaned up, the next day tells %j', async (agents, subjects) => {
  const fake = new FakeNotifier();
  const [{ eventId, person }] = await Promise.all(agents.map((agent) => fake.collect('suspended', agent)));
  const at = fake.now.toISOString();
  await fake.notifier.notices.claim({ person, day: digestDay(fake.now, 6), claim: 'dead', claimedUntil: at, eventIds: [eventId], sentAt: at }, undefined, fake.now);

  fake.pass(DAY_MS);
  await sendDigests(fake.notifier);
  expect(fake.inbox.map(({ subject }) => subject)).toEqual(subjects);
  expect(fake.rows('notice|')).toEqual([]);
});
