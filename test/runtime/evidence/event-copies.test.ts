import { FakeBucket } from './bucket';
import { copyEvents, readCopies } from '../../../runtime/evidence';
import { canonicalJson } from '../../../src/core/canonical-json';
import { GENESIS_HASH } from '../../../src/core/hash-chain';
import { createEvent, LifecycleEvent } from '../../../src/core/lifecycle-event';
import { throttledOnce } from '../aws/wipers/account';
import { NOW, PLACEMENT } from '../engine/decision/requests';

const KEY = 'events/111122223333/invoice-bot/000000000001.json';
let bucket: FakeBucket;
beforeEach(() => (bucket = new FakeBucket()));
const copy = (...events: LifecycleEvent[]) => copyEvents(bucket.s3, 'evidence', PLACEMENT, events);
function event(sequence: number, actor = 'stack'): LifecycleEvent {
  return createEvent({
    name: 'orphan-found', registry: 'agents', placement: PLACEMENT, stage: 'test', sequence, time: NOW, actor, sponsorId: 'ada@example.com', idempotencyKey: `${sequence}`,
  }, GENESIS_HASH);
}
function counted(): () => string[] {
  const calls: string[] = [];
  bucket.disturb = (call, moment) => void (moment === 'before' && calls.push(call));
  return () => calls;
}

test('each event is copied under its place in the chain, as its canonical text, by one call', async () => {
  const calls = counted();

  expect(await copy(event(1), event(2))).toEqual([]);

  expect(Object.fromEntries(bucket.objects)).toEqual({ [KEY]: canonicalJson(event(1)), [KEY.replace('1.json', '2.json')]: canonicalJson(event(2)) });
  expect(calls()).toEqual(['s3:PutObject', 's3:PutObject']);
});

test('copied again, as after a crash, nothing is written', async () => {
  await copy(event(1));

  expect(await copy(event(1), event(2))).toEqual([]);

  expect(bucket.size).toBe(2);
});

test('another event in the same place is returned, and the one that was copied first stays', async () => {
  await copy(event(1));

  expect(await copy(event(1, 'somebody'), event(2))).toEqual([event(1, 'somebody')]);

  expect(bucket.objects.get(KEY)).toBe(canonicalJson(event(1)));
  expect(bucket.size).toBe(2);
});

test('fails when one can\'t be copied; a rerun copies what is missing', async () => {
  bucket.disturb = throttledOnce('s3:PutObject');

  await expect(copy(event(1), event(2))).rejects.toMatchObject({ name: 'ThrottlingException' });
  await copy(event(1), event(2));

  expect(bucket.size).toBe(2);
});

describe('reading', () => {
  const read = () => readCopies(bucket.s3, 'evidence', PLACEMENT);

  test('all copies of all pages, each with the time at which it was written', async () => {
    await copy(...Array.from({ length: 60 }, (_, index) => event(index + 1)));

    const copies = await read();

    expect([...copies.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(copies.get(60)).toEqual({ sequence: 60, text: canonicalJson(event(60)), writtenAt: bucket.now });
  });

  test('the first version of each, whatever was written or marked as deleted later', async () => {
    await copy(event(1), event(2));
    bucket.write(KEY, canonicalJson(event(1, 'somebody')));
    bucket.delete(KEY.replace('1.json', '2.json'));

    expect([...await read()].map(([sequence, { text }]) => [sequence, text])).toEqual([[1, canonicalJson(event(1))], [2, canonicalJson(event(2))]]);
  });

  test('not those of another agent, nor what has no place in a chain', async () => {
    await copyEvents(bucket.s3, 'evidence', { ...PLACEMENT, agentName: 'invoice-bot-2' }, [event(1)]);
    bucket.write('events/111122223333/invoice-bot/notes.json', '{}');

    expect((await read()).size).toBe(0);
  });
});
