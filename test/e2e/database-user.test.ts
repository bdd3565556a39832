import { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { LocalDataApi } from './harness/local-data-api';
import { ended, Login, Postgres } from './harness/postgres';
import { dataApi, DatabaseUser } from '../../runtime/databases';
import { databaseMark, databaseUserName, KEEPER, KEEPER_MARK } from '../../src/contract/database-users';

const CLUSTER = 'arn:aws:rds:eu-west-1:111122223333:cluster:orders';
const ADMIN_SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-admin-AbCdEf';
const MARK = databaseMark({ registry: 'agents', account: '111122223333', agentName: 'invoice-bot' });
/** Not a superuser: Amazon's administrators are none either. */
const ADMIN: Login = { user: 'nhi_admin', password: randomBytes(18).toString('hex') };
const PASSWORD = randomBytes(24).toString('base64url');

let postgres: Postgres;
let api: LocalDataApi;
let count = 0;

beforeAll(async () => {
  postgres = await Postgres.start();
  await postgres.sql(`CREATE ROLE nhi_admin LOGIN CREATEROLE PASSWORD '${ADMIN.password}'; CREATE ROLE rds_iam; GRANT rds_iam TO nhi_admin WITH ADMIN OPTION;
    CREATE ROLE orders_reader; CREATE ROLE orders_writer; CREATE ROLE might CREATEDB; CREATE ROLE via; GRANT might TO via; GRANT pg_signal_backend TO nhi_admin`);
  await postgres.sql('CREATE DATABASE orders');
  await postgres.sql('CREATE DATABASE "other; DROP"');
  await postgres.sql(`CREATE TABLE orders (id int); INSERT INTO orders VALUES (7); CREATE TABLE secrets (id int); GRANT SELECT ON orders TO orders_reader; GRANT INSERT ON orders TO orders_writer;
    GRANT USAGE, CREATE ON SCHEMA public TO PUBLIC`, 'orders');
  await postgres.sql('GRANT USAGE, CREATE ON SCHEMA public TO PUBLIC', 'other; DROP');
  api = await LocalDataApi.start(postgres, CLUSTER, { [ADMIN_SECRET]: ADMIN });
});

afterAll(async () => {
  await api?.stop();
  await postgres?.stop();
});

afterEach(() => { api.mishap = undefined; });

interface Made { readonly user: DatabaseUser; readonly login: Login }

const sqlOf = (tries = 3) => dataApi(api.calls, { cluster: CLUSTER, adminSecret: ADMIN_SECRET, database: 'orders' }, { pause: async () => undefined, tries });
const named = (user: string, mark = MARK): DatabaseUser => new DatabaseUser(sqlOf(), { user, mark }, async (milliseconds) => pause(milliseconds));
const fresh = (): string => databaseUserName('agents', 'invoice-bot', 'test', `orders${++count}`);
const one = async (sql: string, database?: string): Promise<string | undefined> => (await postgres.sql(sql, database))[0]?.[0];

async function made(roles = ['orders_reader']): Promise<Made> {
  const login = { user: fresh(), password: PASSWORD };
  const user = named(login.user);
  await user.make(roles, 'password', true);
  await user.setPassword(PASSWORD, randomBytes(16));
  return { user, login };
}

/** A session that has said that it is there. */
async function sessionOf(login: Login): Promise<ChildProcess> {
  const child = postgres.session(login, 'orders');
  child.stdin!.write('SELECT 1;\n');
  await new Promise((done) => child.stdout!.once('data', done));
  return child;
}

describe('a user that is made', () => {
  test('logs in with its password, and may do what its roles may and nothing else', async () => {
    const { user, login } = await made();
    expect(await user.look()).toBe('active');
    expect(await postgres.run(login, 'SELECT id FROM orders', {}, 'orders')).toEqual({ rows: [['7']] });
    expect(await postgres.run(login, 'INSERT INTO orders VALUES (8)', {}, 'orders')).toMatchObject({ sqlState: '42501' });
    expect(await postgres.run(login, 'SELECT id FROM secrets', {}, 'orders')).toMatchObject({ sqlState: '42501' });
    expect(await postgres.run(login, 'CREATE ROLE another', {}, 'orders')).toMatchObject({ sqlState: '42501' });
    expect(await postgres.run({ ...login, password: 'another' }, 'SELECT 1', {}, 'orders')).toMatchObject({ sqlState: '08000' });
  });

  test('has another role and no longer the former one after a change, also if somebody granted it one by hand', async () => {
    const { user, login } = await made();
    await postgres.sql(`GRANT might TO ${login.user}`);
    await user.make(['orders_writer'], 'password', false);
    expect(await postgres.run(login, 'INSERT INTO orders VALUES (8)', {}, 'orders')).toEqual({ rows: [] });
    expect(await postgres.run(login, 'SELECT id FROM orders', {}, 'orders')).toMatchObject({ sqlState: '42501' });
    expect(await one(`SELECT count(*) FROM pg_auth_members WHERE member = CAST('${login.user}' AS regrole)`)).toBe('1');
  });

  test('can give none of its roles to others, also if somebody granted it that by hand', async () => {
    const [{ user, login }, other] = [await made(), await made()];
    await postgres.sql(`GRANT orders_reader TO ${login.user} WITH ADMIN OPTION`);
    expect(await postgres.run(login, `GRANT orders_reader TO ${other.login.user}`)).toEqual({ rows: [] });
    await user.make(['orders_reader'], 'password', false);
    expect(await postgres.run(login, `GRANT orders_reader TO ${other.login.user}`)).toMatchObject({ sqlState: '42501' });
    expect((await postgres.run(login, 'SELECT count(*) > 0 FROM orders', {}, 'orders')).rows).toEqual([['t']]);
  });

  test('is not taken for made while it has a role that the administering user can\'t revoke', async () => {
    const { login } = await made();
    await postgres.sql(`GRANT might TO ${login.user}`);
    // From version 16 on, the server only warns about a grant by somebody else, and revokes nothing.
    const like16 = { run: (statement: string, values?: Readonly<Record<string, string>>) => sqlOf().run(statement.replace('\'REVOKE %I FROM %I\'', '\'SELECT %L, %L\''), values) };
    const user = new DatabaseUser(like16, { user: login.user, mark: MARK }, async () => undefined);
    await expect(user.make(['orders_writer'], 'password', false)).rejects.toThrow('a role that is not declared');
    await postgres.sql(`REVOKE might, orders_reader FROM ${login.user}`);
    await user.make(['orders_writer'], 'password', false);
    expect(await one(`SELECT pg_has_role('${login.user}', 'orders_writer', 'MEMBER')`)).toBe('t');
  });

  test('is a member of rds_iam if IAM makes its login, and no longer afterwards', async () => {
    const name = fresh();
    await named(name).make(['orders_reader'], 'iam', true);
    expect(await one(`SELECT pg_has_role('${name}', 'rds_iam', 'MEMBER')`)).toBe('t');
    expect(await one(`SELECT rolpassword IS NULL FROM pg_authid WHERE rolname = '${name}'`)).toBe('t');
    await named(name).make(['orders_reader'], 'password', false);
    expect(await one(`SELECT pg_has_role('${name}', 'rds_iam', 'MEMBER')`)).toBe('f');
  });

  test('no statement and no log of the server has its password', async () => {
    await made();
    expect(postgres.log).toContain('SCRAM-SHA-256$4096');
    expect(postgres.log).not.toContain(PASSWORD);
    expect(JSON.stringify(api.requests)).not.toContain(PASSWORD);
  });

  test.each([['might'], ['via'], ['nowhere']])('role %s is refused, and no user is left', async (role) => {
    const name = fresh();
    await expect(named(name).make([role], 'password', true)).rejects.toThrow('administers the database');
    expect(await one(`SELECT count(*) FROM pg_roles WHERE rolname = '${name}'`)).toBe('0');
  });

  test.each([['x"; DROP ROLE orders_reader; --'], ['x\' || \'y'], ['$nhi$'], ['a b'], ['rds_superuser'], ['pg_read_all_data'], ['PUBLIC'], [''], ['x'.repeat(64)]])('role %j never reaches the database', async (role) => {
    const before = api.requests.length;
    await expect(named(fresh()).make([role], 'password', true)).rejects.toThrow('a name of the database is not allowed');
    expect(api.requests).toHaveLength(before);
  });

  test('names with capitals, hyphens and words of SQL are names', async () => {
    await postgres.sql('CREATE ROLE "Select-Order"; GRANT SELECT ON orders TO "Select-Order"', 'orders');
    const { login } = await made(['Select-Order']);
    expect((await postgres.run(login, 'SELECT count(*) > 0 FROM orders', {}, 'orders')).rows).toEqual([['t']]);
  });

  test('a user of the same name that somebody else made is not taken over, locked or dropped', async () => {
    const name = fresh();
    await postgres.sql(`CREATE ROLE ${name} LOGIN PASSWORD '${PASSWORD}'`);
    for (const act of [() => named(name).make(['orders_reader'], 'password', true), () => named(name).look(), () => named(name).lock(), () => named(name).drop(KEEPER), () => named(name).setPassword('another', randomBytes(16))]) {
      await expect(act()).rejects.toThrow('not marked as this agent\'s');
    }
    expect(await postgres.run({ user: name, password: PASSWORD }, 'SELECT 1')).toEqual({ rows: [['1']] });
    expect(await one(`SELECT count(*) FROM pg_auth_members WHERE member = CAST('${name}' AS regrole)`)).toBe('0');
    // Once its owner has marked it, it is the agent's.
    await postgres.sql(`COMMENT ON ROLE ${name} IS '${MARK}'`);
    await named(name).drop(KEEPER);
    expect(await named(name).look()).toBe('absent');
  });

  test('a user of another agent is another\'s', async () => {
    const { login } = await made();
    await expect(named(login.user, databaseMark({ registry: 'agents', account: '111122223333', agentName: 'other-bot' })).drop(KEEPER)).rejects.toThrow('not marked');
  });

  test('cannot mark itself as another agent\'s, and can\'t unlock itself', async () => {
    const { login } = await made();
    expect(await postgres.run(login, `COMMENT ON ROLE ${login.user} IS 'x'`)).toMatchObject({ sqlState: '42501' });
    expect(await postgres.run(login, `ALTER ROLE ${login.user} LOGIN`)).toMatchObject({ sqlState: '42501' });
  });
});

describe('a suspension', () => {
  test('ends the session that there is, lets nobody in, and is lifted', async () => {
    const { user, login } = await made();
    const [session, other] = [await sessionOf(login), await made()];
    const othersSession = await sessionOf(other.login);
    const ending = ended(session);
    await user.lock();
    expect(await user.look()).toBe('inactive');
    session.stdin!.end('SELECT 1;\n');
    expect(await ending).toMatchObject({ sqlState: expect.stringMatching(/^(57P01|08000)$/) });
    expect(await postgres.run(login, 'SELECT 1')).toMatchObject({ sqlState: '08000' });
    await user.unlock();
    expect(await postgres.run(login, 'SELECT 1')).toEqual({ rows: [['1']] });
    // The other's session was not touched.
    const othersEnd = ended(othersSession);
    othersSession.stdin!.end('SELECT 2;\n');
    expect((await othersEnd).sqlState).toBeUndefined();
  });

  test('a change of roles does not unlock it, and it is not made a second time', async () => {
    const { user, login } = await made();
    await user.lock();
    await user.make(['orders_writer'], 'password', false);
    expect(await user.look()).toBe('inactive');
    await expect(named(login.user).make(['orders_writer'], 'password', true)).rejects.toThrow('exists already and is locked');
  });
});

describe('a leave', () => {
  test('drops the user in all databases, and keeps what it owned with an owner that can do nothing', async () => {
    const { user, login } = await made();
    const session = await sessionOf(login);
    const ending = ended(session);
    await postgres.run(login, 'CREATE TABLE mine (id int); INSERT INTO mine VALUES (1); CREATE FUNCTION who() RETURNS name LANGUAGE sql SECURITY DEFINER AS \'SELECT current_user\'; GRANT EXECUTE ON FUNCTION who() TO PUBLIC', {}, 'orders');
    await postgres.run(login, 'CREATE TABLE mine_too (id int)', {}, 'other; DROP');
    await user.drop(KEEPER);
    expect(await user.look()).toBe('absent');
    session.stdin!.end();
    await ending;
    expect(await postgres.run(login, 'SELECT 1')).toMatchObject({ sqlState: '08000' });
    expect(await postgres.sql('SELECT tableowner, (SELECT count(*) FROM mine) FROM pg_tables WHERE tablename = \'mine\'', 'orders')).toEqual([[KEEPER, '1']]);
    expect(await one('SELECT tableowner FROM pg_tables WHERE tablename = \'mine_too\'', 'other; DROP')).toBe(KEEPER);
    // What the agent left behind runs as nobody.
    expect(await one('SELECT who()', 'orders')).toBe(KEEPER);
    expect(await one(`SELECT rolcanlogin OR rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = '${KEEPER}'`)).toBe('f');
    await user.drop(KEEPER);
  });

  test.each([
    ['is not marked', 'CREATE ROLE keeper_1'], ['may log in', `CREATE ROLE keeper_2 LOGIN; COMMENT ON ROLE keeper_2 IS '${KEEPER_MARK}'`],
    ['is a member of another role', `CREATE ROLE keeper_3 IN ROLE orders_writer; COMMENT ON ROLE keeper_3 IS '${KEEPER_MARK}'`],
  ])('nothing is given to a role that %s', async (_what, sql) => {
    const keeper = /keeper_\d/.exec(sql)![0];
    await postgres.sql(sql);
    const { user, login } = await made();
    await postgres.run(login, `CREATE TABLE ${keeper}_table (id int)`, {}, 'orders');
    await expect(user.drop(keeper)).rejects.toThrow('nothing was given to it');
    expect(await user.look()).toBe('inactive');
    expect(await one(`SELECT tableowner FROM pg_tables WHERE tablename = '${keeper}_table'`, 'orders')).toBe(login.user);
  });

  test('a role that was made for it keeps it', async () => {
    await postgres.sql(`CREATE ROLE archive; COMMENT ON ROLE archive IS '${KEEPER_MARK}'`);
    const { user, login } = await made();
    await postgres.run(login, 'CREATE TABLE archived (id int)', {}, 'orders');
    await user.drop('archive');
    expect(await one('SELECT tableowner FROM pg_tables WHERE tablename = \'archived\'', 'orders')).toBe('archive');
  });

  test('drops a user that was granted nothing but what belongs to no database', async () => {
    const { user, login } = await made();
    await postgres.sql('CREATE DATABASE shared OWNER nhi_admin');
    await postgres.sql(`SET ROLE nhi_admin; GRANT CONNECT ON DATABASE shared TO ${login.user}`);
    await user.drop(KEEPER);
    expect(await one(`SELECT count(*) FROM pg_roles WHERE rolname = '${login.user}'`)).toBe('0');
  });

  test('says what to do about a privilege that somebody else granted, and leaves the user locked', async () => {
    const { user, login } = await made();
    await postgres.sql(`GRANT CONNECT ON DATABASE orders TO ${login.user}`);
    await expect(user.drop(KEEPER)).rejects.toThrow('a privilege that somebody else granted it');
    expect(await user.look()).toBe('inactive');
  });

  test.each([
    ['one_schema', 'public, evil'], ['before_all', 'evil, pg_catalog'],
  ])('runs nothing that the agent has put into a schema of the search path (%s)', async (database, path) => {
    const { login } = await made();
    await postgres.sql(`CREATE DATABASE ${database} OWNER nhi_admin`);
    await postgres.sql(`SET ROLE nhi_admin; GRANT CREATE ON DATABASE ${database} TO ${login.user}`);
    const operators = [['oid', 'regclass'], ['oid', 'oid'], ['name', 'text'], ['name', 'name'], ['int', 'int']].flatMap(([left, right]) => [
      `CREATE FUNCTION evil.rises(${left}, ${right}) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN EXECUTE ''CREATE ROLE risen''; RETURN true; END'`,
      ...['=', '<>'].map((name) => `CREATE OPERATOR evil.${name} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = evil.rises)`),
    ]);
    const types = ['name', 'text', 'oid'].map((type) => `CREATE DOMAIN evil.${type} AS pg_catalog.varchar CHECK (false)`);
    expect(await postgres.run(login, ['CREATE SCHEMA evil', 'GRANT USAGE ON SCHEMA evil TO PUBLIC', 'CREATE TABLE evil.mine (id int)', ...operators, ...types].join('; '), {}, database)).toEqual({ rows: [] });
    await postgres.sql(`ALTER DATABASE ${database} SET search_path = ${path}`);
    const sql = dataApi(api.calls, { cluster: CLUSTER, adminSecret: ADMIN_SECRET, database }, { pause: async () => undefined, tries: 1 });
    const user = new DatabaseUser(sql, { user: login.user, mark: MARK }, async (milliseconds) => pause(milliseconds));
    await user.make(['orders_reader'], 'password', false);
    await user.drop(KEEPER);
    expect(await user.look()).toBe('absent');
    expect(await one('SELECT count(*) FROM pg_roles WHERE rolname = \'risen\'')).toBe('0');
    expect(await one('SELECT tableowner FROM pg_catalog.pg_tables WHERE tablename OPERATOR(pg_catalog.=) \'mine\'', database)).toBe(KEEPER);
  });

  test('comes out right if the answer to any of its statements is lost', async () => {
    const { user, login } = await made();
    await postgres.run(login, 'CREATE TABLE lost (id int)', {}, 'orders');
    const seen = new Set<string>();
    // Each statement runs, its answer is lost once, and the client sends it again.
    api.mishap = ({ sql }) => (seen.has(sql) ? undefined : (seen.add(sql), 'lost'));
    await user.drop(KEEPER);
    expect(seen.size).toBeGreaterThanOrEqual(6);
    expect(await user.look()).toBe('absent');
    expect(await one('SELECT tableowner FROM pg_tables WHERE tablename = \'lost\'', 'orders')).toBe(KEEPER);
  });

  test('waits for a cluster that is being resumed, and not forever', async () => {
    const { login } = await made();
    let left = 2;
    api.mishap = () => (left-- > 0 ? 'resuming' : undefined);
    expect(await named(login.user).look()).toBe('active');
    api.mishap = () => 'resuming';
    await expect(named(login.user).look()).rejects.toMatchObject({ message: 'the cluster is being resumed', retryAfterSeconds: 60 });
  });
});

test('no failure repeats what the database said', async () => {
  await expect(sqlOf().run('SELECT nothing FROM nowhere')).rejects.toThrow(/^the database refused it \(SQLSTATE 42P01\)$/);
  const elsewhere = dataApi(api.calls, { cluster: `${CLUSTER}2`, adminSecret: ADMIN_SECRET, database: 'orders' }, { pause: async () => undefined, tries: 1 });
  await expect(elsewhere.run('SELECT 1')).rejects.toThrow('the cluster ran no statement (AccessDeniedException)');
});
