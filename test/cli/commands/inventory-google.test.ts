import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../../../cli/program';
import { connectGoogle } from '../../../runtime/google/registry';
import { connectGoogleInventory } from '../../../runtime/google-inventory';
import { accountId } from '../../../src/contract/google';
import { FakeGoogle } from '../../e2e/google/fake-google';
import { FakeServer, serve } from '../../e2e/google/fake-google/server';
import { BUCKET, Life } from '../../runtime/google/life';
import { NOW, outsideOf, PROJECT, shop } from '../../runtime/google-inventory/taken';
import { newFolder } from '../../runtime/inventory/taken';
import { nhiInTerminal, nhiPiped } from '../terminal/terminal';

let google: FakeGoogle;
let server: FakeServer | undefined;
let state: string;
beforeEach(() => {
  google = shop();
  google.inventory.addProject('acme-data');
  google.accounts.add(PROJECT, 'orders');
  google.accounts.add('acme-data', 'loader');
  state = newFolder();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Runs the command in this process. */
async function nhi(...words: string[]): Promise<{ out: string; code: number; failure?: string; err: string }> {
  let out = '';
  const unused = (): never => { throw new Error('AwsUsed'); };
  const command = program({ write: (text: string) => (out += text) }, {
    connect: unused,
    connectDeployed: unused,
    connectInventory: unused,
    connectGoogle: (options) => connectGoogle(options, outsideOf(google)),
    connectGoogleInventory: (scope) => connectGoogleInventory(scope, outsideOf(google)),
    now: () => NOW,
    progress: { write: () => true },
  });
  [command, ...command.commands].forEach((one) => one.exitOverride().configureOutput({ writeErr: () => undefined }));
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await command.parseAsync(['node', 'nhi', 'inventory', '--state', state, ...words]);
    return { out, code: Number(process.exitCode), err: '' };
  } catch (error) {
    const { code, message } = error as Error & { code: string };
    return { out, code: 1, failure: code, err: message };
  } finally {
    process.exitCode = before;
  }
}

test('lists the service accounts of each project, and counts them', async () => {
  const { out, code } = await nhi('--google', '--google-project', `${PROJECT},acme-data`);
  expect(code).toBe(0);
  expect(out.split('\n').map((line) => line.trimEnd())).toEqual([
    'project    identity                                  last used  keys  power  assumed by  likely sponsor  findings',
    'acme-data  loader@acme-data.iam.gserviceaccount.com  never            none                               NHI1 unused',
    'acme-shop  orders@acme-shop.iam.gserviceaccount.com  never            none                               NHI1 unused',
    '',
    '2 service accounts',
    '  2 never used, 0 with admin-like power, 0 with active keys',
    '  0 agents of a registry, 2 without a likely sponsor',
    '',
  ]);
});

test('of an organization', async () => {
  const { out } = await nhi('--google', '--google-organization', '42', '--format', 'json');
  expect(JSON.parse(out)).toMatchObject({ cloud: 'google', accounts: [{ account: 'acme-data' }, { account: PROJECT }], rows: [{ account: 'acme-data' }, { account: PROJECT }] });
});

test('exit code 2, and the name of what could not be read', async () => {
  google.inventory.denied.add('cloudasset.assets.listResource');
  const { out, code } = await nhi('--google', '--google-project', PROJECT);
  expect(code).toBe(2);
  expect(out).toMatch(/\nNOT READ: Cloud Asset: what runs as an account of project acme-shop: AccessDenied: these credentials need cloudasset\.assets\.listResource .*\n$/);
  expect(out).toMatch(/^orders@acme-shop/m);
});

test('the report names projects, and what could not be read', async () => {
  google.inventory.denied.add('cloudasset.assets.listResource');
  const file = join(state, 'inventory.html');
  await nhi('--google', '--google-project', PROJECT, '--format', 'html', '--output', file);
  const page = readFileSync(file, 'utf8');
  expect(page).toContain('1 project acme-shop, 1 identities');
  expect(page).toContain('Cloud Asset: what runs as an account of project acme-shop could not be read: AccessDenied');
  expect(statSync(file).mode.toString(8).slice(-3)).toBe('600');
});

test('agents of a registry are known', async () => {
  const life = new Life();
  life.google.inventory.addProject('acme-agents');
  google = life.google;
  await life.join();
  // The address that the constructs give the agent's account.
  const { email } = google.accounts.add('acme-agents', accountId('invoice-bot', 'test'));
  const { out } = await nhi('--google', '--google-project', 'acme-agents', '--google-registry', `gs://${BUCKET}`, '--format', 'json');
  const { rows } = JSON.parse(out) as { rows: { name: string; agent?: object }[] };
  expect(rows.map(({ name, agent }) => [name, agent])).toEqual(expect.arrayContaining([[email, { name: 'invoice-bot', registry: BUCKET }], ['twin-bot@acme-agents.iam.gserviceaccount.com', undefined]]));
});

test('--policy prints the custom role, and asks Google nothing', async () => {
  const { out } = await nhi('--google', '--policy');
  expect(JSON.parse(out)).toMatchObject({ title: 'NHI inventory', stage: 'GA', includedPermissions: expect.arrayContaining(['iam.serviceAccounts.list']) });
  expect(google.calls).toEqual([]);
});

test.each<[string[], string]>([
  [['--google'], 'GoogleScopeMissing'],
  [['--google', '--google-organization', 'x'], 'OrganizationIdInvalid'],
  [['--google-organization', '42'], 'GoogleMissing'],
  [['--google', '--google-project', 'a,../b'], 'ProjectIdInvalid'],
  [['--google', '--google-project', PROJECT, '--creators'], 'commander.conflictingOption'],
  [['--google', '--google-project', PROJECT, '--organization', '--role-name', 'x'], 'commander.conflictingOption'],
])('%j fails with %s before anything is asked', async (words, code) => {
  expect(await nhi(...words)).toMatchObject({ failure: code, out: '' });
  expect(google.calls).toEqual([]);
});

describe('the program itself', () => {
  async function environment(): Promise<Record<string, string>> {
    server = await serve(google);
    return { NHI_GOOGLE_ENDPOINT: server.url, GOOGLE_OAUTH_ACCESS_TOKEN: FakeGoogle.OPERATOR_TOKEN };
  }

  test('a wrong command line ends with 64, a list with 0', async () => {
    const env = await environment();
    expect(await nhiPiped(['inventory', '--google'], env)).toMatchObject({ exitCode: 64, stdout: '', stderr: expect.stringMatching(/^nhi: GoogleScopeMissing: /) });
    const { stdout, stderr, exitCode } = await nhiPiped(['--google-project', PROJECT, 'inventory', '--google', '--state', state, '--format', 'csv'], env);
    expect([stderr, exitCode, stdout.split('\r\n')]).toEqual(['', 0, [expect.stringMatching(/^account,/), expect.stringContaining('orders@acme-shop')]]);
  });

  test('Ctrl-C ends it with 130, and the next run continues', async () => {
    google.inventory.most = 1;
    const pages = join(state, 'pages');
    const env = await environment();
    const words = ['inventory', '--google', '--google-project', PROJECT, '--state', pages, '--format', 'csv'];
    // The second page is refused for as long as its retries take.
    const { handle } = google;
    let seen = 0;
    google.handle = (request, ...rest) => {
      seen += request.path.endsWith('/assets') ? 1 : 0;
      return seen > 1 ? { status: 503, body: {} } : handle.apply(google, [request, ...rest]);
    };
    const { exitCode, written } = await nhiInTerminal(words, { env, pressWhen: join(pages, `google-projects_${PROJECT}-assets`, 'page-00001') });
    expect([exitCode, /interrupted: run the same command again/.test(written)]).toEqual([130, true]);
    expect(readdirSync(join(pages, `google-projects_${PROJECT}-assets`))).toEqual(['page-00001']);

    google.handle = handle;
    google.calls.length = 0;
    const { stdout } = await nhiPiped(words, env);
    expect(stdout.split('\r\n')).toHaveLength(2);
    expect(google.calls.filter(({ what }) => what.endsWith('/assets'))).toHaveLength(2);
    expect(readdirSync(pages)).toEqual([]);
  });
});
