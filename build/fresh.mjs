// Fails if a committed generated file differs from what the build generates now: `node build/fresh.mjs projen|api`.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PAGES, renderApi } from './api.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(project, 'node_modules', '.bin', name);
const PROJEN_FILES = [
  '.eslintrc.json', '.gitattributes', '.gitignore', '.npmrc', '.projen/deps.json', '.projen/files.json', '.projen/tasks.json',
  'jest.config.json', 'package.json', 'tsconfig.dev.json', 'build/tsconfig.json',
];

if (process.argv[2] === 'projen') {
  const before = PROJEN_FILES.map(text);
  run(bin('tsx'), ['.projenrc.ts'], { PROJEN_DISABLE_POST: 'true' });
  const stale = PROJEN_FILES.filter((file, index) => text(file) !== before[index]);
  report(stale, 'they were made anew: commit them, and change them in .projenrc.ts only');
} else {
  const made = renderApi(JSON.parse(text('.jsii')));
  // A page of a class that no longer exists is stale too.
  const present = readdirSync(join(project, PAGES), { recursive: true }).filter((file) => file.endsWith('.md')).map((file) => `${PAGES}/${file}`);
  report([...new Set([...Object.keys(made), ...present])].filter((file) => made[file] !== text(file)), 'run `npx projen docgen` and commit what changed');
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
