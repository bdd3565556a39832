// Sees to an OpenLDAP server for the tests of the worker on premises: one that is installed, or Debian's, for which it must be root or may use sudo.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const SLAPD = '/usr/sbin/slapd';
const TRIES = 3;
const quietly = ['-qq', '-o', 'Acquire::Retries=3'];

// A mirror that does not answer is tried again.
for (let tried = 0; tried < TRIES && !existsSync(SLAPD) && existsSync('/usr/bin/apt-get'); tried++) {
  asRoot(['apt-get', ...quietly, 'update']);
  // The package would otherwise ask for a domain, and start a server on the machine's own port.
  asRoot(['debconf-set-selections'], 'slapd slapd/no_configuration boolean true\n');
  asRoot(['apt-get', ...quietly, '-y', '--no-install-recommends', 'install', 'slapd']);
}
if (!existsSync(SLAPD)) {
  console.error(`SlapdMissing: ${SLAPD} is not there: install OpenLDAP's server, then run the tests again`);
  process.exit(1);
}
console.log(`OpenLDAP: ${SLAPD}`);

function asRoot(words, input) {
  // Runlevel 1 is one in which no server is started.
  const env = ['DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
  const [command, ...args] = [...(process.getuid?.() === 0 ? [] : ['sudo', '-n']), 'env', ...env, ...words];
  spawnSync(command, args, { stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'], input });
}
