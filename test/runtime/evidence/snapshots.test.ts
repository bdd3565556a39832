import { FakeBucket } from './bucket';
import { hashOfText, readSnapshots, snapshotDifferences } from '../../../runtime/evidence';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { Registry } from '../../cli/registry';
import { NOW, PLACEMENT } from '../engine/decision/requests';
import { World } from '../engine/world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

let events: LifecycleEvent[];
let [key, text] = ['', ''];
let bucket: FakeBucket;

/** What a suspension wrote, in a bucket with versions. */
beforeEach(async () => {
  const world = new World();
  await world.stack.deploy('production');
  await world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
  events = await world.fake.engine.ledger.events(PLACEMENT);
  [[key, text]] = [...world.fake.snapshots];
  bucket = new FakeBucket();
  bucket.write(key, text);
});

async function differences(): Promise<object[]> {
  return snapshotDifferences(events, await readSnapshots(bucket.s3, 'evidence', PLACEMENT, events));
}

test('a snapshot that is as its event says is no difference, and neither is one of a suspension that died before its event', async () => {
  bucket.write(key.replace(/[^/]*$/, 'operator-suspend-died.json'), '{}');
  expect(await differences()).toEqual([]);
});

test('a snapshot that is missing, or has another content, is a difference at its event', async () => {
  bucket.forget(key);
  expect(await differences()).toEqual([{ at: 1, reason: `the evidence does not have the snapshot ${key} that this event names` }]);
  bucket.write(key, text.replace('production', 'test'));
  expect(await differences()).toEqual([{ at: 1, reason: `the snapshot ${key} in the evidence has another content than this event says` }]);
});

test('a later version or a delete marker changes nothing: the first version counts', async () => {
  bucket.write(key, '{}');
  expect(await differences()).toEqual([]);
});

test('the evidence is not listed for an agent that was never suspended', async () => {
  bucket.disturb = () => {
    throw new Error('not to be read');
  };
  expect(await readSnapshots(bucket.s3, 'evidence', PLACEMENT, events.slice(0, 1))).toEqual(new Map());
});

test('nhi verify says so, with exit code 2', async () => {
  const registry = new Registry();
  await registry.join();
  const { ledger } = registry;
  const [reason, time] = ['Its key was seen in a public place', NOW];
  const event = { name: 'suspended' as const, stage: 'test', key: 'one', details: { reason, snapshot: { key, sha256: hashOfText(text) } } };
  await ledger.commit(PLACEMENT, await ledger.state(PLACEMENT), { suspension: { since: time.toISOString(), by: 'stack', reason } }, [event], { registry: 'agents', actor: 'stack', time });
  await registry.announce();
  registry.bucket.write(key, text);
  expect(await registry.nhi('verify', 'invoice-bot')).toMatchObject({ exitCode: 0 });
  registry.bucket.forget(key);
  registry.bucket.write(key, '{}');
  const { output, exitCode } = await registry.nhi('verify', 'invoice-bot');
  expect(exitCode).toBe(2);
  expect(output).toMatch(/BROKEN at event 2: the snapshot snapshots\/.* has another content/);
});
