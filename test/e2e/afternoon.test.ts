import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand, PutRolePolicyCommand, PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { cx_api } from 'aws-cdk-lib';
import { createLegacyRole } from './harness/adopted';
import { instant } from './harness/apps';
import { Guide, shortened, Step, WRITES } from './harness/guide';
import { LocalAws } from './harness/local-aws';
import { keysOf, roleOfPeople } from './harness/people';
import { sweep } from './harness/sweep';
import { EXIT } from '../../cli/exit-codes';
import { Keys } from '../../examples/quickstart/sessions';
import { formatTable, parseTable } from '../../runtime/adoption';
import { nhiInBash } from '../cli/terminal/terminal';

const PROJECT = join(__dirname, '..', '..');
const { peerDependencies, peerDependenciesMeta = {} } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as Record<'peerDependencies' | 'peerDependenciesMeta', object>;
const REGION = 'eu-central-1';
const PEOPLE = '/aws-reserved/sso.amazonaws.com/';
const scratch = mkdtempSync(join(tmpdir(), 'nhi-afternoon-'));
const guide = new Guide('afternoon.md');
const policy = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })) });

let aws: LocalAws;

beforeAll(async () => {
  // The code finds the libraries as in a project of its own.
  symlinkSync(join(PROJECT, 'node_modules'), join(scratch, 'node_modules'));
  copyFileSync(join(PROJECT, 'examples', 'afternoon', 'app.ts'), join(scratch, 'app.ts'));
  aws = await LocalAws.start({ tls: true, region: REGION });
  await accountOfYears();
  keys({ default: { accessKeyId: aws.env.account, secretAccessKey: 'test' } });
});

afterAll(async () => {
  await aws.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** Roles and a user, as an account has them before anybody manages them. */
async function accountOfYears(): Promise<void> {
  const { iam, env: { account } } = aws;
  await createLegacyRole(aws, 'billing-legacy');
  const byLambda = policy({ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' });
  await iam.send(new CreateRoleCommand({ RoleName: 'orders-prod', AssumeRolePolicyDocument: byLambda, Tags: [{ Key: 'owner', Value: 'sam.diaz@example.com' }] }));
  const reads = policy({ Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: `arn:aws:dynamodb:${REGION}:${account}:table/orders` });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'orders-prod', PolicyName: 'orders', PolicyDocument: reads }));
  await iam.send(new CreateRoleCommand({
    RoleName: 'deploy-ci',
    AssumeRolePolicyDocument: policy({
      Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com', 'token.actions.githubusercontent.com:sub': 'repo:acme/shop:ref:refs/heads/main' } },
    }),
  }));
  await iam.send(new PutRolePolicyCommand({ RoleName: 'deploy-ci', PolicyName: 'all', PolicyDocument: policy({ Action: '*', Resource: '*' }) }));
  await iam.send(new CreateUserCommand({ UserName: 'nightly-export' }));
  await iam.send(new CreateAccessKeyCommand({ UserName: 'nightly-export' }));
  await iam.send(new PutUserPolicyCommand({ UserName: 'nightly-export', PolicyName: 'export', PolicyDocument: policy({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::exports/*' }) }));
}

/** The profiles of the guide. People have sessions of IAM Identity Center, which are named by their mail addresses. */
function keys(profiles: Readonly<Record<string, Keys>>): void {
  writeFileSync(join(scratch, 'credentials'), Object.entries(profiles).flatMap(([name, { accessKeyId, secretAccessKey, sessionToken }]) => [
    `[${name}]`, `aws_access_key_id=${accessKeyId}`, `aws_secret_access_key=${secretAccessKey}`, ...sessionToken === undefined ? [] : [`aws_session_token=${sessionToken}`],
  ]).join('\n'), { mode: 0o600 });
}

/** People whom IAM Identity Center gives the policies of the registry. */
async function peopleComeIn(): Promise<void> {
  const role = async (name: string, policyName: string): Promise<string> => {
    const RoleName = `AWSReservedSSO_${name}_0123456789abcdef`;
    await roleOfPeople(aws, RoleName, policyName, PEOPLE);
    return `${PEOPLE.slice(1)}${RoleName}`;
  };
  const [reviewer, campaigner] = [await role('Reviewer', 'may-review'), await role('Campaigner', 'may-run-campaigns')];
  keys({
    default: { accessKeyId: aws.env.account, secretAccessKey: 'test' },
    ada: await keysOf(aws, 'ada.park@example.com', reviewer),
    eve: await keysOf(aws, 'eve.wong@example.com', campaigner),
  });
}

/** Fills in the columns that the guide's table has, as a person does in a spreadsheet. The end is one that is to come whenever the test runs. */
function fillIn(): void {
  const file = join(scratch, 'inventory.csv');
  const edited = parseTable(readFileSync(file), file);
  const rows = new Map(guide.table('name').map(({ name, ...cells }) => [name, cells]));
  expect([...rows.keys()].filter((name) => !edited.rows.some((row) => row.get('name') === name))).toEqual([]);
  edited.rows.forEach((row) => Object.entries(rows.get(row.get('name')!) ?? {}).forEach(([column, cell]) => {
    row.set(column, column === 'expires' && cell !== '' && !WRITES ? instant(90 * 86_400_000).slice(0, 10) : cell);
  }));
  writeFileSync(file, formatTable(edited));
}

/** Deploys stacks of an app as the `cdk` command does, without the bootstrap stack, which is not here. */
async function deploy(app: string, stacks: readonly string[]): Promise<void> {
  const outdir = mkdtempSync(join(scratch, 'assembly-'));
  const env = { ...process.env, CDK_OUTDIR: outdir, TSX_TSCONFIG_PATH: join(PROJECT, 'tsconfig.dev.json') };
  await promisify(execFile)(process.execPath, ['--import', 'tsx', join(scratch, app)], { cwd: PROJECT, env });
  const assembly = new cx_api.CloudAssembly(outdir);
  for (const id of stacks) {
    await aws.deployAssembly(outdir, assembly.stacks.find((stack) => stack.hierarchicalId === id)!.stackName, { without: [], attributes: {} });
  }
}

/** What was printed last. A command names a part of it by its beginning: `'<shown>'` is what follows `shown `. */
let printed = '';

/** Runs a line in the folder, with the profile that it names, and returns what it prints. */
async function nhi(command: string): Promise<string> {
  const line = command.replace(/'<(\w+)>'/g, (_, name: string) => `'${new RegExp(`^${name} +(\\S+)`, 'm').exec(printed)![1]}'`);
  const { stdout, stderr, exitCode } = await nhiInBash(`cd '${scratch}'; ${line}`, {
    ...aws.environment, HOME: scratch, AWS_SHARED_CREDENTIALS_FILE: join(scratch, 'credentials'), AWS_PROFILE: 'default',
  });
  printed = stdout;
  // The emulator has no CloudTrail, and nobody who receives an alarm.
  const expected = command === 'nhi doctor' ? EXIT.found : EXIT.done;
  expect({ command, exitCode, because: exitCode === expected ? '' : stderr }).toEqual({ command, exitCode: expected, because: '' });
  return stdout.trimEnd();
}

/** Where the guide leaves lines out: how many it shows before and after. */
const SHORTENED: Readonly<Record<string, readonly [first: number, last: number]>> = { 'nhi doctor': [1, 12] };

/** What a step does, by the beginning of its command. */
const DOES: readonly (readonly [begins: string, run: (step: Step) => Promise<void>])[] = [
  // The package is not published yet: test/installed packs it and installs it.
  ['npm install', async ({ command }) => expect(command.split(' ')).toEqual(expect.arrayContaining(['cdk-nhi-lifecycle', ...Object.keys(peerDependencies).filter((name) => !(name in peerDependenciesMeta))]))],
  ['npx cdk bootstrap', async () => undefined],
  ['npx cdk deploy', async ({ command }) => {
    const [, app, stacks] = /^npx cdk deploy --app 'npx tsx (\S+)' (.+)$/.exec(command)!;
    await deploy(app, stacks.split(' '));
    await (app === 'app.ts' ? peopleComeIn() : undefined);
  }],
  // As the schedule does.
  ['aws stepfunctions start-execution', async ({ command }) => {
    expect(command).toContain(`arn:aws:states:${REGION}:${aws.env.account}:stateMachine:agents-nhi-agenda`);
    await sweep(aws);
  }],
  ['', async (step) => {
    const { command, shown } = step;
    const output = await nhi(command);
    if (shown !== undefined) {
      guide.expectShown(step, command in SHORTENED ? shortened(output, ...SHORTENED[command]) : output);
    }
    if (command.endsWith('--output inventory.csv')) {
      fillIn();
    }
  }],
];

test('the commands of the guide lead from nothing to a managed fleet, and print what it shows', async () => {
  expect(guide.steps.length).toBeGreaterThan(15);
  for (const step of guide.steps) {
    const [, run] = DOES.find(([begins]) => step.command.startsWith(begins))!;
    await run(step);
  }

  const { stdout } = await aws.nhi(['show', 'billing-bot']);
  expect(stdout).toMatch(/^status +active$/m);
  expect(readFileSync(join(scratch, 'november.html'), 'utf8')).toContain('2 joined');
}, 600_000);
