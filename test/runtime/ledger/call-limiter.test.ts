import { HiddenBucket } from './hidden-bucket';
import { MemoryTable, named } from './memory-table';
import { VirtualTime } from './virtual-time';
import { agentsAtOnce, CallLimiter, FIRST_RATE } from '../../../runtime/ledger';

let time: VirtualTime;
let memory: MemoryTable;
let failures: string[];
beforeEach(() => {
  time = new VirtualTime();
  memory = new MemoryTable();
  failures = [];
});

function limiterOf(isBackground: boolean): CallLimiter {
  const limiter = new CallLimiter(memory.table, {
    now: time.now, pause: time.pause, throttled: () => undefined, failed: (error) => void failures.push(String(error)),
  });
  limiter.isBackground = isBackground;
  return limiter;
}

/** A process that makes one call after another for so long, as a step of the engine does, and repeats what is throttled as the client does. */
async function work(bucket: HiddenBucket, limiter: CallLimiter, seconds: number): Promise<void> {
  for (const end = time.ms + seconds * 1_000; time.ms < end;) {
    await limiter.attempt(() => bucket.call()).catch(() => time.pause(200));
  }
}

/** Several processes. */
const busy = (bucket: HiddenBucket, processes: number, seconds: number): Promise<void>[] => (
  Array.from({ length: processes }, () => work(bucket, limiterOf(true), seconds)));

/** Calls one after another, with the client's retries. Returns the seconds that they take. */
async function deploy(bucket: HiddenBucket, limiter: CallLimiter, calls: number): Promise<{ readonly seconds: number; readonly retries: number }> {
  const began = time.ms;
  let retries = 0;
  for (let made = 0; made < calls;) {
    await limiter.attempt(() => bucket.call()).then(() => (made += 1), async () => {
      retries += 1;
      await time.pause(200);
    });
  }
  return { seconds: (time.ms - began) / 1_000, retries };
}

describe('a rate that nobody has published', () => {
  test.each([
    [5, 5, 2], [5, 20, 5], [12, 20, 5], [20, 100, 8], [40, 40, 10], [100, 500, 20],
  ])('of %i calls a second, %i at once, by %i processes: at least 80 %% of it are used, and under 2 %% of the calls are throttled', async (perSecond, burst, processes) => {
    const bucket = new HiddenBucket(time, perSecond, burst);
    await time.run(busy(bucket, processes, 120));
    const found = { ...bucket.calls };
    await time.run(busy(bucket, processes, 240));
    const { perSecond: used, throttledShare } = bucket.since(found, 240);
    expect(used / perSecond).toBeGreaterThan(0.8);
    expect(throttledShare).toBeLessThan(0.02);
    expect(throttledShare).toBeGreaterThan(0);
    expect(failures).toEqual([]);
  });

  test('twin: without a limiter most calls of the same processes are throttled', async () => {
    const bucket = new HiddenBucket(time, 12, 20);
    await time.run(Array.from({ length: 5 }, () => work(bucket, limiterOf(false), 120)));
    expect(bucket.since({ made: 0, throttled: 0 }, 120).throttledShare).toBeGreaterThan(0.2);
  });

  test('is found again when the account gets less, and when it gets more', async () => {
    const bucket = new HiddenBucket(time, 20, 40);
    await time.run(busy(bucket, 8, 120));
    for (const perSecond of [6, 30]) {
      bucket.perSecond = perSecond;
      await time.run(busy(bucket, 8, 180));
      const before = { ...bucket.calls };
      await time.run(busy(bucket, 8, 300));
      const { perSecond: used, throttledShare } = bucket.since(before, 300);
      expect(used / perSecond).toBeGreaterThan(0.8);
      expect(throttledShare).toBeLessThan(0.02);
    }
  });
});

describe('deployments', () => {
  test('never wait, and write nothing while they are not throttled', async () => {
    const bucket = new HiddenBucket(time, 100, 100);
    const limiter = limiterOf(false);
    let seconds = 0;
    await time.run([deploy(bucket, limiter, 50).then((took) => ({ seconds } = took))]);
    expect(seconds).toBeCloseTo(50 * 0.08, 1);
    expect(memory.calls).toEqual([]);
  });

  test('keep a share while a sweep uses all that it can get', async () => {
    const bucket = new HiddenBucket(time, 10, 10);
    await time.run(busy(bucket, 5, 120));
    let took = { seconds: 0, retries: 0 };
    const limiter = limiterOf(false);
    await time.run([...busy(bucket, 5, 60), time.pause(20_000).then(async () => (took = await deploy(bucket, limiter, 30)))]);
    // Thirty calls are three seconds of the account's whole rate. Without the pause of the sweep they take more than five.
    expect(took.seconds).toBeLessThan(5);
    expect(took.retries).toBeLessThan(12);
  });

  test('twin: a sweep that does not hear of it leaves them less', async () => {
    const bucket = new HiddenBucket(time, 10, 10);
    await time.run(busy(bucket, 5, 120));
    let took = { seconds: 0, retries: 0 };
    const deaf = limiterOf(true);
    // Its calls queue as those of the sweep.
    await time.run([...busy(bucket, 5, 60), time.pause(20_000).then(async () => (took = await deploy(bucket, deaf, 30)))]);
    expect(took.seconds).toBeGreaterThan(10);
  });
});

describe('its own cost', () => {
  test('is one write for four calls in the background, and two calls of the table for a deployment that is throttled, at most once a second', async () => {
    const bucket = new HiddenBucket(time, 50, 100);
    const sweep = limiterOf(true);
    await time.run([deploy(bucket, sweep, 40)]);
    expect(memory.calls).toEqual(['Get', ...Array<string>(10).fill('Put')]);

    memory.calls.length = 0;
    const empty = new HiddenBucket(time, 1, 0);
    const limiter = limiterOf(false);
    await time.run([Promise.allSettled(Array.from({ length: 20 }, () => limiter.attempt(() => empty.call())))]);
    expect(memory.calls).toEqual(['Get', 'Put']);
  });

  test('processes that write at the same time all get their calls, each once', async () => {
    const bucket = new HiddenBucket(time, 15, 1_000, 0);
    const began = time.ms;
    await time.run(Array.from({ length: 10 }, () => deploy(bucket, limiterOf(true), 12)));
    // 120 calls at a rate that begins with 15 and rises while it is used.
    expect((time.ms - began) / 1_000).toBeGreaterThan(5.5);
    expect((time.ms - began) / 1_000).toBeLessThan(9);
  });
});

describe('a table that does not respond', () => {
  test('keeps no call from being made, and is logged', async () => {
    memory.disturb = () => {
      throw named('ProvisionedThroughputExceededException');
    };
    const bucket = new HiddenBucket(time, 5, 5);
    await time.run([work(bucket, limiterOf(true), 10)]);
    expect(bucket.calls.made).toBeGreaterThan(40);
    expect(failures.length).toBeGreaterThan(0);
  });

  test('a clock that is five minutes ahead makes nobody wait for longer than half a minute', async () => {
    const now = (): Date => new Date(time.ms + 300_000);
    const fast = new CallLimiter(memory.table, { now, pause: time.pause, throttled: () => undefined, failed: () => undefined });
    fast.isBackground = true;
    await time.run([fast.attempt(async () => undefined)]);
    const began = time.ms;
    await time.run([limiterOf(true).attempt(async () => undefined)]);
    expect(time.ms - began).toBeLessThanOrEqual(30_000);
  });
});

test('a sweep works on fewer agents at a time while IAM throttles, on one at least, and on no more than it may', () => {
  const at = (perSecond: number, most: number): number => agentsAtOnce({ ...FIRST_RATE, perSecond }, most);
  expect([at(FIRST_RATE.perSecond, 5), at(12, 5), at(7, 5), at(1, 5), at(200, 5), at(200, 100)]).toEqual([5, 5, 3, 1, 5, 67]);
});

test('other errors say nothing of the rate', async () => {
  const limiter = limiterOf(true);
  await time.run([limiter.attempt(async () => {
    throw named('AccessDenied');
  }).catch(() => undefined)]);
  expect(await limiter.rate()).toMatchObject({ perSecond: FIRST_RATE.perSecond, loweredAt: 0 });
});
