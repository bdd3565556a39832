import { GetRoleCommand, IAMClient, paginateListRoles, paginateListUsers } from '@aws-sdk/client-iam';
import { motoAccountOf, MotoAccount } from './moto-account';
import { Inventory, InventoryRow } from '../../runtime/inventory';
import { roleOf } from '../runtime/inventory/generated-account';
import { rowsIn } from '../runtime/inventory/inventory-of';
import { taken } from '../runtime/inventory/taken';

const account = motoAccountOf(1_000, 200);
let moto: MotoAccount;
let iam: IAMClient;
let found: Inventory;

beforeAll(async () => {
  moto = await MotoAccount.start(account);
  iam = new IAMClient({ endpoint: moto.url, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  found = await taken(moto);
}, 600_000);

afterAll(async () => {
  iam?.destroy();
  await moto?.stop();
});

/**
 * What both must say. moto numbers keys by age, says neither where a key was used nor whether there is MFA, gives the text of each policy of AWS, and normalizes line breaks. It
 * refuses policies that are no JSON, which IAM does too.
 */
function comparable({ id: _id, console: password, keys, lastUsed, power, findings, ...row }: InventoryRow): object {
  const its = {
    ...row,
    hasPassword: password !== undefined,
    keys: keys.map(({ name: _name, lastUsedBy: _by, ...key }) => key),
    usedAt: lastUsed?.at,
    power: { level: power.level, statements: power.statements, limitedBy: power.limitedBy },
    findings: findings.map(({ owasp, rule, severity }) => `${owasp} ${rule} ${severity}`),
  };
  return JSON.parse(JSON.stringify(its).replace(/\\r\\n/g, '\\n')) as object;
}

const byArn = (rows: readonly InventoryRow[]) => [...rows].sort((one, other) => (one.arn < other.arn ? -1 : 1)).map(comparable);
/** moto's credential report lacks root. */
const expected = rowsIn(account).filter(({ type }) => type !== 'root');

test('1,000 roles and 200 users of all kinds in moto: each row is what the account was made of', () => {
  expect(byArn(found.rows)).toEqual(byArn(expected));
  expect(found.rows).toHaveLength(1_200);
  expect(found.unread).toEqual([]);
  expect(new Set(moto.refused.map((what) => what.replace(/\d+/g, '0')))).toEqual(new Set(['policy of broken-0: MalformedPolicyDocument: Syntax errors in policy.']));
});

test('twin: a role more or a boundary less would be seen', () => {
  expect(byArn(found.rows)).not.toEqual(byArn([...expected, rowsIn({ ...account, roles: [roleOf({ name: 'more' }, 0)], users: [] })[0]]));
  const bounded = account.roles.find(({ boundary }) => boundary !== undefined)!;
  const without = rowsIn({ ...account, roles: [{ ...bounded, boundary: undefined }], users: [] }).find(({ arn }) => arn === bounded.arn)!;
  expect(comparable(without)).not.toEqual(comparable(found.rows.find(({ arn }) => arn === bounded.arn)!));
});

test.each<[string, InventoryRow['kind'], number]>([
  ['machine', 'machine', expected.filter(({ kind }) => kind === 'machine').length],
  ['human', 'human', expected.filter(({ kind }) => kind === 'human').length],
  ['service-linked', 'service-linked', account.roles.filter(({ path }) => path.startsWith('/aws-service-role/')).length],
  ['aws-created', 'aws-created', 1],
])('as many are %s', (_name, kind, count) => {
  expect(count).toBeGreaterThan(0);
  expect(found.rows.filter((row) => row.kind === kind)).toHaveLength(count);
});

test('IAM\'s own lists, in pages of 100, have the same roles and users', async () => {
  const names: string[] = [];
  let pages = 0;
  for await (const { Roles: roles = [] } of paginateListRoles({ client: iam, pageSize: 100 }, {})) {
    names.push(...roles.map(({ RoleName: name }) => `role/${name}`));
    pages += 1;
  }
  for await (const { Users: users = [] } of paginateListUsers({ client: iam, pageSize: 100 }, {})) {
    names.push(...users.map(({ UserName: name }) => `user/${name}`));
  }

  expect(pages).toBe(10);
  expect(found.rows.map(({ type, name }) => `${type}/${name}`).sort()).toEqual(names.sort());
});

test('what IAM says of a single role is what the listing said: last use, boundary, tags', async () => {
  const sample = account.roles.filter((_role, index) => index % 40 === 0);
  for (const { name, arn } of sample) {
    const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: name }));
    const row = found.rows.find((one) => one.arn === arn)!;

    expect(row.id).toBe(role!.RoleId);
    expect(row.createdAt).toBe(role!.CreateDate!.toISOString());
    expect(row.lastUsed?.at).toBe(role!.RoleLastUsed?.LastUsedDate?.toISOString());
    expect(row.agent?.name).toBe(role!.Tags?.find(({ Key: key }) => key === 'agent:name')?.Value);
  }
});
