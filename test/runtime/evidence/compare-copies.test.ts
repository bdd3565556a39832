import { compareCopies, EventCopy } from '../../../runtime/evidence';

const NOW = new Date('2026-06-01T12:00:00Z');
const time = (sequence: number) => `2026-06-0${sequence}T00:00:00.000Z`;
const event = (sequence: number, changes: object = {}) => ({ time: time(sequence), data: { actor: { app_uid: 'stack' }, message: 'm' }, ...changes });
const copyOf = (sequence: number, of: unknown = event(sequence), writtenAt = new Date(time(sequence))): [number, EventCopy] =>
  [sequence, { sequence, text: typeof of === 'string' ? of : JSON.stringify(of), writtenAt }];
const compare = (events: unknown[], copies: [number, EventCopy][], unsent: number[] = []) => compareCopies(events, new Map(copies), unsent, NOW);

test('events that are all copied: complete from the first to the last', () => {
  expect(compare([event(1), event(2), event(3)], [copyOf(1), copyOf(2), copyOf(3)])).toEqual({
    copied: [{ first: 1, last: 3, from: time(1), to: time(3) }], pending: [], late: [], differences: [],
  });
});

test.each<[string, unknown, string]>([
  ['a member that was changed', event(2, { data: { actor: { app_uid: 'eve' }, message: 'm' } }), 'data.actor.app_uid is "eve" in the ledger and "stack" in its copy in the evidence'],
  ['a member that was removed', { time: time(2) }, 'data is undefined in the ledger and {"actor":{"app_uid":"stack"},"message":"m"} in its copy in the evidence'],
  ['a member that was added', event(2, { extra: 1 }), 'extra is 1 in the ledger and undefined in its copy in the evidence'],
  ['a member of another type', event(2, { data: [] }), 'data.actor is undefined in the ledger and {"app_uid":"stack"} in its copy in the evidence'],
  ['no event at all', {}, 'data is undefined in the ledger and {"actor":{"app_uid":"stack"},"message":"m"} in its copy in the evidence'],
  ['nothing', null, 'it is null in the ledger'],
])('an event with %s: the first difference is named', (_what, changed, reason) => {
  const { differences, copied } = compare([event(1), changed, event(3)], [copyOf(1), copyOf(2), copyOf(3)]);

  expect(differences).toEqual([{ at: 1, reason: expect.stringContaining(reason) }]);
  expect(copied.map(({ first, last }) => [first, last])).toEqual([[1, 1], [3, 3]]);
});

test('an empty list in place of an empty object is a difference', () => {
  expect(compare([event(1, { data: [] })], [copyOf(1, event(1, { data: {} }))]).differences).toEqual([
    { at: 0, reason: 'data is [] in the ledger and {} in its copy in the evidence' },
  ]);
});

test('events that were deleted from the ledger, from its middle or end, are named by their copies', () => {
  expect(compare([event(1)], [copyOf(1), copyOf(2), copyOf(3)]).differences).toEqual([1, 2].map((at) => (
    { at, reason: 'the evidence has a copy of it, and the ledger does not have it' })));
});

test('a copy that is no event is a difference', () => {
  expect(compare([event(1)], [copyOf(1, 'not json')]).differences).toEqual([{ at: 0, reason: 'its copy in the evidence is no event' }]);
});

describe('an event without a copy', () => {
  const [first, second] = [event(1), event(1, { time: '2026-06-01T11:30:00.000Z' })];

  test('that was recorded just now is waiting, and no difference', () => {
    expect(compare([first, second], [copyOf(1)], [2])).toMatchObject({ pending: [2], differences: [] });
  });

  test.each<[string, unknown[], number[]]>([
    ['that waits for longer than a transition takes', [first, { ...second, time: '2026-06-01T10:30:00.000Z' }], [2]],
    ['of a time that is yet to come', [first, { ...second, time: '2026-06-02T00:00:00.000Z' }], [2]],
    ['of which the ledger says that it was announced', [first, second], []],
    ['without a time', [first, {}], [2]],
  ])('%s is a difference', (_what, events, unsent) => {
    expect(compare(events, [copyOf(1)], unsent)).toMatchObject({ pending: [], differences: [{ at: 1, reason: 'the evidence has no copy of it' }] });
  });

  test('between others is a difference, and the copy is complete before and after it', () => {
    expect(compare([event(1), event(2), event(3)], [copyOf(1), copyOf(3)])).toMatchObject({
      copied: [{ first: 1, last: 1 }, { first: 3, last: 3, from: time(3), to: time(3) }], differences: [{ at: 1 }],
    });
  });
});

test('a copy that was written long after its event says so: an event that was added later has such a one', () => {
  const late = new Date('2026-06-05T00:00:00Z');

  expect(compare([event(1), event(2)], [copyOf(1), copyOf(2, event(2), late)])).toMatchObject({
    late: [{ sequence: 2, eventAt: time(2), copiedAt: late.toISOString() }], differences: [],
  });
});

test('no events and no copies: nothing differs', () => {
  expect(compare([], [])).toEqual({ copied: [], pending: [], late: [], differences: [] });
});
