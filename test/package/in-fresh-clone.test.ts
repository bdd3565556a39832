import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'nhi-clone-'));
  const note = (file: string): string => `#!/usr/bin/env node\nrequire('fs').writeFileSync(${JSON.stringify(join(project, file))}, process.argv.slice(2).join(' '));`;
  write('bin/npm', note('installed'), 0o755);
  write('node_modules/projen/bin/projen', note('ran'));
  write('package-lock.json', lock({ '': { version: '0.0.0' }, 'node_modules/a': { version: '1.0.0' }, 'node_modules/for-windows': { version: '1.0.0', optional: true } }));
  mkdirSync(join(project, 'build'));
  cpSync(join(PROJECT, 'build', 'in-fresh-clone.mjs'), join(project, 'build', 'in-fresh-clone.mjs'));
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

function write(file: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  writeFileSync(join(project, file), text, { mode });
}

function lock(packages: object): string {
  return JSON.stringify({ packages });
}

/** The arguments of the call of npm, or undefined if npm was not called. */
function installs(): string | undefined {
  const env = { ...process.env, PATH: `${join(project, 'bin')}:${process.env.PATH}` };
  execFileSync(process.execPath, [join(project, 'build', 'in-fresh-clone.mjs'), 'quickstart', '--fast'], { env, stdio: 'pipe' });
  expect(readFileSync(join(project, 'ran'), 'utf8')).toBe('quickstart --fast');
  return existsSync(join(project, 'installed')) ? readFileSync(join(project, 'installed'), 'utf8') : undefined;
}

test.each([
  ['nothing is installed', undefined],
  ['a package is missing', {}],
  ['another version is installed', { 'node_modules/a': { version: '0.9.0' } }],
  ['another version of an optional package is installed', { 'node_modules/a': { version: '1.0.0' }, 'node_modules/for-windows': { version: '0.9.0' } }],
])('installs what the lock file says when %s', (_, present) => {
  if (present !== undefined) {
    write('node_modules/.package-lock.json', lock(present));
  }

  // A real installation, also if npm itself runs this in a dry run.
  expect(installs()).toMatch(/^ci --no-dry-run /);
});

test('never installs into the folder of another checkout, to which a link leads', () => {
  renameSync(join(project, 'node_modules'), join(project, 'elsewhere'));
  symlinkSync('elsewhere', join(project, 'node_modules'));
  expect(() => installs()).toThrow(/ModulesLinked: node_modules is a link/);
  expect(existsSync(join(project, 'installed'))).toBe(false);

  write('node_modules/.package-lock.json', lock({ 'node_modules/a': { version: '1.0.0' } }));
  expect(installs()).toBeUndefined();
});

test('twin: installs nothing when that is what is installed, however new the lock file is', () => {
  write('node_modules/.package-lock.json', lock({ 'node_modules/a': { version: '1.0.0' } }));
  utimesSync(join(project, 'package-lock.json'), new Date(), new Date(Date.now() + 60_000));

  expect(installs()).toBeUndefined();
});
