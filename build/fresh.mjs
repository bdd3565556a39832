// Fails when a committed generated file differs from what the build makes now: `node build/fresh.mjs projen|api`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(project, 'node_modules', '.bin', name);
const PROJEN_FILES = [
  '.eslintrc.json', '.gitattributes', '.gitignore', '.npmignore', '.npmrc', '.projen/deps.json', '.projen/files.json', '.projen/tasks.json',
  'jest.config.json', 'package.json', 'tsconfig.dev.json', 'build/tsconfig.json',
];

if (process.argv[2] === 'projen') {
  const before = PROJEN_FILES.map(text);
  run(bin('tsx'), ['.projenrc.ts'], { PROJEN_DISABLE_POST: 'true' });
  const stale = PROJEN_FILES.filter((file, index) => text(file) !== before[index]);
  report(stale, 'they were made anew: commit them, and change them in .projenrc.ts only');
} else {
  const scratch = mkdtempSync(join(tmpdir(), 'nhi-api-'));
  try {
    // In place, as jsii-docgen reads the package it stands in; put back if it differs.
    const before = text('API.md');
    run(bin('jsii-docgen'), ['-o', join(scratch, 'API.md')]);
    report(readFileSync(join(scratch, 'API.md'), 'utf8') === before ? [] : ['API.md'], 'run `npx projen docgen` and commit it');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function text(file) {
  try {
    return readFileSync(join(project, file), 'utf8');
  } catch {
    return '';
  }
}

function run(command, args, env = {}) {
  const { status, stderr } = spawnSync(command, args, { cwd: project, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env }, encoding: 'utf8' });
  if (status !== 0) {
    console.error(stderr);
    process.exit(1);
  }
}

function report(stale, advice) {
  if (stale.length > 0) {
    console.error(`GeneratedFileStale: ${stale.join(', ')}: ${advice}`);
    process.exit(1);
  }
}
