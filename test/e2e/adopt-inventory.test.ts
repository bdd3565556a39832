import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { Duration } from 'aws-cdk-lib';
import { createLegacyRole, openSession, wholeRole } from './harness/adopted';
import { instant, platform, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { EXIT } from '../../cli/exit-codes';
import { formatTable, parseTable } from '../../runtime/adoption';
import { AgentStage } from 'cdk-nhi-lifecycle';

const PROJECT = join(__dirname, '..', '..');
const ADOPTED = 'billing-legacy';
const MIGRATED = 'orders-prod';
const scratch = mkdtempSync(join(tmpdir(), 'nhi-adopt-'));
const table = join(scratch, 'inventory.csv');
const out = join(scratch, 'agents');

let aws: LocalAws;

beforeAll(async () => {
  // The code finds the libraries as in a project of its own.
  symlinkSync(join(PROJECT, 'node_modules'), join(scratch, 'node_modules'));
  aws = await LocalAws.start({ bootstrapped: true });
  await aws.deployByCommand(platform({ stages: [AgentStage.of('canary', { maxTenure: Duration.days(120) })] }));
  await createLegacyRole(aws, ADOPTED);
  const { env: { account, region }, iam } = aws;
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  await iam.send(new CreateRoleCommand({ RoleName: MIGRATED, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const policy = {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Read', Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: `arn:aws:dynamodb:${region}:${account}:table/${TEST_TABLE}` },
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    ],
  };
  await iam.send(new PutRolePolicyCommand({ RoleName: MIGRATED, PolicyName: 'tables', PolicyDocument: JSON.stringify(policy) }));
});

afterAll(async () => {
  await aws.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** Fills in the rows of both roles, as a person does in a spreadsheet. */
function fillIn(): void {
  const edited = parseTable(readFileSync(table), table);
  const person = { sponsor_name: 'Ada Park', sponsor_email: 'ada.park@example.com', sponsor_backup: 'li.chen@example.com', stage: 'production', expires: instant(90 * 86_400_000) };
  const answers: Record<string, Record<string, string>> = {
    [ADOPTED]: { ...person, how: 'adopt', purpose: 'Books invoices since 2019' },
    [MIGRATED]: { ...person, how: 'migrate', purpose: 'Watches orders', stage: 'canary' },
  };
  edited.rows.forEach((row) => Object.entries(answers[row.get('name')!] ?? {}).forEach(([column, cell]) => row.set(column, cell)));
  writeFileSync(table, formatTable(edited));
}

/** An app of a person's own with the stacks that were written: the emulator's bucket refuses the roles by which CDK publishes templates otherwise. */
function appOf(account: string): string {
  return [
    'import { App, CliCredentialsStackSynthesizer } from \'aws-cdk-lib\';',
    `import { AdoptedProductionOf${account} } from './agents/${account}/adopted-production';`,
    `import { AgentOrdersOf${account} } from './agents/${account}/agent-orders';`,
    'const app = new App({ defaultStackSynthesizer: new CliCredentialsStackSynthesizer() });',
    `new AdoptedProductionOf${account}(app, 'adopted-production-${account}');`,
    `new AgentOrdersOf${account}(app, 'agent-orders-${account}');`,
  ].join('\n');
}

test('two roles of an inventory become agents by the code that is written for them, and an undo gives them back as they were', async () => {
  const before = await Promise.all([wholeRole(aws.iam, ADOPTED), wholeRole(aws.iam, MIGRATED)]);
  expect(await aws.nhi(['inventory', '--format', 'csv', '--output', table, '--state', join(scratch, 'state')])).toMatchObject({ status: 0, stderr: '' });
  fillIn();

  const withoutStages = await aws.nhi(['adopt', '--from', table, '--out', out]);
  expect(withoutStages).toMatchObject({ status: EXIT.usage, stderr: expect.stringContaining('StageUnknown: "canary" is not allowed') });
  const adopted = await aws.nhi(['adopt', '--from', table, '--out', out, '--own-stages']);
  expect(adopted).toMatchObject({ status: 0, stderr: '' });
  expect(adopted.stdout).toContain('adopted: 1, with a role of its own: 1');
  const { account } = aws.env;
  const stacks = [`adopted-production-${account}`, `agent-orders-${account}`];
  writeFileSync(join(scratch, 'app.ts'), appOf(account));
  await aws.deployApp(`${process.execPath} --import tsx ${join(scratch, 'app.ts')}`, stacks);

  const { stdout: list } = await aws.nhi(['list']);
  expect(list).toMatch(/^billing-legacy +active +production +ada\.park@example\.com/m);
  expect(list).toMatch(/^orders +active +canary/m);
  expect(await lookAtRole(aws.iam, ADOPTED)).toMatchObject({ inline: ['nhi-expiry', 'tables'], tags: { 'agent:name': 'billing-legacy' } });
  expect(await aws.sessions.read(await openSession(aws, `teams/${ADOPTED}`), TEST_TABLE)).toBe('allowed');
  // The agent has what maps to its access, and no more; the old role is as it was.
  const { stdout: shown } = await aws.nhi(['show', 'orders']);
  expect(shown).toContain('dynamodb:GetItem');
  expect(shown).not.toContain('s3:');
  expect(await wholeRole(aws.iam, MIGRATED)).toEqual(before[1]);

  const undone = await aws.nhi(['adopt', '--undo', '--out', out]);
  expect(undone).toMatchObject({ status: 0, stderr: '' });
  expect(undone.stdout).toContain('aws cloudformation delete-stack --stack-name adopted-production');
  for (const stack of ['agent-orders', 'adopted-production']) {
    await aws.destroyStack(stack);
  }
  expect(await Promise.all([wholeRole(aws.iam, ADOPTED), wholeRole(aws.iam, MIGRATED)])).toEqual(before);
  expect(await aws.sessions.read(await openSession(aws, `teams/${ADOPTED}`), TEST_TABLE)).toBe('allowed');
  expect(await eventsOf(aws.registry, 'billing-legacy')).toEqual(['adopted', 'released']);
  expect((await aws.nhi(['list'])).stdout).toMatch(/^orders +left /m);
});
