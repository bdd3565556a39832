import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakeRegistry } from './fake-registry';
import { nhiPiped } from './terminal/terminal';
import { FakeAccount, sessionXml } from '../runtime/inventory/fake-account';
import { newFolder } from '../runtime/inventory/taken';

const SLOW = 120_000;

const fakes: FakeAccount[] = [];
afterEach(() => Promise.all(fakes.splice(0).map((fake) => fake.stop())));

async function started(...options: Parameters<typeof fakeRegistry>): Promise<FakeAccount> {
  const fake = await fakeRegistry(...options);
  fakes.push(fake);
  return fake;
}

function written(name: string, text: string): string {
  const file = join(newFolder(), name);
  writeFileSync(file, text, { mode: 0o700 });
  return file;
}

/** The environment of a command that finds its own credentials. */
function withoutKeys({ url }: FakeAccount, config: string): Record<string, string> {
  return { AWS_ENDPOINT_URL: url, AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: written('config', config), AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
}

const PROCESS = '[profile made]\ncredential_process = SCRIPT\nregion = eu-west-1\n'.replace('SCRIPT', () => written('process', [
  '#!/bin/sh', 'echo \'{"Version": 1, "AccessKeyId": "ASIA555566667777", "SecretAccessKey": "x", "SessionToken": "x"}\'',
].join('\n')));

describe('credentials', () => {
  const account = async (words: readonly string[], env: Record<string, string>): Promise<string> => {
    const { stdout, stderr } = await nhiPiped([...words, 'inventory', '--json', '--state', newFolder()], env);
    expect(stderr).toBe('');
    return (JSON.parse(stdout) as { accounts: { account: string }[] }).accounts[0].account;
  };

  test.each<[string, (fake: FakeAccount) => readonly [string[], Record<string, string>]]>([
    ['of a credential process, by --profile', (fake) => [['--profile', 'made'], withoutKeys(fake, PROCESS)]],
    ['of a credential process, by AWS_PROFILE', (fake) => [[], { ...withoutKeys(fake, PROCESS), AWS_PROFILE: 'made' }]],
    ['of a profile, which wins over keys of the environment', (fake) => [['--profile', 'made'], { ...withoutKeys(fake, PROCESS), AWS_ACCESS_KEY_ID: 'ASIA111122223333', AWS_SECRET_ACCESS_KEY: 'x' }]],
    ['of keys of the environment', (fake) => [[], { ...withoutKeys(fake, ''), AWS_ACCESS_KEY_ID: 'ASIA555566667777', AWS_SECRET_ACCESS_KEY: 'x' }]],
    ['of a role that a profile assumes', (fake) => [['--profile', 'there'], withoutKeys(fake, `${PROCESS}[profile there]\nrole_arn = arn:aws:iam::555566667777:role/x\nsource_profile = made\n`)]],
    ['of a web identity', (fake) => [[], { ...withoutKeys(fake, ''), AWS_ROLE_ARN: 'arn:aws:iam::555566667777:role/x', AWS_WEB_IDENTITY_TOKEN_FILE: written('token', 'x') }]],
  ])('%s', async (_what, given) => {
    const fake = await started([], { also: { AssumeRole: () => sessionXml('555566667777'), AssumeRoleWithWebIdentity: () => sessionXml('555566667777') } });

    expect(await account(...given(fake))).toBe('555566667777');
  }, SLOW);
});

describe('endpoints', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true' };
  const NAMES = ['SQS', 'SNS', 'CLOUDWATCH', 'CLOUDTRAIL', 'SCHEDULER', 'LAMBDA'];
  const actions = ({ calls }: FakeAccount): string[] => [...new Set(calls.map(({ action }) => action))].sort();

  test('of single services, whether the SDK has a client here or not', async () => {
    const [all, one] = [await started(), await started()];
    const { stdout } = await nhiPiped(['doctor'], { ...keys, AWS_ENDPOINT_URL: all.url, ...Object.fromEntries(NAMES.map((name) => [`AWS_ENDPOINT_URL_${name}`, one.url])) });

    expect(stdout).toContain('registry agents in account 111122223333');
    expect(actions(one)).toEqual([
      '/2015-03-31/functions/agents-nhi-notifications/configuration', '/2015-03-31/functions/agents-nhi-sponsors/configuration', '/schedules/agents-nhi-agenda',
      'DescribeAlarms', 'DescribeTrails', 'GetQueueAttributes',
    ]);
    expect(actions(all)).toEqual(expect.arrayContaining(['GetCallerIdentity', 'TransactGetItems']));
    expect(actions(all)).not.toEqual(expect.arrayContaining(['DescribeAlarms']));
  }, SLOW);

  test('of single services in the configuration of a profile', async () => {
    const [all, one] = [await started(), await started()];
    const config = `[profile local]\nendpoint_url = ${all.url}\nservices = mine\n[services mine]\ncloudtrail =\n  endpoint_url = ${one.url}\ndynamodb =\n  endpoint_url = ${one.url}\n`;
    await nhiPiped(['doctor', '--profile', 'local'], { ...keys, AWS_CONFIG_FILE: written('config', config), AWS_SHARED_CREDENTIALS_FILE: written('credentials', '[local]\naws_access_key_id = x\naws_secret_access_key = x\n') });

    expect(actions(one)).toEqual(['DescribeTrails', 'TransactGetItems']);
    expect(actions(all)).toEqual(expect.arrayContaining(['DescribeAlarms', 'GetCallerIdentity']));
  }, SLOW);
});
