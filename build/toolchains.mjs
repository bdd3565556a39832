// Sees to the toolchains of the languages in which `npm run test:languages` builds an app: those that are installed, or Debian's, for which it must be
// root or may use sudo.
import { spawnSync } from 'node:child_process';

const TOOLS = [
  { name: 'Go', command: ['go', 'version'], version: /go(\d+)\.(\d+)/, least: [1, 25], packages: ['golang-go'] },
  { name: 'the JDK', command: ['javac', '-version'], version: /javac (\d+)\.(\d+)/, least: [17, 0], packages: ['default-jdk-headless'] },
  { name: 'Maven', command: ['mvn', '-version'], version: /Apache Maven (\d+)\.(\d+)/, least: [3, 6], packages: ['maven'] },
];

const missing = TOOLS.filter((tool) => !fits(tool));
if (missing.length > 0) {
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', ...missing.flatMap(({ packages }) => packages));
}
const still = TOOLS.filter((tool) => !fits(tool));
for (const tool of still) {
  console.error(`ToolchainMissing: ${tool.name} ${tool.least.join('.')} or newer is needed, and \`${tool.command.join(' ')}\` says ${JSON.stringify(said(tool))}: install it, then run the command again`);
}
process.exit(still.length === 0 ? 0 : 1);

function fits({ command, version, least, ...tool }) {
  const found = version.exec(said({ command, ...tool }));
  if (found === null) {
    return false;
  }
  const [major, minor] = [Number(found[1]), Number(found[2])];
  return major > least[0] || (major === least[0] && minor >= least[1]);
}

function said({ command: [command, ...args] }) {
  // Maven prints in colours even where no terminal is.
  const { stdout, error } = spawnSync(command, args, { encoding: 'utf8' });
  return error === undefined ? stdout.replace(/\u001b\[\d*m/g, '').split('\n')[0] : 'not installed';
}

function apt(...args) {
  const [command, ...before] = process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
  spawnSync(command, [...before, '-o', 'Acquire::Retries=3', ...args], { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}
