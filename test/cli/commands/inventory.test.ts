import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { widthOf } from '../../../cli/fit-table';
import { Inventory } from '../../../runtime/inventory';
import { FakeAccount, sessionXml } from '../../runtime/inventory/fake-account';
import { ACCOUNT, generateAccount } from '../../runtime/inventory/generated-account';
import { newFolder } from '../../runtime/inventory/taken';
import { nhiInTerminal, nhiPiped } from '../terminal/terminal';

let fake: FakeAccount;
let state: string;
beforeEach(() => (state = newFolder()));
afterEach(() => fake?.stop());

const PROGRESS = /account 111122223333: /;
const nhi = (...words: string[]) => nhiPiped(['inventory', '--state', state, ...words], fake.env);

test('prints a table of machine identities, the worst first, and what it counted; no progress in a pipe', async () => {
  fake = await FakeAccount.start(generateAccount(42, 8));
  const { stdout, stderr, exitCode } = await nhi();

  expect([stderr, exitCode]).toEqual(['', 0]);
  const [head, first, ...rest] = stdout.split('\n');
  expect(head).toMatch(/^identity +last used +keys +power +assumed by +likely sponsor +findings$/);
  expect(first).toContain('NHI2 key-leaked');
  expect(stdout).not.toContain('AWSReservedSSO');
  expect(rest.slice(-6, -1)).toEqual([
    '51 roles and users',
    '  38 machine identities, 9 of people, 2 service-linked, 2 created by AWS',
    'of the machine identities',
    '  26 never used, 6 with admin-like power, 2 with active keys',
    '  2 agents of a registry, 26 without a likely sponsor',
  ]);
  // Hostile tags can't move the cursor, or fake a line.
  expect(stdout.replace(/\n/g, '')).not.toMatch(/\p{C}/u);
});

test('--all lists people and AWS too, with their kind', async () => {
  fake = await FakeAccount.start(generateAccount(42, 8));

  expect((await nhi('--all')).stdout).toMatch(/^human +role\/AWSReservedSSO_Admin_0 /m);
});

test.each<[string[], RegExp]>([
  [['--format', 'json'], /^\{\n {2}"takenAt": /],
  [['--format', 'csv'], /^account,account_name,type,/],
  [['--format', 'ocsf'], /^\{"category_uid":/],
  [['--format', 'html'], /^<!doctype html>/],
])('%j to a file that only the user can read', async (words, begins) => {
  fake = await FakeAccount.start(generateAccount(21, 4));
  const file = join(state, 'inventory.out');
  const { stdout, exitCode } = await nhi(...words, '--output', file);

  expect([stdout, exitCode]).toEqual(['', 0]);
  expect(readFileSync(file, 'utf8')).toMatch(begins);
  expect(statSync(file).mode.toString(8).slice(-3)).toBe('600');
  expect(readdirSync(state)).toEqual(['inventory.out']);
});

test('--json is JSON for other programs', async () => {
  fake = await FakeAccount.start(generateAccount(21, 4));
  const { stdout } = await nhiPiped(['--json', 'inventory', '--state', state], fake.env);

  expect(JSON.parse(stdout)).toMatchObject({ accounts: [{ account: ACCOUNT }], rows: expect.arrayContaining([expect.objectContaining({ name: 'admin-bot-0', kind: 'machine' })]) });
});

test('--policy prints what it needs, and asks AWS nothing', async () => {
  fake = await FakeAccount.start(generateAccount(1, 1));
  const { stdout } = await nhi('--policy', '--organization', '--role-name', 'nhi-inventory');

  expect(JSON.parse(stdout)).toMatchObject({ Statement: [{ Action: expect.arrayContaining(['iam:GetAccountAuthorizationDetails']) }, { Action: 'organizations:ListAccounts' }, { Resource: 'arn:aws:iam::*:role/nhi-inventory' }] });
  expect(fake.calls).toEqual([]);
});

test('--policy is of the partition of the region', async () => {
  fake = await FakeAccount.start(generateAccount(1, 1));
  const { stdout } = await nhiPiped(['--region', 'cn-north-1', 'inventory', '--state', state, '--policy', '--organization', '--role-name', 'x'], fake.env);

  expect(stdout).toContain('"arn:aws-cn:iam::*:role/x"');
});

test.each<[string[], string]>([
  [['--organization'], 'RoleNameMissing'],
  [['--role-name', 'x'], 'RoleNameMissing'],
  [['--organization', '--role-name', 'x"*'], 'use the name of a role'],
  [['--format', 'pdf'], 'Allowed choices are'],
])('fails when it gets %j, before AWS is asked', async (words, message) => {
  fake = await FakeAccount.start(generateAccount(1, 1));

  expect(await nhi(...words)).toMatchObject({ stdout: '', exitCode: 64, stderr: expect.stringContaining(message) });
  expect(fake.calls).toEqual([]);
});

test('fails when IAM refuses: who, where, and no table', async () => {
  fake = await FakeAccount.start(generateAccount(1, 1));
  fake.refused = true;

  expect(await nhi()).toMatchObject({ stdout: '', exitCode: 1, stderr: `nhi: AccessDenied: arn:aws:iam::${ACCOUNT}:user/ada is not allowed to do this in account ${ACCOUNT}, us-east-1 (no): use other credentials, or ask for a policy that allows it; the guide says what each command needs\n` });
});

test('fails when the output can\'t be written, and leaves nothing half-written', async () => {
  fake = await FakeAccount.start(generateAccount(1, 1));

  expect(await nhi('--output', join(state, 'missing', 'x'))).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^nhi: OutputUnwritable: .*--output\n$/) });
});

test('exit code 2, and the name of the account, if one of the organization can\'t be read', async () => {
  fake = await FakeAccount.start(generateAccount(21, 4), {
    also: {
      ListAccounts: () => ({ Accounts: [ACCOUNT, '222233334444', '333344445555'].map((Id) => ({ Id, Name: 'x', State: 'ACTIVE' })) }),
      AssumeRole: ({ RoleArn: arn }) => (String(arn).includes('222233334444') ? sessionXml('222233334444') : { status: 403, __type: 'AccessDenied' }),
    },
  });
  const { stdout, exitCode } = await nhi('--organization', '--role-name', 'nhi-inventory');

  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/^222233334444 +role\/admin-bot-0 /m);
  expect(stdout).toMatch(/\nNOT READ: account 333344445555: AccessDenied: .*\n$/);
});

test('--roles-anywhere and --agent-registry add rows and counts; exit code 2, and its name, if one of them can\'t be read', async () => {
  const arn = `arn:aws:rolesanywhere:us-east-1:${ACCOUNT}:`;
  fake = await FakeAccount.start(generateAccount(21, 4), {
    also: {
      '/profiles': () => ({ profiles: [{ profileArn: `${arn}profile/p`, profileId: 'p', name: 'factory', enabled: true, roleArns: [] }] }),
      '/trustanchors': () => ({}),
      '/subjects': () => ({ subjects: [{ subjectArn: `${arn}subject/s`, subjectId: 's', x509Subject: 'CN=printer\u001b[2J', enabled: true, lastSeenAt: '2026-06-01T00:00:00Z' }] }),
      '/registries-list': () => ({ status: 403, __type: 'AccessDeniedException', message: 'no' }),
    },
  });
  const { stdout, exitCode } = await nhi('--roles-anywhere', '--agent-registry');

  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/^roles-anywhere-subject\/CN=printer\W+\[2J +2026-06-01 .* leads to no role/m);
  expect(stdout).toMatch(/^roles-anywhere-profile\/factory {2,}none /m);
  expect(stdout).toContain('\n26 roles and users\n1 subjects of IAM Roles Anywhere, 1 of its profiles, 0 of its trust anchors\n');
  expect(stdout).toMatch(/\nNOT READ: AWS Agent Registry of account 111122223333: AccessDenied: .*\n$/);
  expect(stdout.replace(/\n/g, '')).not.toMatch(/\p{C}/u);
});

test('agents are compared with AWS Agent Registry', async () => {
  fake = await FakeAccount.start(generateAccount(21, 4), {
    also: {
      '/registries-list': () => ({ registries: [{ name: 'catalogue', registryId: 'r1' }] }),
      '/registries/r1/records-list': () => ({ registryRecords: [{ recordId: 'x', recordArn: 'arn:x', name: 'shadow', recordType: 'AGENT', status: 'DRAFT' }] }),
    },
  });
  const { stdout, exitCode } = await nhi('--agent-registry');

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/agent invoice-bot, not in AWS Agent Registry/);
  expect(stdout).toMatch(/^agent-registry-record\/shadow +none +leads to no role *$/m);
  expect(stdout).toContain('\nAWS Agent Registry has 0 of the roles of agents, not 1, and 1 agents that no registry has\n');
});

test('--profile selects the credentials', async () => {
  fake = await FakeAccount.start(generateAccount(1, 1));
  const config = join(state, 'config');
  writeFileSync(config, '[profile audit]\naws_access_key_id = ASIA555566667777\naws_secret_access_key = x\nregion = eu-west-1\n');
  const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, ...env } = fake.env;
  const { stdout } = await nhiPiped(['--profile', 'audit', '--json', 'inventory', '--state', state], { ...env, AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });

  expect(JSON.parse(stdout)).toMatchObject({ accounts: [{ account: '555566667777' }] });
});

describe('in a terminal', () => {
  test.each([60, 100])('no line is wider than its %i columns, and progress leaves no trace', async (columns) => {
    fake = await FakeAccount.start(generateAccount(42, 8));
    const { written, exitCode } = await nhiInTerminal(['inventory', '--state', state], { columns, env: fake.env });

    expect(exitCode).toBe(0);
    // What a terminal shows: text after the last return to the beginning of a cleared line.
    const lines = written.split('\r\n').map((line) => line.split('\r\u001b[2K').at(-1)!);
    expect(lines.some((line) => line.startsWith('identity '))).toBe(true);
    const table = lines.slice(0, lines.indexOf(''));
    expect(table.length).toBeGreaterThan(38);
    expect(table.filter((line) => widthOf(line) > columns)).toEqual([]);
    expect(written).toMatch(PROGRESS);
    expect(lines.filter((line) => PROGRESS.test(line))).toEqual([]);
  });

  test('Ctrl-C ends it with 130; the next run continues, and nothing is left', async () => {
    const flag = join(state, 'at-page-3');
    let hold = true;
    fake = await FakeAccount.start(generateAccount(3_000, 100), {
      before: async (action, count) => {
        if (action === 'GetAccountAuthorizationDetails' && count === 3 && hold) {
          hold = false;
          writeFileSync(flag, '');
          // The command is ended long before.
          await new Promise((resolve) => setTimeout(resolve, 30_000).unref());
        }
      },
    });
    const pages = join(state, 'pages');
    const words = ['inventory', '--state', pages, '--format', 'csv'];
    const { written, exitCode } = await nhiInTerminal(words, { env: fake.env, pressWhen: flag });
    expect([exitCode, /interrupted: run the same command again/.test(written)]).toEqual([130, true]);
    expect(readdirSync(join(pages, ACCOUNT)).sort()).toEqual(['page-00001', 'page-00002']);

    fake.calls.length = 0;
    const second = await nhiPiped(words, fake.env);
    expect(second.stdout.split('\r\n')).toHaveLength(1 + 3_101);
    expect(fake.count('GetAccountAuthorizationDetails')).toBe(2);
    expect(existsSync(join(pages, ACCOUNT))).toBe(false);
  });

  test('Ctrl-C in the middle of an organization keeps what was read of each account, and the next run reads only what is missing', async () => {
    const flag = join(state, 'at-page-2');
    const ids = [ACCOUNT, '222233334444', '333344445555', '444455556666'];
    const [LISTING, REPORT] = ['GetAccountAuthorizationDetails', 'GetCredentialReport'];
    let [asked, hold] = [0, true];
    fake = await FakeAccount.start(generateAccount(25, 4), {
      // Four pages an account.
      pageSize: 10,
      also: { ListAccounts: () => ({ Accounts: ids.map((Id) => ({ Id, Name: 'x', State: 'ACTIVE' })) }), AssumeRole: ({ RoleArn: arn }) => sessionXml(String(arn).split(':')[4]) },
      before: async (action, _count, account) => {
        if (!hold || action !== LISTING || account !== ids[2] || ++asked < 2) {
          return;
        }
        while (fake.count(REPORT) < ids.length - 1) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        hold = false;
        writeFileSync(flag, '');
        // The command is ended long before.
        await new Promise((resolve) => setTimeout(resolve, 30_000).unref());
      },
    });
    const pages = join(state, 'pages');
    const words = ['inventory', '--state', pages, '--format', 'csv', '--organization', '--role-name', 'x'];
    expect((await nhiInTerminal(words, { env: fake.env, pressWhen: flag })).exitCode).toBe(130);
    expect(ids.map((id) => readdirSync(join(pages, id)).length)).toEqual([4, 4, 1, 4]);

    fake.calls.length = 0;
    const second = await nhiPiped(words, fake.env);
    expect(second.stdout.split('\r\n')).toHaveLength(1 + ids.length * 30);
    expect(fake.count(LISTING)).toBe(3);
    expect(readdirSync(pages)).toEqual([]);
  });

  test('Ctrl-C in the middle of the last uses of services keeps those that it has, and the next run asks for the others', async () => {
    const flag = join(state, 'at-services');
    const pages = join(state, 'pages');
    const kept = join(pages, `${ACCOUNT}-services`);
    const [GENERATE, GET] = ['GenerateServiceLastAccessedDetails', 'GetServiceLastAccessedDetails'];
    const at = '2026-06-10T00:00:00Z';
    let hold = true;
    fake = await FakeAccount.start(generateAccount(25, 4), {
      also: {
        [GENERATE]: () => `<JobId>${'0'.repeat(36)}</JobId>`,
        [GET]: () => `<JobStatus>COMPLETED</JobStatus><JobCreationDate>${at}</JobCreationDate><JobCompletionDate>${at}</JobCompletionDate><IsTruncated>false</IsTruncated><ServicesLastAccessed/>`,
      },
      before: async (action, count) => {
        if (!hold || action !== GENERATE || count !== 8) {
          return;
        }
        hold = false;
        while (readdirSync(kept).length < 4) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        writeFileSync(flag, '');
        // The command is ended long before.
        await new Promise((resolve) => setTimeout(resolve, 30_000).unref());
      },
    });
    const words = ['inventory', '--last-accessed', '--state', pages, '--json'];
    expect((await nhiInTerminal(words, { env: fake.env, pressWhen: flag })).exitCode).toBe(130);
    const names = readdirSync(kept).filter((name) => !name.startsWith('.'));
    expect(names.length).toBeGreaterThanOrEqual(4);

    fake.calls.length = 0;
    const { rows } = JSON.parse((await nhiPiped(words, fake.env)).stdout) as Inventory;
    const machines = rows.filter(({ kind }) => kind === 'machine');
    expect(machines.filter(({ services }) => services === undefined)).toEqual([]);
    expect([fake.count(GENERATE), fake.count('GetAccountAuthorizationDetails')]).toEqual([machines.length - names.length, 0]);
    expect(readdirSync(pages)).toEqual([]);
  });
});
