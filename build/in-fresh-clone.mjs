// Runs a projen task. First it installs the dependencies if they are missing or don't match the lock file, so that the README's commands need no
// other set-up.
import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const [task, ...args] = process.argv.slice(2);
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 16)) {
  console.error(`NodeTooOld: this is Node ${process.versions.node}, 20.16 or newer is needed: install it and run the command again`);
  process.exit(1);
}

if (!installed()) {
  if (lstatSync(join(project, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error('ModulesLinked: node_modules is a link, and has other packages than the lock file says. An installation would empty the folder that it leads to: '
      + 'remove the link, and run the command again');
    process.exit(1);
  }
  console.log('installing the dependencies (once, one to three minutes)');
  // A real installation, even if this runs within `npm pack --dry-run`.
  run('npm', ['ci', '--no-dry-run', '--no-fund', '--no-audit', '--loglevel', 'error']);
}
run(process.execPath, [join(project, 'node_modules', 'projen', 'bin', 'projen'), task, ...args]);

/** Compares versions, not dates, because git gives a file the date of its checkout. Optional packages of other systems may be missing. */
function installed() {
  try {
    const [wanted, present] = ['package-lock.json', 'node_modules/.package-lock.json'].map((file) => JSON.parse(readFileSync(join(project, file), 'utf8')).packages);
    return Object.entries(wanted).every(([path, { version, optional }]) => path === '' || present[path]?.version === version || (optional && !(path in present)));
  } catch {
    return false;
  }
}

function run(command, argv) {
  const { status, signal } = spawnSync(command, argv, { cwd: project, stdio: 'inherit', env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' } });
  if (status !== 0) {
    process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
  }
}
