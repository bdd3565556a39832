import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateAccessKeyCommand, CreatePolicyCommand, CreateRoleCommand, CreateUserCommand, DeleteUserPolicyCommand, GetAccountAuthorizationDetailsCommand,
  IAMClient, PutRolePolicyCommand, PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { Inventory, InventoryRow } from '../../runtime/inventory';
import { Emulator } from '../emulator/emulator';
import { ACCOUNT, GeneratedRole, HOSTILE, roleOf, SHAPES } from '../runtime/inventory/generated-account';

const NHI = join(__dirname, '..', '..', 'assets', 'cli', 'nhi', 'index.js');
const AUDITOR = 'auditor';
const POLICY = 'inventory';
// IAM accepts these tags; the emulator keeps whatever it gets, so the others are of its own account only.
const TAGS = HOSTILE.filter((text) => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text));

let emulator: Emulator;
let admin: IAMClient;
let keys: Record<string, string>;
const scratch = mkdtempSync(join(tmpdir(), 'nhi-inventory-'));
const roles = Object.values(SHAPES).flatMap((shape, index) => (
  ['broken', 'identityCenter', 'serviceLinked', 'hostile'].some((name) => SHAPES[name] === shape) ? [] : [roleOf(shape(1), index)]));

beforeAll(async () => {
  emulator = await Emulator.start();
  admin = new IAMClient({ endpoint: emulator.url, region: emulator.region, credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'test' }, ...emulator.transport });
  await admin.send(new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] }) }));
  await Promise.all(roles.map(create));
  await create({ ...roleOf({ name: '=cmd+1@x', tags: Object.fromEntries(['owner', 'team', 'squad'].map((key, index) => [key, TAGS[index % TAGS.length] ?? '=1+1'])) }, 99) });
  await admin.send(new CreateUserCommand({ UserName: AUDITOR }));
  const { AccessKey: key } = await admin.send(new CreateAccessKeyCommand({ UserName: AUDITOR }));
  keys = { ...emulator.env, AWS_ACCESS_KEY_ID: key!.AccessKeyId!, AWS_SECRET_ACCESS_KEY: key!.SecretAccessKey! };
});

afterAll(async () => {
  await emulator.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function create({ name, path, trust, inline, tags }: GeneratedRole): Promise<void> {
  await admin.send(new CreateRoleCommand({
    RoleName: name, Path: path, AssumeRolePolicyDocument: trust, Tags: Object.entries(tags).filter(([key]) => !key.startsWith('aws:')).map(([Key, Value]) => ({ Key, Value })),
  }));
  for (const [PolicyName, PolicyDocument] of Object.entries(inline)) {
    await admin.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: PolicyName.replace(/[^\w]/g, ''), PolicyDocument }));
  }
}

/** Runs the command that ships, with the auditor's own key. */
function nhi(...words: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [NHI, ...words, '--state', join(scratch, 'state')], { env: { ...process.env, ...keys }, maxBuffer: 64_000_000 }, (error, stdout, stderr) => (
      resolve({ status: Number(error?.code ?? 0), stdout, stderr })));
  });
}

async function mayDo(actions: readonly string[]): Promise<void> {
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
  await admin.send(new PutUserPolicyCommand({ UserName: AUDITOR, PolicyName: POLICY, PolicyDocument: JSON.stringify(document) }));
}

async function neededActions(): Promise<string[]> {
  const { Statement: [{ Action: actions }] } = JSON.parse((await nhi('inventory', '--policy')).stdout) as { Statement: { Action: string[] }[] };
  return actions;
}

test('the command that ships takes the inventory with the policy that it prints, and changes nothing', async () => {
  await mayDo(await neededActions());
  const everything = async () => {
    const { RoleDetailList: its, UserDetailList: users, Policies: policies } = await admin.send(new GetAccountAuthorizationDetailsCommand({}));
    return JSON.stringify([its, users, policies]);
  };
  const before = await everything();

  const { status, stdout, stderr } = await nhi('--json', 'inventory');

  expect([status, stderr]).toEqual([0, '']);
  const { rows } = JSON.parse(stdout) as Inventory;
  const named = (name: string): InventoryRow => rows.find((row) => row.name === name)!;
  expect(roles.map(({ name }) => name).filter((name) => named(name) === undefined)).toEqual([]);
  expect(named('Orders-Fn1ServiceRole-1A2B3C4D5E6F7')).toMatchObject({ kind: 'machine', assumedBy: [{ name: 'function orders-1' }], sponsors: [{ who: 'orders@example.com' }, { who: 'owners of stack Orders' }] });
  expect(named('deployer-1')).toMatchObject({ power: { level: 'identities' }, findings: expect.arrayContaining([expect.objectContaining({ owasp: 'NHI5' })]) });
  expect(named('ci-1')).toMatchObject({ assumedBy: [{ kind: 'repository', name: 'GitHub repository acme/shop-1' }] });
  expect(named('invoice-bot-test-1')).toMatchObject({ agent: { name: 'invoice-bot', registry: 'agents' } });
  expect(named('Analysts-1').kind).toBe('human');
  expect(named(AUDITOR)).toMatchObject({ type: 'user', kind: 'machine', keys: [{ name: 'access key 1', active: true, ageDays: 0 }] });
  expect(await everything()).toBe(before);
});

test('each action of the policy is needed', async () => {
  const actions = await neededActions();
  // An account of one page is not counted.
  for (const missing of actions.filter((action) => action !== 'iam:GetAccountSummary')) {
    await mayDo(actions.filter((action) => action !== missing));
    expect(await nhi('inventory')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/^nhi: AccessDenied: arn:aws:iam::111122223333:user\/auditor is not allowed/) });
  }
  await admin.send(new DeleteUserPolicyCommand({ UserName: AUDITOR, PolicyName: POLICY }));
  expect(await nhi('inventory')).toMatchObject({ status: 1 });
});

test('a spreadsheet and a page of it hold no formula and no script of others', async () => {
  await mayDo(await neededActions());
  const [csv, html] = [await nhi('inventory', '--format', 'csv'), await nhi('inventory', '--format', 'html')];

  expect(csv.stdout).toContain('"\'=cmd+1@x"');
  expect(csv.stdout).not.toMatch(/(^|,)"?[=+@]/m);
  expect(html.stdout.match(/<script/g)).toHaveLength(2);
});
