import { randomBytes, randomUUID } from 'node:crypto';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { LocalDataApi } from './harness/local-data-api';
import { Login, Postgres } from './harness/postgres';
import { databaseUser } from '../../runtime/handlers';
import { databaseUserAt } from '../../runtime/handlers/database-access';
import { perform } from '../../runtime/revokers';
import { DATABASE_USER_VARIABLE, databaseMark, databaseUserName, DatabaseUserSettings, KEEPER } from '../../src/contract/database-users';
import { RevokerOrder, RevokerReport } from '../../src/contract/revokers';

interface PutInput { readonly ClientRequestToken: string; readonly SecretString: string; readonly VersionStages: string[] }
interface StageInput { readonly VersionStage: string; readonly MoveToVersionId: string; readonly RemoveFromVersionId?: string }

const CLUSTER = 'arn:aws:rds:eu-west-1:111122223333:cluster:orders';
const ADMIN_SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-admin-AbCdEf';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:agents/invoice-bot/orders-test-AbCdEf';
const STACK = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Own/0a1b2c3d';
const ADMIN: Login = { user: 'nhi_admin', password: randomBytes(18).toString('hex') };
const AGENT = { registry: 'agents', account: '111122223333', agentName: 'invoice-bot' };

const [secrets, cloudformation] = [mockClient(SecretsManagerClient), mockClient(CloudFormationClient)];
let postgres: Postgres;
let api: LocalDataApi;
let values: Map<string, string>;
let stages: Map<string, string[]>;
let output: string[];
let user: string;
let count = 0;
const environment = { ...process.env };

beforeAll(async () => {
  postgres = await Postgres.start();
  await postgres.sql(`CREATE ROLE nhi_admin LOGIN CREATEROLE PASSWORD '${ADMIN.password}'; CREATE ROLE rds_iam; GRANT rds_iam TO nhi_admin WITH ADMIN OPTION; CREATE ROLE orders_reader`);
  api = await LocalDataApi.start(postgres, CLUSTER, { [ADMIN_SECRET]: ADMIN });
});

afterAll(async () => {
  process.env = environment;
  await api?.stop();
  await postgres?.stop();
});

beforeEach(() => {
  user = databaseUserName('agents', 'invoice-bot', 'test', `orders${++count}`);
  [values, stages, output] = [new Map(), new Map(), []];
  api.mishap = undefined;
  [process.stdout, process.stderr].forEach((stream) => jest.spyOn(stream, 'write').mockImplementation((text) => output.push(String(text)) > 0));
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', POWERTOOLS_TRACE_ENABLED: 'false', AWS_ENDPOINT_URL: api.endpoint, AWS_ENDPOINT_URL_RDS_DATA: api.endpoint,
  });
  declare({});
  secrets.reset();
  cloudformation.reset();
  secrets.on(PutSecretValueCommand).callsFake(({ ClientRequestToken: id, SecretString: text, VersionStages: of }: PutInput) => {
    values.set(id, text);
    stages.set(id, of);
  });
  secrets.on(GetSecretValueCommand).callsFake(({ VersionId: id }: { VersionId: string }) => {
    if (!values.has(id)) {
      throw Object.assign(new Error('no value'), { name: 'ResourceNotFoundException' });
    }
    return { SecretString: values.get(id) };
  });
  secrets.on(DescribeSecretCommand).callsFake(() => ({ VersionIdsToStages: Object.fromEntries(stages) }));
  secrets.on(UpdateSecretVersionStageCommand).callsFake(({ VersionStage: stage, MoveToVersionId: to, RemoveFromVersionId: from }: StageInput) => {
    expect(from).toBe([...stages].find(([, of]) => of.includes(stage))?.[0]);
    stages.forEach((of, id) => stages.set(id, of.filter((one) => one !== stage)));
    stages.set(to, [...stages.get(to)!, stage]);
  });
});
afterEach(() => jest.restoreAllMocks());

function declare(changes: Partial<DatabaseUserSettings>): void {
  const declared: DatabaseUserSettings = {
    ...AGENT, user, cluster: CLUSTER, adminSecret: ADMIN_SECRET, database: 'postgres', objectsTo: KEEPER, login: 'password', roles: ['orders_reader'], secret: SECRET, host: 'orders.example.com', port: '5432', ...changes,
  };
  process.env[DATABASE_USER_VARIABLE] = JSON.stringify(declared);
}

interface Asked { readonly kind: 'Create' | 'Update' | 'Delete'; readonly token?: string; readonly changes?: object }

async function ask({ kind, token = randomUUID(), changes = {} }: Asked): Promise<LocalDataApi['responses'][number]> {
  await databaseUser({
    RequestType: kind,
    RequestId: token,
    StackId: STACK,
    LogicalResourceId: 'User',
    ResponseURL: api.responseUrl,
    ...(kind === 'Create' ? {} : { PhysicalResourceId: `${user}.0a1b2c3d4e5f` }),
    ResourceProperties: { User: user, Cluster: CLUSTER, AdminSecret: ADMIN_SECRET, Database: 'postgres', ObjectsTo: KEEPER, ...changes },
  });
  return api.responses.at(-1)!;
}

const current = (): Record<string, unknown> => JSON.parse(values.get([...stages].find(([, of]) => of.includes('AWSCURRENT'))![0])!) as Record<string, unknown>;
const logsIn = async (password = String(current().password)): Promise<boolean> => (await postgres.run({ user, password }, 'SELECT 1')).sqlState === undefined;
const exists = async (): Promise<boolean> => (await postgres.sql(`SELECT 1 FROM pg_roles WHERE rolname = '${user}'`)).length > 0;
const shown = (): string => output.join('') + JSON.stringify(api.responses) + JSON.stringify(api.requests) + postgres.log;

describe('a user with a password', () => {
  test('is made, and its secret has what a client needs; nothing else has the password', async () => {
    expect(await ask({ kind: 'Create' })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: expect.stringMatching(new RegExp(`^${user}\\.[0-9a-f]{12}$`)) });
    expect(current()).toEqual({ engine: 'postgres', host: 'orders.example.com', port: 5432, dbname: 'postgres', username: user, password: expect.stringMatching(/^[\w-]{44}$/) });
    expect(await logsIn()).toBe(true);
    expect(shown()).not.toContain(String(current().password));
  });

  test('is the same after the same request once more, and after a change', async () => {
    const token = randomUUID();
    await ask({ kind: 'Create', token });
    const { password } = current();
    await ask({ kind: 'Create', token });
    await ask({ kind: 'Update' });
    expect(current().password).toBe(password);
    expect(await logsIn()).toBe(true);
  });

  test('is made although AWS does not know everywhere yet what the new role may do; twin: a later denial is one', async () => {
    let denials = 1;
    api.mishap = () => (denials-- > 0 ? 'denied' : undefined);
    expect(await ask({ kind: 'Create' })).toMatchObject({ Status: 'SUCCESS' });
    expect([denials < 0, await logsIn()]).toEqual([true, true]);
    denials = 1;
    expect(await ask({ kind: 'Update' })).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/ran no statement \(AccessDeniedException\)/) });
  });

  test('gets its password at the next request if the process died before readers had it', async () => {
    secrets.on(UpdateSecretVersionStageCommand).rejectsOnce(Object.assign(new Error('no'), { name: 'InternalServiceError' }));
    const token = randomUUID();
    expect(await ask({ kind: 'Create', token })).toMatchObject({ Status: 'FAILED', Reason: `DatabaseUserNotMade: ${user} of ${CLUSTER}: InternalServiceError` });
    stages.set(token, ['AWSPENDING']);
    secrets.on(UpdateSecretVersionStageCommand).callsFake(({ MoveToVersionId: to }: { MoveToVersionId: string }) => { stages.set(to, ['AWSCURRENT']); });
    expect(await ask({ kind: 'Create', token })).toMatchObject({ Status: 'SUCCESS' });
    expect(await logsIn()).toBe(true);
  });

  test('is rotated in steps of which each may be repeated: the new password is accepted, and the former is not', async () => {
    await ask({ kind: 'Create' });
    const former = String(current().password);
    const token = randomUUID();
    stages.set(token, ['AWSPENDING']);
    for (const Step of ['testSecret', 'createSecret', 'createSecret', 'setSecret', 'setSecret', 'testSecret', 'finishSecret']) {
      await databaseUser({ SecretId: SECRET, ClientRequestToken: token, Step });
    }
    expect(current().password).not.toBe(former);
    expect([await logsIn(), await logsIn(former)]).toEqual([true, false]);
    expect(shown()).not.toContain(String(current().password));
  });

  test.each([
    ['a version that Secrets Manager has not begun', { SecretId: SECRET, ClientRequestToken: randomUUID() }], ['another secret', { SecretId: ADMIN_SECRET, ClientRequestToken: randomUUID() }],
  ])('is not rotated for %s', async (_what, event) => {
    await ask({ kind: 'Create' });
    const { password } = current();
    for (const Step of ['createSecret', 'setSecret', 'finishSecret']) {
      await expect(databaseUser({ ...event, Step })).rejects.toMatchObject({ code: 'RotationUnknown' });
    }
    expect(current().password).toBe(password);
    expect(await logsIn()).toBe(true);
  });

  test('a text that somebody wrote into the new version by hand is not set, nor shown', async () => {
    await ask({ kind: 'Create' });
    const token = randomUUID();
    stages.set(token, ['AWSPENDING']);
    values.set(token, 'hunter2-in-plain-text');
    const failure = await databaseUser({ SecretId: SECRET, ClientRequestToken: token, Step: 'setSecret' }).catch((error: Error) => error);
    expect(String(failure)).toMatch(/^NotDone: .*no JSON object with a password/);
    expect(String(failure)).not.toContain('hunter2');
    expect(await logsIn()).toBe(true);
  });

  test('a rotation during a suspension unlocks nothing', async () => {
    await ask({ kind: 'Create' });
    const locked = databaseUserAt({ user, cluster: CLUSTER, adminSecret: ADMIN_SECRET, database: 'postgres' }, databaseMark(AGENT));
    await locked.lock();
    const token = randomUUID();
    stages.set(token, ['AWSPENDING']);
    for (const Step of ['createSecret', 'setSecret', 'finishSecret']) {
      await databaseUser({ SecretId: SECRET, ClientRequestToken: token, Step });
    }
    expect(await logsIn()).toBe(false);
    await locked.unlock();
    expect(await logsIn()).toBe(true);
  });
});

describe('the deletion', () => {
  test('drops the user, and may be repeated', async () => {
    await ask({ kind: 'Create' });
    for (let again = 0; again < 2; again++) {
      expect(await ask({ kind: 'Delete' })).toMatchObject({ Status: 'SUCCESS' });
      expect(await exists()).toBe(false);
    }
  });

  test('that fails is a failure, except in a leave, which looks for the user again', async () => {
    await ask({ kind: 'Create' });
    cloudformation.on(DescribeStacksCommand).resolves({ Stacks: [{ StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' }] } as never);
    const changes = { AdminSecret: `${ADMIN_SECRET}x` };
    expect(await ask({ kind: 'Delete', changes })).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/^DatabaseUserNotDropped: the cluster ran no statement/) });
    cloudformation.on(DescribeStacksCommand).resolves({ Stacks: [{ StackStatus: 'DELETE_IN_PROGRESS' }] } as never);
    expect(await ask({ kind: 'Delete', changes })).toMatchObject({ Status: 'SUCCESS' });
    expect(await exists()).toBe(true);
  });
});

test('a user of somebody else fails the creation, and what follows leaves it as it is', async () => {
  await postgres.sql(`CREATE ROLE ${user} LOGIN PASSWORD 'theirs'`);
  expect(await ask({ kind: 'Create' })).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('not marked as this agent\'s: nothing was changed') });
  expect(values.size).toBe(0);
  expect(await ask({ kind: 'Delete' })).toMatchObject({ Status: 'SUCCESS' });
  expect(await logsIn('theirs')).toBe(true);
});

test('a user whom IAM logs in has no secret', async () => {
  declare({ login: 'iam', secret: undefined });
  expect(await ask({ kind: 'Create' })).toMatchObject({ Status: 'SUCCESS' });
  expect(values.size).toBe(0);
  expect(await postgres.sql(`SELECT pg_has_role('${user}', 'rds_iam', 'MEMBER')`)).toEqual([['t']]);
});

describe('the registry\'s function for revokers', () => {
  const order = (action: RevokerOrder['action'], changes: Partial<RevokerOrder> = {}): Promise<RevokerReport> => {
    const settings = { clusterArn: CLUSTER, secretArn: ADMIN_SECRET, database: 'postgres', objectsTo: KEEPER, subject: user };
    const nowhere = async (): Promise<never> => Promise.reject(new Error('unexpected'));
    return perform({ send: nowhere, readSecret: nowhere, keys: { describe: nowhere, sign: nowhere }, invoke: nowhere, post: nowhere, databaseUser: databaseUserAt, now: () => new Date('2026-06-01T12:00:00Z') }, { ...AGENT, action, revoker: 'db-orders', kind: 'database', settings, ...changes });
  };

  test('looks, locks, unlocks and drops, and reports what it saw', async () => {
    expect(await order('look')).toMatchObject({ outcome: 'confirmed', now: 'absent', acted: false });
    await ask({ kind: 'Create' });
    expect(await order('look')).toMatchObject({ now: 'active' });
    expect(await order('suspend')).toMatchObject({ outcome: 'confirmed', found: 'active', now: 'inactive', acted: true });
    expect(await logsIn()).toBe(false);
    expect(await order('resume')).toMatchObject({ outcome: 'confirmed', now: 'active' });
    expect(await logsIn()).toBe(true);
    expect(await order('revoke')).toMatchObject({ outcome: 'confirmed', found: 'active', now: 'absent', acted: true });
    expect(await exists()).toBe(false);
    expect(await order('revoke')).toMatchObject({ outcome: 'confirmed', now: 'absent', acted: false });
  });

  test.each([['another agent', { agentName: 'other-bot' }], ['another registry', { registry: 'others' }], ['another account', { account: '444455556666' }]])('does nothing for %s', async (_whose, changes) => {
    await ask({ kind: 'Create' });
    expect(await order('revoke', changes)).toMatchObject({ outcome: 'open', acted: false, note: expect.stringContaining('not marked as this agent\'s') });
    expect(await logsIn()).toBe(true);
  });

  test.each([['a user that SQL could mistake', { subject: 'x"; DROP ROLE orders_reader; --' }], ['an administrator of Amazon\'s', { subject: 'rds_superuser' }], ['no cluster', { clusterArn: 'https://example.com' }]])('sends nothing for %s', async (_what, changes) => {
    const before = api.requests.length;
    const settings = { clusterArn: CLUSTER, secretArn: ADMIN_SECRET, database: 'postgres', objectsTo: KEEPER, subject: user, ...changes };
    expect(await order('revoke', { settings })).toMatchObject({ outcome: 'open', acted: false });
    expect(api.requests).toHaveLength(before);
  });

  test('confirms nothing while the cluster can\'t be reached, and says no word of the database', async () => {
    await ask({ kind: 'Create' });
    api.mishap = ({ sql }) => (sql.includes('DROP ROLE') ? 'resuming' : undefined);
    const report = await order('revoke');
    expect(report).toMatchObject({ outcome: 'open', found: 'active', acted: true, note: 'the cluster is being resumed', retryAfterSeconds: 60 });
    expect(await logsIn()).toBe(false);
    api.mishap = undefined;
    expect(await order('revoke')).toMatchObject({ outcome: 'confirmed', now: 'absent' });
  });
});
