// Sees to a Chromium for the tests of the page for reviewers: one that is installed, or Debian's, for which it must be root or may use sudo.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const isRoot = process.getuid?.() === 0;
const found = () => PLACES.find((path) => existsSync(path));

if (found() === undefined && existsSync('/usr/bin/apt-get')) {
  for (const args of [['update', '-qq'], ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']]) {
    spawnSync(isRoot ? 'apt-get' : 'sudo', isRoot ? args : ['-n', 'apt-get', ...args], { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  }
}
if (found() === undefined) {
  console.error(`ChromiumMissing: none of ${PLACES.join(', ')} is there: install Chromium, then run the tests again`);
  process.exit(1);
}
console.log(`Chromium: ${found()}`);
