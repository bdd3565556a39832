import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GenerateCredentialReportCommand } from '@aws-sdk/client-iam';
import { FakeAccount } from './fake-account';
import { ACCOUNT, generateAccount, NOW } from './generated-account';
import { rowsIn } from './inventory-of';
import { newFolder, taken } from './taken';
import { PageStore } from '../../../runtime/inventory/page-store';
import { readAccount } from '../../../runtime/inventory/read-account';

const LISTING = 'GetAccountAuthorizationDetails';
const HOUR_MS = 3_600_000;
const account = generateAccount();
/** Roles, users, a group and two managed policies. */
const ENTITIES = account.roles.length + account.users.length + 3;

/** Changes a page, and gives it the hash that fits. */
function forge(file: string, change: (page: Record<string, unknown>) => object): void {
  const page = JSON.parse(readFileSync(file, 'utf8').split('\n')[1]) as Record<string, unknown>;
  const body = JSON.stringify({ ...page, ...change(page) });
  writeFileSync(file, `${createHash('sha256').update(body).digest('hex')}\n${body}`);
}

let fake: FakeAccount;
afterEach(() => fake.stop());

async function started(options: Parameters<typeof FakeAccount.start>[1] = {}, roles = account): Promise<FakeAccount> {
  return (fake = await FakeAccount.start(roles, options));
}

test('1,000 roles and 200 users of all kinds, over the wire: the same as without it', async () => {
  await started();
  const { rows, accounts, unread } = await taken(fake);

  expect(rows).toEqual(rowsIn(account));
  expect(rows).toHaveLength(1_201);
  expect(accounts).toEqual([{ account: ACCOUNT, reportAt: '2026-06-10T00:00:00.000Z' }]);
  expect(unread).toEqual([]);
});

test.each([[40, 4], [1_000, 200], [2_600, 300]])('%i roles and %i users take at most 2 calls for 1,000 entities and 5 more', async (roles, users) => {
  const many = generateAccount(roles, users);
  await started({}, many);
  await taken(fake);

  const entities = roles + users + 3;
  expect(fake.calls.length).toBeLessThanOrEqual((entities / 1_000) * 2 + 5);
  expect(fake.count(LISTING)).toBe(Math.ceil(entities / 1_000));
  expect(fake.calls.length - fake.count(LISTING)).toBe(entities > 1_000 ? 5 : 4);
  expect(fake.calls.map(({ action }) => action).filter((action) => !/^(Get|Generate|List)/.test(action))).toEqual([]);
});

test('a report that was made before needs a call less; one that is late is waited for', async () => {
  await started({ reportLooks: 0 });
  await taken(fake);
  expect(fake.count('GenerateCredentialReport')).toBe(1);
  await fake.stop();

  await started({ reportLooks: 5 });
  let waits = 0;
  await taken(fake, { pause: async () => void (waits += 1) });
  expect([fake.count('GenerateCredentialReport'), waits]).toEqual([6, 4]);
});

test('a report that never comes is an error that says what to do', async () => {
  await started({ reportLooks: 1_000 }, generateAccount(1, 1));

  await expect(taken(fake)).rejects.toMatchObject({ code: 'CredentialReportLate', message: expect.stringContaining('run the command again') });
});

test('slows down when IAM throttles, and comes to the end', async () => {
  await started({}, generateAccount(20, 2));
  fake.throttled = 2;

  expect((await taken(fake)).rows).toHaveLength(23);
  expect(fake.count(LISTING)).toBe(3);
});

test('throttled to the end, says that the next run continues', async () => {
  await started({}, generateAccount(1, 1));
  const iam = { send: async () => Promise.reject(Object.assign(new Error('Rate exceeded'), { name: 'Throttling' })) };
  const ready = { send: async (command: object) => (command instanceof GenerateCredentialReportCommand ? { State: 'COMPLETE' } : iam.send()) };
  const options = { iam: ready as never, store: new PageStore(newFolder(), ACCOUNT), now: NOW, pause: async () => undefined, tell: () => undefined };

  await expect(readAccount(options)).rejects.toMatchObject({ code: 'IamThrottles', message: expect.stringContaining('continues after the last page') });
});

test.each<[string, string]>([
  ['no marker', '<IsTruncated>true</IsTruncated>'],
  ['an empty marker', '<IsTruncated>true</IsTruncated><Marker></Marker>'],
  ['the marker of the same page', '<IsTruncated>true</IsTruncated><Marker>again</Marker>'],
])('a page that is not the last one and has %s is no end of the listing', async (_what, page) => {
  await started({ also: { [LISTING]: () => page } }, generateAccount(1, 1));

  await expect(taken(fake)).rejects.toMatchObject({ code: 'ListingIncomplete', message: expect.stringContaining('run the command again') });
  expect(fake.count(LISTING)).toBeLessThanOrEqual(2);
});

test('pages with fewer items than were asked for, and an empty one, are not the end', async () => {
  const many = generateAccount(30, 4);
  await started({ pageSize: 7, also: { [LISTING]: ({ Marker: marker }) => (marker === undefined ? '<IsTruncated>true</IsTruncated><Marker>0</Marker>' : undefined) } }, many);

  expect((await taken(fake)).rows).toEqual(rowsIn(many));
});

test('a report that AWS deletes between its completion and its reading is ordered again', async () => {
  let reads = 0;
  await started({ also: { GetCredentialReport: () => (++reads === 1 ? { status: 410, __type: 'ReportExpired' } : undefined) } }, generateAccount(3, 3));

  expect((await taken(fake)).rows.find(({ name }) => name === 'user-0')?.console).toBeDefined();
  expect([reads, fake.count('GenerateCredentialReport')]).toEqual([2, 3]);
});

describe('an interrupted run', () => {
  const roles = generateAccount(2_500, 100);
  const stops = async (state: string, now = NOW): Promise<void> => {
    await started({ before: (action, count) => { if (action === LISTING && count > 2) { fake.refused = true; } } }, roles);
    await expect(taken(fake, { state, clock: () => now })).rejects.toMatchObject({ code: 'AccessDenied' });
    fake.refused = false;
    fake.calls.length = 0;
    await fake.stop();
    await started({}, roles);
  };

  test('continues after the last page that it read, and leaves nothing behind', async () => {
    const state = newFolder();
    await stops(state);
    expect(readdirSync(join(state, ACCOUNT)).sort()).toEqual(['page-00001', 'page-00002']);

    expect((await taken(fake, { state })).rows).toEqual(rowsIn(roles));
    expect(fake.count(LISTING)).toBe(1);
    expect(existsSync(join(state, ACCOUNT))).toBe(false);
  });

  test('continues likewise after the credentials ended in the middle', async () => {
    const state = newFolder();
    await started({ also: { [LISTING]: ({ Marker: marker }) => (marker === '20' ? { status: 403, __type: 'ExpiredToken' } : undefined) }, pageSize: 10 }, generateAccount(30, 4));
    await expect(taken(fake, { state })).rejects.toMatchObject({ code: 'CredentialsExpired' });
    await fake.stop();
    await started({ pageSize: 10 }, generateAccount(30, 4));

    expect((await taken(fake, { state })).rows).toEqual(rowsIn(generateAccount(30, 4)));
    expect(fake.count(LISTING)).toBe(2);
  });

  test('keeps its pages from other users', async () => {
    const state = newFolder();
    await stops(state);

    const modeOf = (...path: string[]): string => statSync(join(state, ACCOUNT, ...path)).mode.toString(8).slice(-3);
    expect(modeOf()).toBe('700');
    expect(readdirSync(join(state, ACCOUNT)).map((name) => modeOf(name))).toEqual(['600', '600']);
    await taken(fake, { state });
  });

  test.each<[string, (file: string) => void]>([
    ['half written', (file) => truncateSync(file, 1_000)],
    ['changed', (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('admin-bot', 'other-bot'))],
    ['empty', (file) => truncateSync(file, 0)],
    ['of another form, with its hash', (file) => forge(file, ({ entities }) => ({ entities: { ...entities as object, roles: [{ name: 'x' }] } }))],
    ['of another account, with its hash', (file) => forge(file, () => ({ account: '999900001111' }))],
    ['of no form at all, with its hash', (file) => forge(file, () => ({ entities: null }))],
  ])('reads a page again that is %s', async (_how, harm) => {
    const state = newFolder();
    await stops(state);
    harm(join(state, ACCOUNT, 'page-00002'));

    expect((await taken(fake, { state })).rows).toEqual(rowsIn(roles));
    expect(fake.count(LISTING)).toBe(2);
  });

  test('starts again after an hour, or if IAM no longer knows the marker', async () => {
    const state = newFolder();
    await stops(state, new Date(NOW.getTime() - HOUR_MS));
    await taken(fake, { state });
    expect(fake.count(LISTING)).toBe(3);
    await fake.stop();

    await stops(state);
    fake.staleMarkers = 1;
    expect((await taken(fake, { state })).rows).toEqual(rowsIn(roles));
    expect(fake.count(LISTING)).toBe(4);
  });

  test('a page from the future, as after a clock was set back, is not used', async () => {
    const state = newFolder();
    await stops(state, new Date(NOW.getTime() + HOUR_MS));
    await taken(fake, { state });

    expect(fake.count(LISTING)).toBe(3);
  });

  test('a link in the place of the account\'s folder is not followed', async () => {
    await started({}, generateAccount(1, 1));
    const [state, elsewhere] = [newFolder(), newFolder()];
    symlinkSync(elsewhere, join(state, ACCOUNT));

    await expect(taken(fake, { state })).rejects.toMatchObject({ code: 'StateFolderUnusable', message: expect.stringContaining('is a link') });
    expect(statSync(elsewhere).isDirectory()).toBe(true);
  });

  test('a run beside it that ends first, and deletes the pages of both, does not stop it', async () => {
    await started();
    const state = newFolder();
    const found = await taken(fake, { state, tell: () => rmSync(join(state, ACCOUNT), { recursive: true, force: true }) });

    expect(found.rows.length).toBeGreaterThan(1_000);
  });

  test('a folder that can\'t be written to any more, as on a full disk, is an error that says so', async () => {
    await started();
    const state = newFolder();
    const spoiled = taken(fake, {
      state,
      tell: () => {
        rmSync(join(state, ACCOUNT), { recursive: true, force: true });
        writeFileSync(join(state, ACCOUNT), '');
      },
    });

    await expect(spoiled).rejects.toMatchObject({ code: 'StateFolderUnusable', message: expect.stringContaining('--state') });
  });

  test('a folder that can\'t be used is an error that says so', async () => {
    await started({}, generateAccount(1, 1));
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');

    await expect(taken(fake, { state: file })).rejects.toMatchObject({ code: 'StateFolderUnusable', message: expect.stringContaining('--state') });
  });
});

test('says how far it is, how fast, and how long the rest takes', async () => {
  await started();
  const lines: string[] = [];
  let at = NOW.getTime();
  await taken(fake, { tell: (line) => lines.push(line), clock: () => new Date(at += 500) });

  expect(lines[0]).toBe('account 111122223333: reading the first 1,000 roles, users and policies');
  expect(lines.some((line) => /^account 111122223333: 1,000 of about 1,202 roles, users and policies, [\d,]+\/s, about \d+ s left$/.test(line))).toBe(true);
  expect(lines.at(-1)).toContain(`${ENTITIES.toLocaleString('en')} of about ${ENTITIES.toLocaleString('en')}`);
});
