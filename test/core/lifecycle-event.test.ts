import * as fc from 'fast-check';
import { codeOf } from './code-of';
import { GENESIS_HASH, verifyChain } from '../../src/core/hash-chain';
import { createEvent, EVENT_TABLE, EventInput, eventId, eventNameOf, LifecycleEventName, placementKey } from '../../src/core/lifecycle-event';

const PLACEMENT = { account: '111122223333', agentName: 'invoice-bot' };
const INPUT: EventInput = {
  name: 'joined',
  registry: 'agents',
  placement: PLACEMENT,
  stage: 'test',
  sequence: 1,
  time: new Date('2026-06-01T00:00:00Z'),
  actor: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Mine/1',
  sponsorId: 'ada@example.com',
  idempotencyKey: 'request-1',
};
const NAMES = Object.keys(EVENT_TABLE) as LifecycleEventName[];

test('an event is a CloudEvent around an OCSF body', () => {
  expect(createEvent(INPUT, GENESIS_HASH)).toEqual({
    specversion: '1.0',
    id: eventId(PLACEMENT, 'request-1'),
    source: '/nhi/agents',
    type: 'nhi.lifecycle.joined.v1',
    subject: '111122223333/invoice-bot',
    time: '2026-06-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    sequence: '000000000001',
    previoushash: GENESIS_HASH,
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    data: {
      category_uid: 3,
      category_name: 'Identity & Access Management',
      class_uid: 3004,
      class_name: 'Entity Management',
      status_id: 1,
      status: 'Success',
      activity_id: 1,
      activity_name: 'Create',
      type_uid: 300401,
      type_name: 'Entity Management: Create',
      severity_id: 1,
      severity: 'Informational',
      time: 1780272000000,
      message: 'Agent joined: invoice-bot in test',
      metadata: { version: '1.3.0', product: { name: 'cdk-nhi-lifecycle', vendor_name: 'cdk-nhi-lifecycle' } },
      cloud: { account: { uid: '111122223333' } },
      actor: { app_uid: INPUT.actor },
      entity: { name: 'invoice-bot', type: 'non-human identity' },
      unmapped: { stage: 'test', sponsor: 'ada@example.com' },
    },
  });
});

test('principal and details are reported when there are any', () => {
  const event = createEvent({ ...INPUT, principal: { id: 'AROA1', arn: 'arn:aws:iam::111122223333:role/bot' }, details: { from: 'test', to: 'production' } }, GENESIS_HASH);
  expect(event.data).toMatchObject({
    entity: { uid: 'AROA1', data: { arn: 'arn:aws:iam::111122223333:role/bot' } },
    unmapped: { stage: 'test', sponsor: 'ada@example.com', details: { from: 'test', to: 'production' } },
  });
});

test.each(NAMES)('%s is reported as the table has it, and read back', (name) => {
  const { type, data } = createEvent({ ...INPUT, name }, GENESIS_HASH);
  const { ocsfActivityId, ocsfActivityName, severityId, title } = EVENT_TABLE[name];
  expect(data).toMatchObject({
    activity_id: ocsfActivityId,
    activity_name: ocsfActivityName,
    type_uid: 300400 + ocsfActivityId,
    type_name: `Entity Management: ${ocsfActivityName}`,
    severity_id: severityId,
    severity: { 1: 'Informational', 3: 'Medium', 4: 'High' }[severityId],
    message: `${title}: invoice-bot in test`,
  });
  expect(eventNameOf(type)).toBe(name);
});

test.each([
  '', 'joined', 'nhi.lifecycle.joined', 'nhi.lifecycle.joined.v2', 'nhi.lifecycle.reborn.v1', 'xnhi.lifecycle.joined.v1', 'nhi.lifecycle.joined.v1\n',
  // Properties of every object, but no event.
  'nhi.lifecycle.constructor.v1', 'nhi.lifecycle.to-string.v1',
])('%j is no event of ours', (type) => {
  expect(eventNameOf(type)).toBeUndefined();
});

test('sequences sort as texts', () => {
  const at = (sequence: number) => createEvent({ ...INPUT, sequence }, GENESIS_HASH).sequence;
  fc.assert(fc.property(fc.integer({ min: 1, max: 10 ** 12 - 1 }), fc.integer({ min: 1, max: 10 ** 12 - 1 }), (one, other) => {
    expect(at(one) < at(other)).toBe(one < other);
  }));
});

test('placements differ', () => {
  expect(placementKey(PLACEMENT)).not.toBe(placementKey({ ...PLACEMENT, account: '444455556666' }));
  expect(placementKey(PLACEMENT)).not.toBe(placementKey({ ...PLACEMENT, agentName: 'other-bot' }));
});

test('ids are equal exactly for the same placement and key', () => {
  // Few letters, so that equal texts and shifted borders occur.
  const part = fc.string({ unit: fc.constantFrom('a', '/', '"', ','), maxLength: 3 });
  fc.assert(fc.property(fc.tuple(part, part, part), fc.tuple(part, part, part), (one, other) => {
    const [first, second] = [one, other].map(([account, agentName, key]) => eventId({ account, agentName }, key));
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(first === second).toBe(one.every((text, at) => text === other[at]));
  }), { numRuns: 2_000 });
});

test('the id of the same happening doesn\'t depend on when or how it is reported', () => {
  const again = createEvent({ ...INPUT, sequence: 2, time: new Date('2026-06-02T00:00:00Z'), actor: 'someone' }, 'f'.repeat(64));
  expect(again.id).toBe(createEvent(INPUT, GENESIS_HASH).id);
  expect(createEvent({ ...INPUT, idempotencyKey: 'request-2' }, GENESIS_HASH).id).not.toBe(again.id);
});

test('events made one after the other are a chain', () => {
  const details = fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: undefined }) as fc.Arbitrary<EventInput['details']>;
  const happening = fc.record({ name: fc.constantFrom(...NAMES), details, idempotencyKey: fc.string() });
  fc.assert(fc.property(fc.array(happening, { maxLength: 5 }), (happenings) => {
    let lastHash = GENESIS_HASH;
    const events = happenings.map((one, index) => {
      const event = createEvent({ ...INPUT, ...one, sequence: index + 1 }, lastHash);
      lastHash = event.hash;
      return event;
    });
    expect(verifyChain(JSON.parse(JSON.stringify(events)))).toEqual({ intact: true, length: events.length, lastHash });
  }));
});

test('fails when the details can\'t be hashed', () => {
  expect(codeOf(() => createEvent({ ...INPUT, details: { at: NaN } }, GENESIS_HASH))).toBe('NotCanonical');
});
