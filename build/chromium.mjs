// Sees to a Chromium for the tests of the page for reviewers: one that is installed, or Debian's, for which it must be root or may use sudo.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const TRIES = 3;
const found = () => PLACES.find((path) => existsSync(path));

// A mirror that does not answer is tried again.
for (let tried = 0; tried < TRIES && found() === undefined && existsSync('/usr/bin/apt-get'); tried++) {
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
}
if (found() === undefined) {
  console.error(`ChromiumMissing: none of ${PLACES.join(', ')} is there: install Chromium, then run the tests again`);
  process.exit(1);
}
console.log(`Chromium: ${found()}`);

function apt(...args) {
  const [command, ...before] = process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
  spawnSync(command, [...before, '-o', 'Acquire::Retries=3', ...args], { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}
