import { contradictionsOf } from '../../../runtime/evidence';
import { PlacementState } from '../../../runtime/model/placement-state';
import { RevocationRecord } from '../../../runtime/model/revocation';
import { RevokerProperties } from '../../../src/contract/revokers';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { PLACEMENT, WITHOUT_DRIFT } from '../engine/decision/requests';
import { World } from '../engine/world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const http = (Id: string): RevokerProperties => ({ Id, Kind: 'http', Settings: { url: `https://${Id}.example.com/{agentName}` } });

let state: PlacementState;
let events: readonly LifecycleEvent[];
let open: RevocationRecord;
let seen: RevocationRecord;
let attested: RevocationRecord;

/** An agent that left: access at one third party is seen as gone, at one attested, and at one open. */
beforeAll(async () => {
  const world = new World({ agenda: WITHOUT_DRIFT });
  ['crm', 'erp', 'mail'].forEach((id) => world.fake.thirdParties.access.set(id, 'active'));
  world.fake.thirdParties.refusing.set('erp', 'it responded 503').set('mail', 'it responded 401');
  await world.stack.deploy('test', { revokers: [http('crm'), http('erp'), http('mail')] });
  await world.stack.destroy();
  await world.fake.resume();
  await world.ask({ kind: 'confirm-revocation', revoker: 'mail', reason: 'The contract has ended' });
  await world.check();
  state = (await world.state())!;
  events = await world.fake.engine.ledger.events(PLACEMENT);
  [seen, open, attested] = state.revocations!;
});

test('an untouched state fits its events', () => {
  expect(contradictionsOf(state, events)).toEqual([]);
});

const withChanged = (record: RevocationRecord, changed: Partial<RevocationRecord> | undefined): readonly RevocationRecord[] => (
  state.revocations!.flatMap((one) => (one !== record ? [one] : changed === undefined ? [] : [{ ...one, ...changed }])));

test.each<[string, () => readonly RevocationRecord[] | undefined, RegExp]>([
  ['an open one that is closed by hand, as seen', () => withChanged(open, { confirmed: { at: '2026-03-01T00:00:00.000Z' } }), /access at "erp" is confirmed as gone, and no event does/],
  ['an open one that is closed by hand, as attested', () => withChanged(open, { confirmed: { at: '2026-03-01T00:00:00.000Z', by: 'ada', reason: 'It is gone' } }), /access at "erp" is confirmed as gone, and no event does/],
  ['an open one that is removed', () => withChanged(open, undefined), /access at "erp" is open since .* and the state of the agent has nothing of it/],
  ['an open one that leads elsewhere', () => withChanged(open, { revoker: { ...open.revoker, settings: { url: 'https://evil.example/{agentName}' } } }), /other settings for the revocation at "erp"/],
  ['an open one that began at another time', () => withChanged(open, { since: '2026-03-01T00:00:00.000Z' }), /access at "erp" is open since .* and the state of the agent has nothing of it/],
  ['one that was seen as gone and is reopened', () => withChanged(seen, { confirmed: undefined }), /access at "crm" is open, and this event says that it is confirmed/],
  ['one that was seen as gone and is removed', () => withChanged(seen, undefined), /lists the access at "crm", and the state of the agent has nothing of it/],
  ['one that was seen at another time', () => withChanged(seen, { confirmed: { at: '2026-01-01T00:00:00.000Z' } }), /access at "crm" that it was confirmed at "2026-01-01/],
  ['one that was attested and now seems to be seen', () => withChanged(attested, { confirmed: { at: attested.confirmed!.at } }), /access at "mail" that it was confirmed by "nothing"/],
  ['one that was attested by another person', () => withChanged(attested, { confirmed: { ...attested.confirmed!, by: 'eve' } }), /access at "mail" that it was confirmed by "eve"/],
  ['one that was attested for another reason', () => withChanged(attested, { confirmed: { ...attested.confirmed!, reason: 'Nobody knows' } }), /access at "mail" that it was confirmed reason "Nobody knows"/],
  ['one that was attested and now has a proof', () => withChanged(attested, { confirmed: { ...attested.confirmed!, proof: 'sign-in' } }), /access at "mail" that it was confirmed proof "sign-in"/],
  ['one that was seen as gone and now seems to be seen by a worker', () => withChanged(seen, { confirmed: { ...seen.confirmed!, worker: 'eve' } }), /access at "crm" that it was confirmed worker "eve"/],
  ['one that nobody declared', () => [...state.revocations!, { revoker: { id: 'evil', kind: 'http', settings: { url: 'https://evil.example' } }, since: '2026-03-01T00:00:00.000Z', attempts: 0 }], /a revocation at "evil", and this event does not list it/],
  ['all of them removed', () => undefined, /the state of the agent has nothing of it/],
])('%s is found', (_what, forged, reason) => {
  const found = contradictionsOf({ ...state, revocations: forged() }, events);
  expect(found.map((one) => one.reason)).toEqual(expect.arrayContaining([expect.stringMatching(reason)]));
});

test('events that were written by others, or by an earlier version, break nothing', () => {
  const strange = [undefined, {}, { data: null }, { type: 7, data: { unmapped: null } }] as unknown as LifecycleEvent[];
  expect(() => contradictionsOf(state, [...events, ...strange])).not.toThrow();
  const early = events.map((event) => {
    const copy = structuredClone(event) as unknown as { data: { unmapped: { details?: Record<string, unknown> } } };
    delete copy.data.unmapped.details?.target;
    return copy as unknown as LifecycleEvent;
  });
  expect(contradictionsOf(state, early)).toEqual([]);
});
