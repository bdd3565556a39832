import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');

/** Runs the command in a shell, without credentials or a network. */
function nhi(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return nhiIn({ AWS_REGION: 'eu-west-1' }, ...words);
}

function nhiIn(variables: Record<string, string>, ...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...variables };
  return spawnSync(process.execPath, ['--import', 'tsx', join('cli', 'nhi.ts'), ...words], { cwd: PROJECT, env: env as NodeJS.ProcessEnv, encoding: 'utf8' });
}

test('fails when the agent\'s name is not allowed: exit code 64, and one line with the code and what is allowed', () => {
  expect(nhi('show', 'Invoice Bot')).toMatchObject({
    status: 64,
    stdout: '',
    stderr: 'nhi: AgentNameInvalid: agent name "Invoice Bot" is not allowed: use 3-48 of [a-z0-9-], beginning with a letter, ending with a letter or digit, without --\n',
  });
});

test('fails when nobody is asking: exit code 1, and no stack trace', () => {
  const { status, stdout, stderr } = nhi('list');

  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^nhi: CredentialsMissing: [^\n]+ log in, or set AWS_PROFILE\n$/);
});

test('fails when no region is given, and says where to give it', () => {
  expect(nhiIn({ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' }, 'list')).toMatchObject({
    status: 1, stderr: 'nhi: RegionMissing: the home region of the registry is not known: give --region, or set AWS_REGION\n',
  });
});

test('a hostile word in an error, even in one of AWS\'s, can\'t move the cursor', () => {
  const { stderr } = nhi('--region', 'x\u009b2J\u202e\u001b[1A', 'list');

  expect(stderr).toMatch(/^nhi: .*region.*x /i);
  expect(stderr.trimEnd()).not.toMatch(/\p{C}/u);
});

test('fails when it receives too little, with a code and no name of a class', () => {
  expect(nhi('transfer', 'invoice-bot')).toMatchObject({ status: 64, stdout: '', stderr: 'nhi: TransferTargetMissing: say what to do with the offer: --to <stack>, or --withdraw\n' });
});

test('fails when the registry\'s name is not allowed, before AWS is asked', () => {
  expect(nhi('--registry', 'My Agents', 'list')).toMatchObject({ status: 64, stderr: expect.stringMatching(/^nhi: RegistryNameInvalid: /) });
});

test.each([
  ['AWS_REGION', 'eu-west-1\n// x'], ['AWS_REGION', 'eu.example.com/'], ['AWS_DEFAULT_REGION', '`id`'],
])('fails when %s is %j, before AWS is asked and before any code is written', (variable, region) => {
  for (const words of [['list'], ['adopt', '--out', '/nonexistent/x', '--from', '/dev/null']]) {
    expect(nhiIn({ [variable]: region }, ...words)).toMatchObject({ status: 64, stdout: '', stderr: expect.stringMatching(new RegExp(`^nhi: RegionInvalid: .*set ${variable} to`)) });
  }
});

test('twin: an empty variable names no region, and --region comes before both', () => {
  expect(nhiIn({ AWS_REGION: '' }, 'adopt', '--out', '/nonexistent/x', '--from', '/dev/null').stderr).toMatch(/^nhi: RegionMissing: /);
  expect(nhiIn({ AWS_REGION: '?' }, '--region', 'eu-west-1', 'adopt', '--out', '/nonexistent/x', '--from', '/dev/null').stderr).toMatch(/^nhi: AdoptionInvalid: .*TableEmpty/s);
});

test('fails when the disk is full on which its output is written: one line with a code', () => {
  const full = openSync('/dev/full', 'w');
  try {
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join('cli', 'nhi.ts'), 'completion', 'bash'], { cwd: PROJECT, stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/^nhi: OutputUnwritable: the output can't be written \(.*ENOSPC.*\): write it to another place\n$/) });
  } finally {
    closeSync(full);
  }
});

test('help is no failure', () => {
  const { status, stdout, stderr } = nhi('--help');

  expect(status).toBe(0);
  expect(stderr).toBe('');
  expect(['list', 'show [options] <agent>', 'verify [options] [agent]', 'certificate <agent>', 'transfer [options] <agent>', 'renew [options] <agent>', 'finish [options] <agent>', 'release-leavers [options]'].filter((verb) => !stdout.includes(verb))).toEqual([]);
});

test('says which version it is: the package\'s', () => {
  const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));

  expect(nhi('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
});

test('of Node\'s warnings, only the SDK\'s about versions of Node is silenced', () => {
  const { stderr } = nhiIn({ AWS_REGION: 'eu-west-1', NODE_OPTIONS: '--import=data:text/javascript,process.emitWarning(%22another%22)' }, 'list');

  expect(stderr).toContain('Warning: another');
  expect(stderr).not.toContain('AWS SDK');
});
