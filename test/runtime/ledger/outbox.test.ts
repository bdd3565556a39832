import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { MemoryTable } from './memory-table';
import { PlacementLedger, publishOutbox } from '../../../runtime/ledger';
import { decide } from '../../../runtime/lifecycle/decide';
import { PlannedEvent } from '../../../runtime/lifecycle/plan';
import { during, NOW, PLACEMENT, planOf, request } from '../lifecycle/requests';

const bridge = mockClient(EventBridgeClient);
const bus = new EventBridgeClient({ region: 'eu-west-1' });
let memory: MemoryTable;
beforeEach(async () => {
  bridge.reset();
  bridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [] });
  memory = new MemoryTable();
  const { change, events } = planOf(decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS')));
  const more = Array.from({ length: 12 }, (_, index): PlannedEvent => ({ name: 'drift-found', stage: 'test', key: `drift-${index}` }));
  await new PlacementLedger(memory.table).commit(PLACEMENT, change!, [...events, ...more], { registry: 'agents', actor: 'stack', time: NOW });
});

const publish = () => publishOutbox(memory.table, bus, 'agents-lifecycle', PLACEMENT);
const sent = () => bridge.commandCalls(PutEventsCommand).map(({ args: [{ input }] }) => input.Entries ?? []);
const waiting = () => memory.under('placement#111122223333#invoice-bot').filter(({ sk }) => sk.startsWith('outbox#')).length;

test('what waits is sent in order, ten at a time, and struck off', async () => {
  expect(await publish()).toBe(13);
  expect(sent().map(({ length }) => length)).toEqual([10, 3]);
  expect(sent()[0][0]).toMatchObject({ EventBusName: 'agents-lifecycle', DetailType: 'nhi.lifecycle.joined.v1' });
  expect(waiting()).toBe(0);
  expect(await publish()).toBe(0);
});

test('fails when the bus refuses some, and those are sent next time', async () => {
  bridge.on(PutEventsCommand).resolvesOnce({ FailedEntryCount: 1, Entries: [{ EventId: '1' }, { ErrorCode: 'ThrottlingException' }] }).resolves({ Entries: [] });
  await expect(publish()).rejects.toMatchObject({ code: 'EventsNotSent' });
  const [refused] = sent()[0].slice(1, 2);
  await publish();
  expect(sent()[1][0].Detail).toBe(refused.Detail);
  expect(waiting()).toBe(0);
});

test('who dies between sending and striking off sends the same event again', async () => {
  memory.disturb = (call, moment) => {
    if (call === 'dynamodb:Delete' && moment === 'before') {
      throw new Error('killed');
    }
  };
  await expect(publish()).rejects.toThrow('killed');
  memory.disturb = () => undefined;
  await publish();
  expect(JSON.parse(sent()[1][0].Detail ?? '').id).toBe(JSON.parse(sent()[0][0].Detail ?? '').id);
});
