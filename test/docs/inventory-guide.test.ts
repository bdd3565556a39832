import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../cli/program';
import { formatTable, parseTable } from '../../runtime/adoption';
import { connectGoogleInventory } from '../../runtime/google-inventory';
import { FakeGoogle } from '../e2e/google/fake-google';
import { FILLED } from '../runtime/adoption/tables';
import { outsideOf } from '../runtime/google-inventory/taken';
import { FakeAccount, sessionXml } from '../runtime/inventory/fake-account';
import { ACCOUNT, guideAccount, NOW } from '../runtime/inventory/generated-account';
import { newFolder } from '../runtime/inventory/taken';

const GUIDE = join(__dirname, '..', '..', 'docs', 'guide', 'inventory.md');
const COLUMNS = 140;
const OTHER = '222233334444';

/** What a command prints for the account, in a terminal of 140 columns, without the lines of progress. */
async function outputOf(words: string): Promise<string> {
  const fake = await FakeAccount.start(guideAccount(), {
    also: {
      ListAccounts: () => ({ Accounts: [[ACCOUNT, 'shop'], [OTHER, 'data'], ['333344445555', 'new']].map(([Id, Name]) => ({ Id, Name, State: 'ACTIVE' })) }),
      AssumeRole: ({ RoleArn: arn }) => (String(arn).includes(OTHER) ? sessionXml(OTHER) : { status: 403, __type: 'AccessDenied' }),
    },
  });
  const before = { ...process.env };
  const exitCode = process.exitCode;
  Object.assign(process.env, fake.env);
  let output = '';
  try {
    const unused = (): never => { throw new Error('RegistryUsed'); };
    await program({ write: (text: string) => (output += text) }, {
      connect: unused,
      connectGoogle: unused,
      connectDeployed: unused,
      now: () => NOW,
      progress: { write: () => true },
      terminals: { output: { columns: COLUMNS } },
    }).parseAsync(['node', 'nhi', ...words.split(' '), ...words.includes('--undo') ? [] : ['--state', newFolder()]]);
    return output.trimEnd();
  } catch (error) {
    return `nhi: ${String(error)}`;
  } finally {
    process.env = before;
    process.exitCode = exitCode;
    await fake.stop();
  }
}

/** The output without lines in the middle, where the guide leaves some out. */
function shortened(output: string, first: number, last: number): string {
  const lines = output.split('\n');
  return [...lines.slice(0, first), '...', ...lines.slice(-last)].join('\n');
}

// Set by `npx projen pictures`, which also writes the pictures.
const WRITES = process.env.GUIDE_PICTURES !== undefined;

function expectShown(words: string, output: string): void {
  const shown = `$ nhi ${words}\n${output}\n\`\`\``;
  if (WRITES) {
    const [before, rest] = readFileSync(GUIDE, 'utf8').split(`$ nhi ${words}\n`);
    writeFileSync(GUIDE, before + shown + rest.slice(rest.indexOf('```') + 3));
  }

  expect(readFileSync(GUIDE, 'utf8')).toContain(shown);
}

test.each<[string, (output: string) => string]>([
  ['inventory', (output) => output],
  ['inventory --policy --organization --role-name nhi-inventory', (output) => output],
  ['inventory --organization --role-name nhi-inventory', (output) => shortened(output, 5, 6)],
])('the guide shows what `nhi %s` prints', async (words, shownOf) => {
  expectShown(words, shownOf(await outputOf(words)));
});

/** Fills in rows, as a person does in a spreadsheet. */
function fillIn(cells: Readonly<Record<string, Readonly<Record<string, string>>>>): void {
  const table = parseTable(readFileSync('inventory.csv'), 'inventory.csv');
  table.rows.forEach((row) => Object.entries(cells[row.get('name')!] ?? {}).forEach(([column, cell]) => row.set(column, cell)));
  writeFileSync('inventory.csv', formatTable(table));
}

test('the guide shows what `nhi adopt` prints: the faults of a table, what it writes, the difference, and an undo', async () => {
  const before = process.cwd();
  process.chdir(mkdtempSync(join(tmpdir(), 'nhi-guide-')));
  try {
    expect(await outputOf('inventory --format csv --output inventory.csv')).toBe('');
    fillIn({
      'tf-13': { ...FILLED, expires: '31.3.2027' }, 'ci-4': { ...FILLED, how: 'migrate', stage: 'prod' }, 'user-1': { how: 'adopt' },
    });
    const adopt = 'adopt --from inventory.csv --out agents';
    expectShown(`${adopt} --dry-run`, await outputOf(`${adopt} --dry-run`));
    fillIn({ 'tf-13': FILLED, 'ci-4': { stage: 'production' }, 'user-1': { how: 'leave' } });
    expectShown(adopt, await outputOf(adopt));
    const code = readFileSync(join('agents', ACCOUNT, 'adopted-production.ts'), 'utf8');
    const shown = code.slice(code.indexOf('    ManagedAgentIdentity.adopt'), code.indexOf('    });') + 7).replace(/^ {4}/gm, '');
    if (WRITES) {
      writeFileSync(GUIDE, readFileSync(GUIDE, 'utf8').replace(/(adopted-production\.ts\n)ManagedAgentIdentity[^]*?\n```/, (_, place: string) => `${place}${shown}\n\`\`\``));
    }
    expect(readFileSync(GUIDE, 'utf8')).toContain(`adopted-production.ts\n${shown}\n\`\`\``);
    expectShown('adopt --undo --out agents', await outputOf('adopt --undo --out agents'));
  } finally {
    process.chdir(before);
  }
});

/** Two projects with accounts of several kinds. */
function guideGoogle(): FakeGoogle {
  const google = new FakeGoogle();
  const { inventory, accounts, policies } = google;
  const daysAgo = (days: number): string => new Date(NOW.getTime() - days * 86_400_000).toISOString();
  inventory.addProject('acme-shop', { labels: { team: 'shop' } });
  inventory.addProject('acme-data', { labels: { team: 'data' } });
  const compute = accounts.addDefault('acme-shop', '700000000000-compute@developer.gserviceaccount.com');
  policies.grant('projects/acme-shop', 'roles/editor', `serviceAccount:${compute.email}`);
  const ci = accounts.add('acme-shop', 'deploy-ci', { description: 'Managed by Terraform' });
  policies.grant('projects/acme-shop', 'roles/iam.serviceAccountUser', `serviceAccount:${ci.email}`);
  policies.grant(ci.name, 'roles/iam.workloadIdentityUser', 'principalSet://iam.googleapis.com/projects/700000000000/locations/global/workloadIdentityPools/ci/attribute.repository/acme/shop');
  inventory.providers.set('projects/700000000000/locations/global/workloadIdentityPools/ci', [{ oidc: { issuerUri: 'https://token.actions.githubusercontent.com' }, attributeCondition: 'assertion.repository_owner == "acme"' }]);
  const orders = accounts.add('acme-shop', 'orders', { description: 'owner orders@example.com' });
  policies.grant('projects/acme-shop', 'roles/pubsub.publisher', `serviceAccount:${orders.email}`);
  policies.grant(orders.name, 'roles/iam.workloadIdentityUser', 'serviceAccount:acme-shop.svc.id.goog[shop/orders]');
  const loader = accounts.add('acme-data', 'loader');
  accounts.addKey(loader.email, { validAfterTime: daysAgo(400) });
  policies.grant('projects/acme-data', 'roles/bigquery.admin', `serviceAccount:${loader.email}`);
  const old = accounts.add('acme-data', 'old-export');
  old.disabled = true;
  policies.grant('projects/acme-shop', 'roles/storage.objectViewer', `serviceAccount:${old.email}`);
  [compute, ci, orders, loader].forEach(({ email }, index) => inventory.used.set(email, daysAgo(index + 1)));
  return google;
}

test('the guide shows what `nhi inventory --google` prints', async () => {
  const words = 'inventory --google --google-project acme-shop,acme-data';
  const google = guideGoogle();
  const unused = (): never => { throw new Error('RegistryUsed'); };
  let output = '';
  await program({ write: (text: string) => (output += text) }, {
    connect: unused,
    connectGoogle: unused,
    connectDeployed: unused,
    connectGoogleInventory: (scope) => connectGoogleInventory(scope, outsideOf(google)),
    now: () => NOW,
    progress: { write: () => true },
    terminals: { output: { columns: COLUMNS } },
  }).parseAsync(['node', 'nhi', ...words.split(' '), '--state', newFolder()]);
  expectShown(words, output.trimEnd());
});
