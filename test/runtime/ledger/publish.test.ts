import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { MemoryTable } from './memory-table';
import { decide } from '../../../runtime/engine/decision/decide';
import { PlacementLedger, publish } from '../../../runtime/ledger';
import { PlannedEvent } from '../../../runtime/model/plan';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { during, NOW, PLACEMENT, planOf, request } from '../engine/decision/requests';

const bridge = mockClient(EventBridgeClient);
const bus = new EventBridgeClient({ region: 'eu-west-1' });
let events: readonly LifecycleEvent[];
beforeEach(async () => {
  bridge.reset();
  bridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [] });
  const { change, events: planned } = planOf(decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS')));
  const more = Array.from({ length: 12 }, (_, index): PlannedEvent => ({ name: 'orphan-found', stage: 'test', key: `drift-${index}` }));
  const context = { registry: 'agents', actor: 'stack', time: NOW };
  ({ events } = await new PlacementLedger(new MemoryTable().table).commit(PLACEMENT, undefined, change!, [...planned, ...more], context));
});

const send = (some = events) => publish(bus, 'agents-nhi-lifecycle', some);
const sent = () => bridge.commandCalls(PutEventsCommand).map(({ args: [{ input }] }) => input.Entries ?? []);

test('events are sent in order, ten at a time, each as it is in the chain', async () => {
  await send();

  expect(sent().map(({ length }) => length)).toEqual([10, 3]);
  expect(sent().flat().map(({ Detail }) => JSON.parse(Detail ?? ''))).toEqual(events);
  expect(sent()[0][0]).toMatchObject({ EventBusName: 'agents-nhi-lifecycle', Source: 'cdk-nhi-lifecycle', DetailType: 'nhi.lifecycle.joined.v1', Time: NOW });
});

test('nothing to send is no call', async () => {
  await send([]);

  expect(sent()).toEqual([]);
});

test('fails when the bus refuses some, and what follows is not sent before them', async () => {
  bridge.on(PutEventsCommand).resolvesOnce({ FailedEntryCount: 1, Entries: [{ EventId: '1' }, { ErrorCode: 'ThrottlingException' }] }).resolves({ Entries: [] });

  await expect(send()).rejects.toMatchObject({ code: 'EventsNotSent', reason: 'the bus agents-nhi-lifecycle did not accept 1 of 10 events' });
  expect(sent()).toHaveLength(1);

  await send();
  expect(sent().slice(1).flat()).toHaveLength(13);
});

test('fails as AWS does when the bus can\'t be reached', async () => {
  bridge.on(PutEventsCommand).rejects(Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }));

  await expect(send()).rejects.toMatchObject({ name: 'ThrottlingException' });
});

test('sent again, an event has the same id: who hears it twice can tell', async () => {
  await send();
  await send();

  const ids = sent().flat().map(({ Detail }) => (JSON.parse(Detail ?? '') as LifecycleEvent).id);
  expect(ids).toHaveLength(26);
  expect(ids.slice(13)).toEqual(ids.slice(0, 13));
});
