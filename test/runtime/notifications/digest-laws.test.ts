import * as fc from 'fast-check';
import { DAY_MS, FakeNotifier, HOUR_MS } from './notifying';
import { sendDigests } from '../../../runtime/notifications';
import { digestDay } from '../../../runtime/notifications/day';

const MINUTE_MS = 60_000;
const PEOPLE = ['ada.park@example.com', 'li.chen@example.com'];

type Operation =
  | { readonly kind: 'event'; readonly agent: number; readonly person: number }
  | { readonly kind: 'run'; readonly late: number; readonly doubled: boolean; readonly diesAt?: number; readonly moment: 'before' | 'after' }
  | { readonly kind: 'pass'; readonly hours: number };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('event' as const), agent: fc.nat(9), person: fc.nat(1) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('run' as const), late: fc.constantFrom(0, 0, 3, 20, 300), doubled: fc.boolean(), diesAt: fc.option(fc.nat(14), { nil: undefined }), moment: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), hours: fc.constantFrom(1, 12, 24, 24, 48) }) },
);

class Died extends Error {}

/** Runs a schedule's run that dies at one of its calls: from then on, every call fails. Returns whether it died after the service took a message. */
async function run(fake: FakeNotifier, { diesAt, moment }: { readonly diesAt?: number; readonly moment: 'before' | 'after' }): Promise<void> {
  let calls = 0;
  fake.around = (_call, at) => {
    if (at === moment && calls++ === diesAt || diesAt !== undefined && calls > diesAt) {
      throw new Died();
    }
  };
  await sendDigests(fake.notifier).catch((error: unknown) => {
    if (!(error instanceof Died)) {
      throw error;
    }
  });
  fake.around = () => undefined;
}

test('however runs are late, doubled, missing or stopped: every event is reported, only a death doubles a message, and nobody gets two on a day otherwise', async () => {
  await fc.assert(fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 25 }), async (operations) => {
    const fake = new FakeNotifier();
    const collected = new Map<string, string>();
    let deaths = 0;
    for (const one of operations) {
      switch (one.kind) {
        case 'pass': fake.pass(one.hours * HOUR_MS); break;
        case 'event': {
          const agent = `bot-${one.agent}-${one.person}`;
          await fake.collect('left', agent, PEOPLE[one.person]);
          collected.set(agent, PEOPLE[one.person]);
          break;
        }
        case 'run':
          fake.pass(one.late * MINUTE_MS);
          deaths += one.diesAt === undefined ? 0 : 1;
          // A doubled run begins while the first one works.
          await Promise.all([run(fake, one), ...(one.doubled && one.diesAt === undefined ? [run(fake, one)] : [])]);
          break;
      }
    }
    for (let day = 0; day < 2; day++) {
      fake.pass(DAY_MS);
      await sendDigests(fake.notifier);
    }

    const lines = fake.inbox.flatMap(({ person, text }) => (text.match(/^== bot-\d-\d left$/gm) ?? []).map((line) => `${person} ${line.slice(3, 10)}`));
    expect(new Set(lines.map((line) => line.trim()))).toEqual(new Set([...collected].map(([agent, person]) => `${person} ${agent}`)));
    expect(fake.rows('notice|')).toEqual([]);
    // Each death may double the one message that was on its way.
    const days = fake.inbox.map(({ person, at }) => `${person} ${digestDay(new Date(at), 6)}`);
    expect(days.length - new Set(days).size).toBeLessThanOrEqual(deaths);
    if (deaths === 0) {
      expect(new Set(lines).size).toBe(lines.length);
    }
  }), { numRuns: Number(process.env.RUNS ?? 200) });
});

test('a run that dies between any two calls loses nothing, and doubles at most one message', async () => {
  for (const moment of ['before', 'after'] as const) {
    for (let diesAt = 0; diesAt < 20; diesAt++) {
      const fake = new FakeNotifier();
      await fake.collect('left', 'one-bot', PEOPLE[0]);
      await fake.collect('left', 'two-bot', PEOPLE[1]);
      await run(fake, { diesAt, moment });
      fake.pass(20 * MINUTE_MS);
      await sendDigests(fake.notifier);
      fake.pass(DAY_MS);
      await sendDigests(fake.notifier);
      const told = fake.inbox.map(({ subject }) => subject);
      expect(new Set(told)).toEqual(new Set(['[agents] one-bot left', '[agents] two-bot left']));
      expect(told.length).toBeLessThanOrEqual(3);
      expect(fake.rows('notice|')).toEqual([]);
    }
  }
});
