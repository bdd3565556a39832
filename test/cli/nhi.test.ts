import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');

/** The command as a shell runs it, without credentials or a network to use them on. */
function nhi(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return nhiIn({ AWS_REGION: 'eu-west-1' }, ...words);
}

function nhiIn(variables: Record<string, string>, ...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...variables };
  return spawnSync(process.execPath, ['--no-warnings', '--import', 'tsx', join('cli', 'nhi.ts'), ...words], { cwd: PROJECT, env: env as NodeJS.ProcessEnv, encoding: 'utf8' });
}

test('fails when the agent\'s name is none: exit code 1, and one line with the code and what is allowed', () => {
  expect(nhi('show', 'Invoice Bot')).toMatchObject({
    status: 1,
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

test('help is no failure', () => {
  const { status, stdout } = nhi('--help');

  expect(status).toBe(0);
  expect(['list', 'show <agent>', 'verify <agent>', 'certificate <agent>', 'release-leavers'].filter((verb) => !stdout.includes(verb))).toEqual([]);
});
