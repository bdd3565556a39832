import { PLACEMENT } from './decision/requests';
import { World } from './world';
import { sweeperOf } from '../sweep/sweeping';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const DAY = 86_400;
const SECRET = 'agents/invoice-bot/archive';
const KEY = { User: 'archive-user', Secret: SECRET, RotateSeconds: String(30 * DAY), GraceSeconds: String(7 * DAY), Until: '2026-09-01T00:00:00Z' };
const START = Date.parse('2026-06-01T00:00:00Z');

let world: World;
beforeEach(() => {
  world = new World({ agenda: { warningSeconds: [], teardownAfterSeconds: 7 * DAY } });
  world.fake.now = new Date(START);
  world.fake.keys.add('archive-user', SECRET);
});

const keys = () => world.fake.keys.keysOf('archive-user').map(({ AccessKeyId, Status }) => `${AccessKeyId} ${Status}`);
const shown = () => world.fake.keys.current(SECRET)?.accessKeyId;
const works = () => world.fake.keys.works(SECRET);
const changes = async () => (await world.fake.engine.ledger.events(PLACEMENT)).filter(({ type }) => type.includes('access-key-changed'))
  .map(({ data }) => (data.unmapped as { details: { change: string; keyId: string } }).details).map(({ change, keyId }) => `${change} ${keyId}`);
const deploy = (accessKeys: object[] | undefined = [KEY], more: object = {}) => world.stack.deploy('test', { accessKeys, ...more });

/** Sweeps on a day after the beginning, and again when what that has begun is due. A sweep does one thing for an agent, and whether it is used comes first. */
async function sweepOn(...days: number[]): Promise<void> {
  for (const day of days) {
    for (const seconds of [5, 6, 70, 71]) {
      world.fake.now = new Date(START + (day * DAY + seconds) * 1000);
      await sweeperOf(world).sweep();
    }
  }
}

test('a join makes the key and writes it to the secret, and to nothing else', async () => {
  await deploy();

  expect([keys(), shown(), works()]).toEqual([['AKIA1 Active'], 'AKIA1', true]);
  expect(await changes()).toEqual(['made AKIA1']);
  const [secret] = world.fake.keys.everySecret;
  const { memory, logged, published, copies } = world.fake;
  const everything = JSON.stringify([[...memory.items.values()], logged, published, [...copies.values()], world.stack.last]);
  expect(everything).toContain('AKIA1');
  expect(everything).not.toContain(secret);
  await world.check();
});

test('without a declared key no key is made', async () => {
  await world.stack.deploy('test');
  await sweepOn(0, 31);
  expect([keys(), world.fake.keys.everySecret]).toEqual([[], []]);
});

test('a key is replaced when it is old, watched while it is active, then inactive, then deleted', async () => {
  await deploy();
  await sweepOn(29);
  expect(keys()).toEqual(['AKIA1 Active']);

  for (const seconds of [5, 6]) {
    world.fake.now = new Date(START + (30 * DAY + seconds) * 1000);
    await sweeperOf(world).sweep();
  }
  // IAM does not show the new one everywhere yet.
  expect([keys(), shown()]).toEqual([['AKIA1 Active', 'AKIA2 Active'], 'AKIA1']);
  await sweepOn(30);
  expect([keys(), shown(), works()]).toEqual([['AKIA1 Active', 'AKIA2 Active'], 'AKIA2', true]);

  await sweepOn(36);
  expect(keys()).toEqual(['AKIA1 Active', 'AKIA2 Active']);
  await sweepOn(38);
  expect(keys()).toEqual(['AKIA1 Inactive', 'AKIA2 Active']);
  await sweepOn(44);
  expect(keys()).toEqual(['AKIA1 Inactive', 'AKIA2 Active']);
  await sweepOn(46);
  expect(keys()).toEqual(['AKIA2 Active']);
  expect(await changes()).toEqual(['made AKIA1', 'rotated AKIA2', 'made-inactive AKIA1', 'deleted AKIA1']);

  await sweepOn(61, 69, 77);
  expect([keys(), works()]).toEqual([['AKIA3 Active'], true]);
});

test('a replaced key that is used still is reported once, and becomes inactive in the end', async () => {
  await deploy();
  await sweepOn(30);
  const old = world.fake.keys.keysOf('archive-user')[0];
  for (const day of [37, 38, 40, 43]) {
    old.lastUsed = new Date(START + day * DAY * 1000 - 3_600_000);
    await sweepOn(day);
    expect(keys()).toEqual(['AKIA1 Active', 'AKIA2 Active']);
  }
  expect(await changes()).toEqual(['made AKIA1', 'rotated AKIA2', 'still-used AKIA1']);

  old.lastUsed = new Date(START + 45 * DAY * 1000);
  await sweepOn(45);
  expect(keys()).toEqual(['AKIA1 Inactive', 'AKIA2 Active']);
});

test('one whose use has ended becomes inactive without waiting longer', async () => {
  await deploy();
  await sweepOn(30);
  const old = world.fake.keys.keysOf('archive-user')[0];
  old.lastUsed = new Date(START + 37 * DAY * 1000);
  await sweepOn(37);
  expect(keys()).toEqual(['AKIA1 Active', 'AKIA2 Active']);
  await sweepOn(39);
  expect(keys()).toEqual(['AKIA1 Inactive', 'AKIA2 Active']);
});

describe('whatever call is the last one of a process that dies', () => {
  const CALLS = ['CreateAccessKeyCommand', 'PutSecretValueCommand', 'UpdateSecretVersionStageCommand', 'UpdateAccessKeyCommand', 'DeleteAccessKeyCommand'];
  test.each(CALLS.flatMap((call) => [[call, 'before'], [call, 'after']] as const))('%s, %s it', async (call, when) => {
    const { keys: fake } = world.fake;
    let died = 0;
    const dies = (name: string): void => {
      if (name === call && died === 0) {
        died++;
        throw new Error('the process died');
      }
    };
    // At the first time of each phase: the making, the rotation, the end.
    const arm = (): void => {
      died = 0;
      fake[when] = dies;
    };
    arm();
    await deploy();
    await sweepOn(1);
    expect([keys().length, works()]).toEqual([1, true]);
    arm();
    await sweepOn(31, 32);
    expect(works()).toBe(true);
    const days = [40, 41, 49, 50];
    for (const day of days) {
      arm();
      await sweepOn(day);
      expect([keys().length <= 2, works()]).toEqual([true, true]);
    }
    fake[when] = () => undefined;
    await sweepOn(51, 60);
    // One key is left, and a reader of the secret has it.
    expect([keys().filter((key) => key.endsWith(' Active')).length, works()]).toEqual([1, true]);
  });
});

test('a key of the user that is in no version of the secret is deleted, as one of a process that died, or one made by hand', async () => {
  await deploy();
  world.fake.keys.iam('CreateAccessKeyCommand', { UserName: 'archive-user' } as never);
  expect(keys()).toHaveLength(2);
  await sweepOn(30);
  expect(keys()).toEqual(['AKIA1 Active', 'AKIA3 Active']);
});

test('the end of the exception deletes the keys, and no other one is made', async () => {
  await deploy([{ ...KEY, Until: '2026-06-11T00:00:00Z' }]);
  await sweepOn(9);
  expect(keys()).toEqual(['AKIA1 Active']);
  await sweepOn(10, 31);
  expect(keys()).toEqual([]);
  expect(await changes()).toEqual(['made AKIA1', 'deleted AKIA1']);
});

test('a key that the code declares no more is deleted before the response, so that CloudFormation can delete its user', async () => {
  await deploy();
  await deploy([]);
  expect([keys(), (await world.state())!.accessKeys]).toEqual([[], undefined]);
  expect(await changes()).toEqual(['made AKIA1', 'deleted AKIA1']);
});

test('a suspension makes the key inactive and no other one is made; a resumption makes it work again, and not the one that was replaced', async () => {
  await deploy();
  await sweepOn(30, 38);
  expect(keys()).toEqual(['AKIA1 Inactive', 'AKIA2 Active']);
  await world.ask({ kind: 'suspend', reason: 'It was seen in a public place' });
  expect(keys()).toEqual(['AKIA1 Inactive', 'AKIA2 Inactive']);
  await sweepOn(62);
  await deploy([KEY], { purpose: 'Matches invoices of all years' });
  expect(keys()).toEqual(['AKIA1 Inactive', 'AKIA2 Inactive']);
  world.fake.now = new Date(START + 44 * DAY * 1000);
  await world.ask({ kind: 'resume', reason: 'It was a false alarm' });
  expect([keys(), works()]).toEqual([['AKIA1 Inactive', 'AKIA2 Active'], true]);
});

test('a key that a person made inactive stays so until it is replaced', async () => {
  await deploy();
  world.fake.keys.iam('UpdateAccessKeyCommand', { UserName: 'archive-user', AccessKeyId: 'AKIA1', Status: 'Inactive' });
  await deploy([KEY], { purpose: 'Matches invoices of all years' });
  expect([keys(), works()]).toEqual([['AKIA1 Inactive'], false]);
  await sweepOn(30);
  expect([keys(), works()]).toEqual([['AKIA1 Inactive', 'AKIA2 Active'], true]);
});

test('a leave deletes user, keys and secret', async () => {
  await deploy();
  await world.stack.destroy();
  expect([world.fake.keys.users.size, world.fake.keys.secrets.size]).toEqual([0, 0]);
  await sweepOn(31);
  expect(world.fake.keys.everySecret).toHaveLength(1);
});

test('while a review denies what the code declares, the key is inactive; it works again when that is given back, or when only something else is denied', async () => {
  await deploy();
  const { engine } = world.fake;
  const deny = async (...actions: string[]): Promise<void> => {
    const denied = actions.map((action) => ({ action, since: '2026-06-02T00:00:00Z' }));
    const reduction = { denied, effects: {} } as unknown as NonNullable<Awaited<ReturnType<typeof world.state>>>['reduction'];
    await engine.ledger.commit(PLACEMENT, await world.state(), { reduction }, [], { registry: 'agents', actor: 'test', time: world.fake.now });
  };
  for (const [action, status] of [['dynamodb:GetItem', 'Inactive'], ['dynamodb:PutItem', 'Active'], ['dynamodb:*', 'Inactive'], ['s3:*', 'Active']]) {
    await deny(action);
    await deploy([KEY], { purpose: `Matches invoices, ${action}` });
    expect([action, keys()]).toEqual([action, [`AKIA1 ${status}`]]);
  }
});

test('what fails for good is reported once a day, and keeps nothing else of the agent from being done', async () => {
  await deploy();
  world.fake.keys.users.delete('archive-user');
  await sweepOn(30, 31);
  expect((await world.names()).filter((name) => name === 'transition-failed')).toHaveLength(2);
  expect((await world.state())!.trouble?.code).toBe('AccessKeyForeign');
  await world.stack.destroy();
  expect((await world.state())!.status).toBe('left');
});

describe('refused', () => {
  test('LongLivedKeysForbidden: in a stage that allows none; the twin without a key joins', async () => {
    await world.stack.deploy('production', { accessKeys: [KEY] });
    expect(world.stack.failure).toContain('LongLivedKeysForbidden');
    expect(keys()).toEqual([]);
    await world.stack.destroy();
    await world.stack.deploy('production');
    expect(world.stack.failure).toBeUndefined();
  });

  test.each([
    ['a user of another agent', { User: 'other-user' }],
    ['a secret of another agent', { Secret: 'agents/other-bot/archive' }],
  ])('AccessKeyForeign: %s gets no key', async (_what, change) => {
    world.fake.keys.add('other-user', 'agents/other-bot/archive', '/agents/other-bot/');
    await deploy([{ ...KEY, ...change }]);
    expect(world.fake.keys.everySecret).toEqual([]);
    expect(world.fake.keys.secrets.get('agents/other-bot/archive')!.size).toBe(0);
  });
});
