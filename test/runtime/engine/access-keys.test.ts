import { PLACEMENT } from './decision/requests';
import { REGISTRY } from './wire';
import { World } from './world';
import { STAGING_PROFILE } from '../../../src/core/risk-profile';
import { sweeperOf } from '../sweep/sweeping';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const DAY = 86_400;
const SECRET = 'agents/invoice-bot/archive';
/** What the kinds have in common is tested for both. */
const KINDS = {
  'access-key': { prefix: 'AKIA', make: 'CreateAccessKeyCommand', update: 'UpdateAccessKeyCommand', remove: 'DeleteAccessKeyCommand', denied: 'dynamodb', other: 's3' },
  'bedrock-api-key': {
    prefix: 'ACCA', make: 'CreateServiceSpecificCredentialCommand', update: 'UpdateServiceSpecificCredentialCommand', remove: 'DeleteServiceSpecificCredentialCommand', denied: 'bedrock', other: 'dynamodb',
  },
} as const;
const ALL_KINDS = Object.keys(KINDS) as (keyof typeof KINDS)[];
const ACCESS_KEY = { User: 'archive-user', Secret: SECRET, RotateSeconds: String(30 * DAY), GraceSeconds: String(7 * DAY), Until: '2026-09-01T00:00:00Z' };
const START = Date.parse('2026-06-01T00:00:00Z');

let world: World;
beforeEach(() => {
  world = new World({ agenda: { warningSeconds: [], teardownAfterSeconds: 7 * DAY } });
  world.fake.now = new Date(START);
  world.fake.keys.add('archive-user', SECRET);
});

/** Ids of both kinds, in the same form. */
const plain = (id: string | undefined) => id?.replace(/^(AKIA|ACCA)/, 'KEY');
const keys = () => world.fake.keys.keysOf('archive-user').map(({ AccessKeyId, Status }) => `${plain(AccessKeyId)} ${Status}`);
const shown = () => plain(world.fake.keys.current(SECRET)?.id);
const works = () => world.fake.keys.works(SECRET);
const changes = async () => (await world.fake.engine.ledger.events(PLACEMENT)).filter(({ type }) => type.includes('access-key-changed'))
  .map(({ data }) => (data.unmapped as { details: { change: string; keyId: string } }).details).map(({ change, keyId }) => `${change} ${plain(keyId)}`);
const deployAs = (accessKeys: object[] | undefined = [ACCESS_KEY], more: object = {}, stage = 'test') => world.stack.deploy(stage, { accessKeys, ...more });

/** Sweeps on a day after the beginning, and again when what that has begun is due. A sweep does one thing for an agent, and whether it is used comes first. */
async function sweepOn(...days: number[]): Promise<void> {
  for (const day of days) {
    for (const seconds of [5, 6, 70, 71]) {
      world.fake.now = new Date(START + (day * DAY + seconds) * 1000);
      await sweeperOf(world).sweep();
    }
  }
}

describe.each(ALL_KINDS)('a key of the kind %s', (kind) => {
  const { prefix, make, update, remove, denied, other } = KINDS[kind];
  const KEY = () => ({ ...ACCESS_KEY, ...(kind === 'access-key' ? {} : { Kind: kind }) });
  const deploy = (accessKeys: object[] | undefined = [KEY()], more: object = {}) => deployAs(accessKeys, more);
  /** The first key, or another one of the user, as a person with an administrator's rights. */
  const byHand = (call: string, Status?: string) => world.fake.keys.iam(call, {
    UserName: 'archive-user', AccessKeyId: `${prefix}1`, ServiceSpecificCredentialId: `${prefix}1`, ServiceName: 'bedrock.amazonaws.com', CredentialAgeDays: 30, Status,
  } as never);

  test('a join makes the key and writes it to the secret, and to nothing else', async () => {
    await deploy();

    expect([keys(), shown(), works()]).toEqual([['KEY1 Active'], 'KEY1', true]);
    expect(await changes()).toEqual(['made KEY1']);
    const [secret] = world.fake.keys.everySecret;
    const { memory, logged, published, copies } = world.fake;
    const everything = JSON.stringify([[...memory.items.values()], logged, published, [...copies.values()], world.stack.last]);
    expect(everything).toContain(`${prefix}1`);
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
    expect(keys()).toEqual(['KEY1 Active']);

    for (const seconds of [5, 6]) {
      world.fake.now = new Date(START + (30 * DAY + seconds) * 1000);
      await sweeperOf(world).sweep();
    }
    // IAM does not show the new one everywhere yet.
    expect([keys(), shown()]).toEqual([['KEY1 Active', 'KEY2 Active'], 'KEY1']);
    await sweepOn(30);
    expect([keys(), shown(), works()]).toEqual([['KEY1 Active', 'KEY2 Active'], 'KEY2', true]);

    await sweepOn(36);
    expect(keys()).toEqual(['KEY1 Active', 'KEY2 Active']);
    await sweepOn(38);
    expect(keys()).toEqual(['KEY1 Inactive', 'KEY2 Active']);
    await sweepOn(44);
    expect(keys()).toEqual(['KEY1 Inactive', 'KEY2 Active']);
    await sweepOn(46);
    expect(keys()).toEqual(['KEY2 Active']);
    expect(await changes()).toEqual(['made KEY1', 'rotated KEY2', 'made-inactive KEY1', 'deleted KEY1']);

    await sweepOn(61, 69, 77);
    expect([keys(), works()]).toEqual([['KEY3 Active'], true]);
  });

  describe('whatever call is the last one of a process that dies', () => {
    const CALLS = [make, 'PutSecretValueCommand', 'UpdateSecretVersionStageCommand', update, remove];
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
    byHand(make);
    expect(keys()).toHaveLength(2);
    await sweepOn(30);
    expect(keys()).toEqual(['KEY1 Active', 'KEY3 Active']);
  });

  test('the end of the exception deletes the keys, and no other one is made', async () => {
    await deploy([{ ...KEY(), Until: '2026-06-11T00:00:00Z' }]);
    await sweepOn(9);
    expect(keys()).toEqual(['KEY1 Active']);
    await sweepOn(10, 31);
    expect(keys()).toEqual([]);
    expect(await changes()).toEqual(['made KEY1', 'deleted KEY1']);
  });

  test('a key that the code declares no more is deleted before the response, so that CloudFormation can delete its user', async () => {
    await deploy();
    await deploy([]);
    expect([keys(), (await world.state())!.accessKeys]).toEqual([[], undefined]);
    expect(await changes()).toEqual(['made KEY1', 'deleted KEY1']);
  });

  test('a suspension makes the key inactive and no other one is made; a resumption makes it work again, and not the one that was replaced', async () => {
    await deploy();
    await sweepOn(30, 38);
    expect(keys()).toEqual(['KEY1 Inactive', 'KEY2 Active']);
    await world.ask({ kind: 'suspend', reason: 'It was seen in a public place' });
    expect(keys()).toEqual(['KEY1 Inactive', 'KEY2 Inactive']);
    await sweepOn(44);
    await deploy([KEY()], { purpose: 'Matches invoices of all years' });
    expect(keys()).toEqual(['KEY1 Inactive', 'KEY2 Inactive']);
    await sweepOn(60, 61);
    expect(keys()).toHaveLength(2);
    world.fake.now = new Date(START + 44 * DAY * 1000);
    world.fake.keys.keysOf('archive-user').forEach((key) => { key.Status = 'Inactive'; });
    await world.ask({ kind: 'resume', reason: 'It was a false alarm' });
    expect([keys(), works()]).toEqual([['KEY1 Inactive', 'KEY2 Active'], true]);
  });

  test('a key that a person made inactive stays so until it is replaced', async () => {
    await deploy();
    byHand(update, 'Inactive');
    await deploy([KEY()], { purpose: 'Matches invoices of all years' });
    expect([keys(), works()]).toEqual([['KEY1 Inactive'], false]);
    await sweepOn(30);
    expect([keys(), works()]).toEqual([['KEY1 Inactive', 'KEY2 Active'], true]);
  });

  test('a move deletes the keys of the former stage at once, and makes one for the present stage, as does an undone move', async () => {
    world.stack.registry = { ...REGISTRY, stages: new Map([...REGISTRY.stages, ['staging', { ...STAGING_PROFILE, longLivedKeysAllowed: true }]]) };
    await deploy();
    await deployAs([KEY()], {}, 'staging');
    expect(world.stack.failure).toBeUndefined();
    expect([keys(), shown(), works()]).toEqual([['KEY2 Active'], 'KEY2', true]);
    expect(await changes()).toEqual(['made KEY1', 'rotated KEY2', 'deleted KEY1']);
    await deployAs([KEY()], { purpose: 'Matches invoices of all years' }, 'staging');
    expect(keys()).toEqual(['KEY2 Active']);
    await deployAs([KEY()], { fails: true }, 'test');
    expect([keys().length, works()]).toEqual([1, true]);
  });

  test('a key that a list of IAM does not show yet leaves no third one, and a reader of the secret always has one that works', async () => {
    world.fake.keys.lateSeconds = 120;
    await deploy();
    await deploy([KEY()], { purpose: 'Matches invoices of all years' });
    expect(works()).toBe(true);
    world.fake.keys.lateSeconds = 0;
    // The next due rotation finds the first one and ends it as a replaced key.
    for (const day of [1, 29, 31, 38, 39, 46]) {
      await sweepOn(day);
      expect([keys().length <= 2, works()]).toEqual([true, true]);
    }
    expect(keys().some((key) => key.startsWith('KEY1'))).toBe(false);
  });

  test('a leave deletes user, keys and secret', async () => {
    await deploy();
    await world.stack.destroy();
    expect([world.fake.keys.users.size, world.fake.keys.secrets.size]).toEqual([0, 0]);
    await sweepOn(31);
    expect(world.fake.keys.everySecret).toHaveLength(1);
  });

  test('while a review denies what the code declares, the key is inactive; it works again when that is given back, or when only something else is denied', async () => {
    const may = [`${denied}:GetItem`];
    await deploy([KEY()], { may });
    const { engine } = world.fake;
    const deny = async (...actions: string[]): Promise<void> => {
      const all = actions.map((action) => ({ action, since: '2026-06-02T00:00:00Z' }));
      const reduction = { denied: all, effects: {} } as unknown as NonNullable<Awaited<ReturnType<typeof world.state>>>['reduction'];
      await engine.ledger.commit(PLACEMENT, await world.state(), { reduction }, [], { registry: 'agents', actor: 'test', time: world.fake.now });
    };
    for (const [action, status] of [[may[0], 'Inactive'], [`${denied}:PutItem`, 'Active'], [`${denied}:*`, 'Inactive'], [`${other}:*`, 'Active']]) {
      await deny(action);
      await deploy([KEY()], { may, purpose: `Matches invoices, ${action}` });
      expect([action, keys()]).toEqual([action, [`KEY1 ${status}`]]);
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
});

describe('a key of Bedrock', () => {
  const KEY = { ...ACCESS_KEY, Kind: 'bedrock-api-key' };
  const daysOf = () => world.fake.keys.keysOf('archive-user').map(({ CreateDate, expires }) => (expires!.getTime() - CreateDate.getTime()) / (DAY * 1000));

  test('is ended by IAM after the time that the engine needs to replace it, or with the exception', async () => {
    await deployAs([KEY]);
    expect(daysOf()).toEqual([45]);
    await world.stack.destroy();
    world.fake.keys.add('archive-user', SECRET);
    await deployAs([{ ...KEY, Until: '2026-06-08T12:00:00Z' }]);
    expect(daysOf()).toEqual([8]);
  });

  test('stops working if the engine does nothing, and is made again when it does', async () => {
    await deployAs([KEY]);
    world.fake.now = new Date(START + 46 * DAY * 1000);
    expect([keys(), works()]).toEqual([['KEY1 Expired'], false]);
    await sweepOn(47);
    expect([keys(), shown(), works()]).toEqual([['KEY2 Active'], 'KEY2', true]);
    expect(await changes()).toEqual(['made KEY1', 'rotated KEY2', 'deleted KEY1']);
  });

  test('is replaced before IAM ends it if its exception or its interval became longer since', async () => {
    await deployAs([{ ...KEY, RotateSeconds: String(DAY), GraceSeconds: '3600', Until: '2026-06-08T12:00:00Z' }]);
    expect(daysOf()).toEqual([3]);
    await deployAs([{ ...KEY, GraceSeconds: String(DAY / 2) }]);
    await sweepOn(1);
    expect(keys()).toEqual(['KEY1 Active']);
    await sweepOn(2);
    expect([keys(), shown(), works()]).toEqual([['KEY1 Active', 'KEY2 Active'], 'KEY2', true]);
    // A day later IAM has ended the first one.
    await sweepOn(3, 4, 10);
    expect([keys(), shown(), works()]).toEqual([['KEY2 Active'], 'KEY2', true]);
  });

  test('one that ends with its exception is not replaced for that', async () => {
    await deployAs([{ ...KEY, Until: '2026-06-08T12:00:00Z' }]);
    await sweepOn(1, 2, 3, 5, 7);
    expect([keys(), works()]).toEqual([['KEY1 Active'], true]);
  });

  test('becomes inactive after its grace, used or not: IAM does not say', async () => {
    await deployAs([KEY]);
    await sweepOn(30);
    world.fake.keys.keysOf('archive-user')[0].lastUsed = new Date(START + 37 * DAY * 1000);
    await sweepOn(37);
    expect(keys()).toEqual(['KEY1 Inactive', 'KEY2 Active']);
  });

  test('is named as such in its events, and in the refusal of a stage that allows none', async () => {
    await deployAs([KEY]);
    const [{ data }] = (await world.fake.engine.ledger.events(PLACEMENT)).filter(({ type }) => type.includes('access-key-changed'));
    expect((data.unmapped as { details: object }).details).toEqual({ change: 'made', kind: 'bedrock-api-key', user: 'archive-user', keyId: 'ACCA1' });
    await world.stack.destroy();
    await world.stack.deploy('production', { accessKeys: [KEY] });
    expect(world.stack.failure).toMatch(/LongLivedKeysForbidden: .*an API key of Bedrock \(user archive-user\)/);
  });

  test('a deployment without it deletes it and leaves an access key of the agent', async () => {
    world.fake.keys.add('other-user', 'agents/invoice-bot/other');
    const other = { ...ACCESS_KEY, User: 'other-user', Secret: 'agents/invoice-bot/other' };
    await deployAs([KEY, other]);
    await deployAs([other]);
    expect([keys(), world.fake.keys.works('agents/invoice-bot/other')]).toEqual([[], true]);
  });
});

test('a replaced key that is used still is reported once, and becomes inactive in the end', async () => {
  await deployAs();
  await sweepOn(30);
  const old = world.fake.keys.keysOf('archive-user')[0];
  for (const day of [37, 38, 40, 43]) {
    old.lastUsed = new Date(START + day * DAY * 1000 - 3_600_000);
    await sweepOn(day);
    expect(keys()).toEqual(['KEY1 Active', 'KEY2 Active']);
  }
  expect(await changes()).toEqual(['made KEY1', 'rotated KEY2', 'still-used KEY1']);

  old.lastUsed = new Date(START + 45 * DAY * 1000);
  await sweepOn(45);
  expect(keys()).toEqual(['KEY1 Inactive', 'KEY2 Active']);
});

test('one whose use has ended becomes inactive without waiting longer', async () => {
  await deployAs();
  await sweepOn(30);
  const old = world.fake.keys.keysOf('archive-user')[0];
  old.lastUsed = new Date(START + 37 * DAY * 1000);
  await sweepOn(37);
  expect(keys()).toEqual(['KEY1 Active', 'KEY2 Active']);
  await sweepOn(39);
  expect(keys()).toEqual(['KEY1 Inactive', 'KEY2 Active']);
});

describe('refused', () => {
  test('LongLivedKeysForbidden: in a stage that allows none; the twin without a key joins', async () => {
    await world.stack.deploy('production', { accessKeys: [ACCESS_KEY] });
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
    await deployAs([{ ...ACCESS_KEY, ...change }]);
    expect(world.fake.keys.everySecret).toEqual([]);
    expect(world.fake.keys.secrets.get('agents/other-bot/archive')!.size).toBe(0);
  });
});
