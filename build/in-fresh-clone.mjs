// Runs a projen task, after installing the dependencies if they are missing or older than the lock file: so that the commands of the README
// are the only set-up there is.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const [task, ...args] = process.argv.slice(2);
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 16)) {
  console.error(`NodeTooOld: this is Node ${process.versions.node}, 20.16 or newer is needed: install it and run the command again`);
  process.exit(1);
}

const lock = join(project, 'package-lock.json');
const installed = join(project, 'node_modules', '.package-lock.json');
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  console.log('installing the dependencies (once, one to three minutes)');
  run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel', 'error']);
}
run(process.execPath, [join(project, 'node_modules', 'projen', 'bin', 'projen'), task, ...args]);

function run(command, argv) {
  const { status, signal } = spawnSync(command, argv, { cwd: project, stdio: 'inherit', env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' } });
  if (status !== 0) {
    process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
  }
}
