// Builds the package's contents: the bundles and the compiled library. Does nothing if they exist and were built from the present sources; `--anew`
// always builds them. It runs before `npm pack`, so that no incomplete or old package is packed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const SOURCES = ['src', 'runtime', 'cli', 'build', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.dev.json', 'README.md'];
const MADE = ['assets', 'lib', '.jsii', '.warnings.jsii.js'];
const stamp = join(project, '.cache', 'made-package.json');
const projen = [process.execPath, join(project, 'node_modules', 'projen', 'bin', 'projen')];

if (process.argv[2] !== '--anew' && text(stamp) === digests()) {
  process.exit(0);
}
// Otherwise the compiled files of deleted sources would be packed.
for (const made of [...MADE, 'tsconfig.tsbuildinfo']) {
  rmSync(join(project, made), { recursive: true, force: true });
}
const sources = digest(SOURCES);
run(...projen, 'pre-compile');
run(...projen, 'compile');
run(process.execPath, join(project, 'build', 'after-compile.mjs'));
// A source that changed during the build may or may not be included.
if (digest(SOURCES) === sources) {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digests());
}

function digests() {
  return JSON.stringify({ sources: digest(SOURCES), made: digest(MADE) });
}

function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesIn)) {
    hash.update(`${path}\0${text(join(project, path))}\0`);
  }
  return hash.digest('hex');
}

function filesIn(path) {
  const found = statSync(join(project, path), { throwIfNoEntry: false });
  return found?.isDirectory() ? readdirSync(join(project, path)).sort().flatMap((name) => filesIn(`${path}/${name}`)) : found ? [path] : [];
}

function text(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function run(command, ...args) {
  const { status } = spawnSync(command, args, { cwd: project, stdio: 'inherit', env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' } });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}
