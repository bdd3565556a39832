import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CountingProxy } from './counting-proxy';
import { Inventory } from '../../runtime/inventory';
import { pythonWith } from '../../test/emulator/python-environment';
import { envOf, lawfulAccountOf, MotoAccount } from '../../test/moto/moto-account';

/**
 * The inventory beside Cloud Custodian and Prowler, one after the other, on the same account of moto with the same facts asked. Prints the figures of each as JSON:
 * `npx tsx --tsconfig bench/tsconfig.json bench/inventory-compared/run.ts [roles]`. The tools are installed in virtual environments under .cache: 2.5 GB, mostly Prowler's.
 */
const PROJECT = resolve(__dirname, '..', '..');
const NHI = join(PROJECT, 'assets', 'cli', 'nhi', 'index.js');
const ROLES = Number(process.argv[2] ?? 1_000);
const USERS = ROLES / 5;
/** Those of Prowler's checks of IAM that ask what the inventory says. Its service of IAM reads the same for any of them. */
const CHECKS = [
  'iam_role_administratoraccess_policy', 'iam_inline_policy_no_administrative_privileges', 'iam_inline_policy_allows_privilege_escalation', 'iam_rotate_access_key_90_days',
  'iam_user_accesskey_unused', 'iam_user_administrator_access_policy',
];

interface Run { readonly ms: number; readonly calls: number; readonly maxRssMb: number }

const folder = mkdtempSync(join(tmpdir(), 'nhi-bench-'));
const progress = (message: string): void => void process.stderr.write(`${message}\n`);
const pythonOf = (tool: 'c7n' | 'prowler'): Promise<string> => pythonWith(join(__dirname, tool, 'requirements.txt'), join(PROJECT, '.cache', `bench-${tool}-venv`), progress, tool);

async function main(): Promise<void> {
  const [c7n, prowler] = [await pythonOf('c7n'), await pythonOf('prowler')];
  const moto = await MotoAccount.start(lawfulAccountOf(ROLES, USERS));
  const proxy = await CountingProxy.before(moto.url);
  const measured = async (command: readonly string[]): Promise<Run> => {
    proxy.taken();
    const began = performance.now();
    const peakKib = await peakOf(c7n, command, proxy.url);
    return { ms: performance.now() - began, calls: proxy.taken(), maxRssMb: peakKib / 1024 };
  };
  try {
    const nhi = await measured([process.execPath, NHI, 'inventory', '--format', 'json', '--output', join(folder, 'nhi.json'), '--state', join(folder, 'state')]);
    const custodian = await measured([
      c7n, '-c', 'from c7n.cli import main; main()', 'run', '--output-dir', join(folder, 'c7n'), '--cache', join(folder, 'c7n.cache'), join(__dirname, 'c7n', 'policies.yml'),
    ]);
    const itsChecks = await measured([
      prowler, '-c', 'from prowler.__main__ import prowler; prowler()', 'aws', '--checks', ...CHECKS, '--region', 'us-east-1', '--no-banner', '--ignore-exit-code-3',
      '--output-formats', 'csv', '--output-directory', folder, '--output-filename', 'prowler',
    ]);
    checkFacts();
    console.log(JSON.stringify({ roles: ROLES, users: USERS, nhi, c7n: custodian, prowler: itsChecks }));
  } finally {
    await proxy.stop();
    await moto.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function peakOf(python: string, command: readonly string[], url: string): Promise<number> {
  return new Promise((done, failed) => {
    const env = { PATH: process.env.PATH, HOME: folder, ...envOf(url) } as NodeJS.ProcessEnv;
    execFile(python, [join(__dirname, 'peak.py'), ...command], { env, cwd: folder, maxBuffer: 64_000_000 }, (error, stdout, stderr) => {
      const { code, peakKib } = (error === null ? JSON.parse(stdout) : { code: error.message }) as { code: unknown; peakKib: number };
      return code === 0 ? done(peakKib) : failed(new Error(`ToolFailed: ${command.slice(0, 4).join(' ')}: ${String(code)}: ${stderr.slice(-2_000)}`));
    });
  });
}

/** A tool that left a part out would be faster: each must have seen every role and user, and the same administrators. */
function checkFacts(): void {
  const { rows } = JSON.parse(readFileSync(join(folder, 'nhi.json'), 'utf8')) as Inventory;
  const custodians = (policy: string): string[] => (JSON.parse(readFileSync(join(folder, 'c7n', policy, 'resources.json'), 'utf8')) as Record<string, string>[])
    .map((one) => one.RoleName ?? one.UserName).sort();
  const ours = (type: string, policy?: string): string[] => rows.filter((row) => row.type === type)
    .filter(({ power }) => policy === undefined || power.statements.some((one) => one.policy === policy)).map(({ name }) => name).sort();
  const [head, ...lines] = readFileSync(join(folder, 'prowler.csv'), 'utf8').split('\n').map((line) => line.split(';'));
  const column = (name: string) => head.indexOf(name);
  const checked = new Set(lines.filter((cells) => cells[column('CHECK_ID')] === 'iam_user_accesskey_unused').map((cells) => cells[column('RESOURCE_NAME')].replace(/"/g, ''))).size;
  const same: readonly [what: string, one: unknown, other: unknown][] = [
    ['roles', ours('role'), custodians('roles')],
    ['users', ours('user'), custodians('users')],
    ['administrators', ours('role', 'AdministratorAccess'), custodians('administrators')],
    ['users that Prowler checked', ours('user').length, checked],
  ];
  const different = same.find(([, one, other]) => JSON.stringify(one) !== JSON.stringify(other));
  if (different !== undefined || ours('role').length !== ROLES) {
    throw new Error(`FactsDiffer: ${different?.[0] ?? 'number of roles'}: ${JSON.stringify(different?.slice(1)).slice(0, 500)}`);
  }
}

void main();
