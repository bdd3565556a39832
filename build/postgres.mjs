// Sees to a PostgreSQL server for the tests of database users: one that is installed, or Debian's, for which it must be root or may use sudo.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const VERSIONS = '/usr/lib/postgresql';
const TRIES = 3;
const quietly = ['-qq', '-o', 'Acquire::Retries=3'];

// A mirror that does not answer is tried again.
for (let tried = 0; tried < TRIES && installed() === undefined && existsSync('/usr/bin/apt-get'); tried++) {
  asRoot(['apt-get', ...quietly, 'update']);
  asRoot(['apt-get', ...quietly, '-y', '--no-install-recommends', 'install', 'postgresql']);
}
const found = installed();
if (found === undefined) {
  console.error(`PostgresMissing: no server is in ${VERSIONS}: install PostgreSQL 13 or newer, then run the tests again`);
  process.exit(1);
}
console.log(`PostgreSQL: ${found}`);

function installed() {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((one, other) => Number(other) - Number(one)) : [];
  return versions.map((version) => join(VERSIONS, version, 'bin')).find((bin) => existsSync(join(bin, 'postgres')) && existsSync(join(bin, 'psql')));
}

function asRoot(words) {
  // Runlevel 1 is one in which no server is started.
  const env = ['DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
  const [command, ...args] = [...(process.getuid?.() === 0 ? [] : ['sudo', '-n']), 'env', ...env, ...words];
  spawnSync(command, args, { stdio: 'inherit' });
}
