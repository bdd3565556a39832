import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { Account, refOf } from './account';
import { ALL_KINDS } from './fake-users';
import { credentialsLeft, leaveResidue, OTHERS_CREDENTIALS, OTHERS_RESIDUE, residueOf } from './residue';
import { wiperNamed, WIPERS } from '../../../../runtime/aws/wipers';
import { WipeReport } from '../../../../runtime/wiping';
import { codeOf } from '../../../core/code-of';
import { runs } from '../../../law-runs';
import { named } from '../../ledger/memory-table';

const OWN_SECRETS = ['agents/invoice-bot/a', 'agents/invoice-bot/b', 'agents/other-bot/c'];
const OWN_PROVIDERS = ['agents_invoice-bot_graph', 'agents_invoice-bot_mail', 'agents_other-bot_graph'];
const OTHERS_ROLE = 'others';

/** Items with their owners. The owner determines whether an item is wiped. */
interface Things {
  readonly inline: readonly string[];
  readonly attached: readonly string[];
  readonly profiles: readonly string[];
  readonly users: readonly { readonly name: string; readonly own: boolean; readonly kinds: readonly (typeof ALL_KINDS)[number][] }[];
  readonly secrets: readonly string[];
  readonly providers: readonly string[];
  /** Whether it has a guard of its own. */
  readonly guarded: boolean;
  /** Whether it left residue in resources of others. */
  readonly residue: boolean;
  /** Whether another role was created in the place of one that it had. */
  readonly replaced: boolean;
}

const letters = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 5 });
const things: fc.Arbitrary<Things> = fc.record({
  inline: letters,
  attached: letters,
  profiles: letters,
  users: fc.uniqueArray(
    fc.record({ name: fc.constantFrom('u', 'v', 'w', 'x'), own: fc.boolean(), kinds: fc.uniqueArray(fc.constantFrom(...ALL_KINDS)) }),
    { maxLength: 4, selector: ({ name }) => name },
  ),
  secrets: fc.subarray(OWN_SECRETS),
  providers: fc.subarray(OWN_PROVIDERS),
  guarded: fc.boolean(),
  residue: fc.boolean(),
  replaced: fc.boolean(),
});

function accountOf({ inline, attached, profiles, users, secrets, providers, guarded, residue, replaced }: Things): Account {
  const account = new Account();
  const role = account.principal('test');
  if (guarded) {
    account.guard(role, 'arn:aws:iam::111122223333:role/reached');
  }
  if (replaced) {
    account.principal('production');
    account.replace('production');
  }
  inline.forEach((name) => role.inline.set(name, '{}'));
  attached.forEach((name) => role.attached.add(`arn:aws:iam::111122223333:policy/${name}`));
  profiles.forEach((name) => account.roles.instanceProfiles.set(name, role.roleName));
  account.roles.instanceProfiles.set(OTHERS_ROLE, OTHERS_ROLE);
  for (const { name, own, kinds } of users) {
    account.users.create(name, own ? {} : { path: '/agents/other-bot/', agent: 'other-bot' });
    kinds.forEach((kind) => account.users.give(name, kind));
  }
  leaveResidue(account, residue ? role : undefined);
  account.own(...OWN_SECRETS);
  account.ownProvider(...OWN_PROVIDERS);
  providers.forEach((name) => account.providers.providers.add(name));
  secrets.forEach((name) => account.secrets.create(name, { replicas: ['us-east-1'], tags: { 'agent:name': 'invoice-bot' } }));
  return account;
}

async function wipeAll(account: Account): Promise<WipeReport[]> {
  const reports: WipeReport[] = [];
  for (const wiper of WIPERS) {
    reports.push(await account.run(wiper));
  }
  return reports;
}

/** What must hold after everything is wiped: the agent's own items are deleted, and all others are unchanged. */
function check(account: Account, { users, secrets, providers, guarded, residue }: Things): void {
  const role = account.roles.roles.get('invoice-bot-test')!;
  expect(account.roles.canAct(role.roleId)).toBe(false);
  // The denial of old sessions was throttled. It isn't requested again after the boundary denies everything.
  expect([...role.inline.keys()].filter((name) => name !== 'nhi-quarantine')).toEqual(['access', ...(guarded ? ['guard'] : [])]);
  expect([...role.attached]).toEqual(['guard-test', 'no-registry', ...(guarded ? [] : ['no-sessions'])].map((name) => `arn:aws:iam::111122223333:policy/agents/agents-${name}`));
  expect([...account.roles.roles.keys()]).toEqual(['invoice-bot-test']);
  expect([...account.roles.instanceProfiles].filter(([, held]) => held !== undefined)).toEqual([[OTHERS_ROLE, OTHERS_ROLE]]);
  const others = users.filter(({ own }) => !own);
  expect([...account.users.users.keys()]).toEqual(others.map(({ name }) => name));
  for (const { name, kinds } of others) {
    expect(kinds.every((kind) => account.users.users.get(name)!.parts[kind].size === 1)).toBe(true);
  }
  expect(residueOf(account, role)).toEqual([]);
  expect(credentialsLeft(account)).toEqual(residue ? [1, 2, 3].flatMap(() => OTHERS_CREDENTIALS).sort() : []);
  expect(account.policies.byArn.get('arn:aws:s3:::files')).toContain(OTHERS_RESIDUE);
  expect([...account.secrets.secrets.keys()]).toEqual(secrets.filter((name) => name.startsWith('agents/other-bot/')));
  expect([...account.providers.providers]).toEqual(providers.filter((name) => name.startsWith('agents_other-bot_')));
}

test('each wiper has a name of its own, and its findings carry it', async () => {
  const account = accountOf({
    inline: ['a'], attached: ['a'], profiles: ['a'], users: [{ name: 'u', own: true, kinds: ['access-key'] }], secrets: OWN_SECRETS, providers: OWN_PROVIDERS, guarded: true, residue: true, replaced: true,
  });
  account.secrets.create('tagged', { tags: { 'agent:name': 'invoice-bot' } });
  account.secrets.create('agents/invoice-bot/undeclared');
  account.delegates.push(refOf(account.roles.createRole('payer')));

  const reports = await wipeAll(account);

  expect(new Set(WIPERS.map(({ name }) => name)).size).toBe(WIPERS.length);
  for (const { wiper, found } of reports) {
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map((finding) => finding.wiper))).toEqual(new Set([wiper]));
  }
});

test('a wiper is found by its name, and one that is not there is refused', () => {
  expect(WIPERS.map(({ name }) => wiperNamed(name))).toEqual(WIPERS);
  expect(codeOf(() => wiperNamed('all-of-it'))).toBe('WiperUnknown');
});

test('law: the agent\'s own goes, what is in band or another\'s stays, and wiping twice is wiping once', async () => {
  await fc.assert(fc.asyncProperty(things, async (all) => {
    const account = accountOf(all);
    const first = await wipeAll(account);
    expect(first.flatMap(({ remains }) => remains)).toEqual([]);
    check(account, all);
    const after = account.snapshot();

    const second = await wipeAll(account);

    expect(second.flatMap(({ wiped, remains }) => [...wiped, ...remains])).toEqual([]);
    expect(account.snapshot()).toEqual(after);
  }), { numRuns: runs(100) });
});

test('law: whatever is throttled or breaks off, nothing of another\'s is touched, nothing is claimed that is still there, and a rerun finishes', async () => {
  await fc.assert(fc.asyncProperty(things, fc.infiniteStream(fc.integer({ min: 0, max: 9 })), async (all, dice) => {
    const account = accountOf(all);
    account.disturb(() => {
      if (dice.next().value === 0) {
        throw named('ThrottlingException', 'Rate exceeded');
      }
    });
    for (const wiper of WIPERS) {
      const report = await account.run(wiper).catch((error: Error) => expect(error.name).toBe('ThrottlingException'));
      if (report !== undefined) {
        account.disturb(() => undefined);
        const still = await account.found(wiper);
        expect(report.wiped.filter(({ id }) => still.includes(id))).toEqual([]);
      }
    }
    account.disturb(() => undefined);

    const again = await wipeAll(account);

    expect(again.flatMap(({ remains }) => remains)).toEqual([]);
    check(account, all);
  }), { numRuns: runs(100) });
});

test('every file that declares a wiper is in the table', async () => {
  const folder = join(__dirname, '..', '..', '..', '..', 'runtime', 'aws', 'wipers');
  const declared = readdirSync(folder).flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/: Wiper = \{\n {2}name: '([\w-]+)'/g)].map(([, name]) => name));
  expect(declared.length).toBeGreaterThan(8);
  expect(WIPERS.map(({ name }) => name).sort()).toEqual(declared.sort());
});
