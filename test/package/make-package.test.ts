import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');
const ALL = ['pre-compile', 'compile', 'after-compile'];

let project: string;
let log: string;

/** A project whose build only logs its steps and creates one file. */
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'nhi-make-'));
  log = join(project, 'log');
  write('src/index.ts', 'source');
  const note = (step: string): string => `require('fs').appendFileSync(${JSON.stringify(log)}, ${step} + '\\n');`;
  const compile = 'require(\'fs\').mkdirSync(\'lib\', { recursive: true }); require(\'fs\').writeFileSync(\'lib/index.js\', \'made\');';
  write('node_modules/projen/bin/projen', `${note('process.argv[2]')} ${compile} process.exit(require('fs').existsSync('broken') ? 3 : 0);`);
  write('build/after-compile.mjs', `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); ${note('\'after-compile\'')}`);
  mkdirSync(join(project, 'build'), { recursive: true });
  cpSync(join(PROJECT, 'build', 'make-package.mjs'), join(project, 'build', 'make-package.mjs'));
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  writeFileSync(join(project, file), text);
}

/** The steps that it runs. */
function make(...args: string[]): string[] {
  rmSync(log, { force: true });
  execFileSync(process.execPath, [join(project, 'build', 'make-package.mjs'), ...args], { stdio: 'pipe' });
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
}

test('makes all when nothing is made, and nothing when nothing has changed', () => {
  expect(make()).toEqual(ALL);
  expect(make()).toEqual([]);
});

test.each([
  ['a source was changed', () => write('src/index.ts', 'changed')],
  ['a source is new', () => write('runtime/new.ts', 'new')],
  ['the version was changed', () => write('package.json', '{"version":"1.0.0"}')],
  ['a compiled file is missing', () => rmSync(join(project, 'lib', 'index.js'))],
  ['it was compiled past it', () => write('.jsii', 'with cdktf')],
])('makes all again when %s', (_, change) => {
  make();
  change();

  expect(make()).toEqual(ALL);
});

test('makes all again when asked to', () => {
  make();

  expect(make('--anew')).toEqual(ALL);
});

test('removes what a source that no longer exists was compiled to', () => {
  write('lib/gone.js', 'old');
  make();

  expect(existsSync(join(project, 'lib', 'gone.js'))).toBe(false);
});

test('fails when a step fails, and does not take what is there for made', () => {
  write('broken', '');

  expect(() => make()).toThrow(expect.objectContaining({ status: 3 }));
  rmSync(join(project, 'broken'));
  expect(make()).toEqual(ALL);
});
