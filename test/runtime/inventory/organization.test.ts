import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FakeAccount, sessionXml } from './fake-account';
import { ACCOUNT, generateAccount } from './generated-account';
import { newFolder, taken } from './taken';

const LISTING = 'GetAccountAuthorizationDetails';
const others = Array.from({ length: 11 }, (_, index) => String(222200000000 + index));
const ids = [ACCOUNT, ...others];
const small = generateAccount(5, 1);
/** Of 9 entities: two pages. */
const PAGE_SIZE = 5;

type Answer = string | ({ readonly status?: number } & object) | undefined;
let fake: FakeAccount;
afterEach(() => fake.stop());

const idIn = ({ RoleArn: arn }: Record<string, unknown>): string => String(arn).split(':')[4];
async function start(assume: (id: string) => Answer = sessionXml, before?: (action: string, as: string) => Promise<void> | void): Promise<void> {
  fake = await FakeAccount.start(small, {
    pageSize: PAGE_SIZE,
    also: { ListAccounts: () => ({ Accounts: ids.map((Id) => ({ Id, Name: `account ${Id}`, State: 'ACTIVE' })) }), AssumeRole: (input) => assume(idIn(input)) },
    before: (action, _count, as) => before?.(action, as),
  });
}

test('accounts are read at the same time, four at most, and come out in the order of the organization', async () => {
  let [open, most] = [0, 0];
  const waiting: (() => void)[] = [];
  await start(sessionXml, async (action) => {
    if (action !== LISTING) {
      return;
    }
    most = Math.max(most, open += 1);
    // The first four are answered when all four are there; each later one is answered at once.
    await new Promise<void>((go) => {
      waiting.push(go);
      if (waiting.length >= 4) {
        waiting.forEach((release) => release());
      }
    });
    open -= 1;
  });
  const { accounts, unread, rows } = await taken(fake, { roleName: 'x' });

  expect(most).toBe(4);
  expect(fake.count('AssumeRole')).toBe(others.length);
  expect(accounts.map(({ account: id }) => id)).toEqual(ids);
  expect(unread).toEqual([]);
  expect(new Set(rows.map(({ account: id }) => id))).toEqual(new Set(ids));
});

test('accounts that fail in the middle of reading do not stop the others, and each is named once', async () => {
  const denied = [others[2], others[7]];
  await start(sessionXml, (action, as) => void (fake.refused = action === LISTING && denied.includes(as)));
  const { accounts, unread } = await taken(fake, { roleName: 'x' });

  expect(unread).toEqual(denied.map((id) => ({ account: id, name: `account ${id}`, reason: expect.stringMatching(/^AccessDenied: /) })));
  expect(accounts.map(({ account: id }) => id)).toEqual(ids.filter((id) => !denied.includes(id)));
});

test('says how many accounts are read', async () => {
  await start();
  const lines: string[] = [];
  await taken(fake, { roleName: 'x', tell: (line) => lines.push(line) });

  expect(lines[0]).toMatch(/^0 of 12 accounts; account \d+: reading the first/);
  expect(lines.at(-1)).toMatch(/^(8|9|10|11) of 12 accounts; account \d+: /);
});

test('when the operator\'s own credentials end, no further account is begun, and the next run reads only what is missing', async () => {
  const state = newFolder();
  let assumed = 0;
  await start((id) => (++assumed > 5 ? { status: 403, __type: 'ExpiredToken' } : sessionXml(id)));
  await expect(taken(fake, { roleName: 'x', state })).rejects.toMatchObject({ code: 'CredentialsExpired' });
  const kept = readdirSync(state).filter((id) => existsSync(join(state, id, 'page-00002')));
  expect(kept.length).toBeGreaterThanOrEqual(5);
  expect(assumed).toBeLessThan(ids.length - 1);
  await fake.stop();

  await start();
  const { accounts, unread } = await taken(fake, { roleName: 'x', state });
  expect([accounts.length, unread]).toEqual([ids.length, []]);
  // Two pages of each account that was not read.
  expect(fake.count(LISTING)).toBe(2 * (ids.length - kept.length));
  expect(readdirSync(state)).toEqual([]);
});

test('a session that is about to end is replaced by another one', async () => {
  let sessions = 0;
  const soon = (id: string): string => sessionXml(id).replace('2030-01-01T00:00:00Z', new Date(Date.now() + 1_000).toISOString());
  await start((id) => (id !== others[0] ? { status: 403, __type: 'AccessDenied' } : (++sessions === 1 ? soon(id) : sessionXml(id))));
  const { accounts } = await taken(fake, { roleName: 'x' });

  expect(accounts.map(({ account: id }) => id)).toEqual([ACCOUNT, others[0]]);
  expect(sessions).toBeGreaterThan(1);
});
