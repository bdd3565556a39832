import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const VERSIONS = '/usr/lib/postgresql';
const BIN = readdirSync(existsSync(VERSIONS) ? VERSIONS : tmpdir()).sort((one, other) => Number(other) - Number(one))
  .map((version) => join(VERSIONS, version, 'bin')).find((bin) => existsSync(join(bin, 'postgres'))) ?? VERSIONS;
const [FIELD, RECORD] = ['\x1f', '\x1e'];
const STARTS = 5;
const SUPERUSER = 'root_of_tests';

/** Who runs a statement. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** What came of a statement: rows, or the code of the error. */
export interface Ran {
  readonly rows: string[][];
  readonly sqlState?: string;
}

/** A real PostgreSQL server, started on a free port of this machine with a folder of its own. It lets nobody in without a password. */
export class Postgres {
  public static async start(): Promise<Postgres> {
    for (let attempt = 1; ; attempt++) {
      const server = new Postgres(await freePort());
      try {
        await server.ready();
        return server;
      } catch (error) {
        await server.stop();
        // Another process may have taken the port in between.
        if (attempt >= STARTS) {
          throw error;
        }
      }
    }
  }

  public readonly superuser: Login = { user: SUPERUSER, password: randomBytes(18).toString('hex') };
  /** The account of the server can't enter the temporary folder that a test run of root has to itself. */
  private readonly folder = mkdtempSync(join(process.getuid?.() === 0 ? '/tmp' : tmpdir(), 'nhi-postgres-'));
  private readonly process: ChildProcess;
  private readonly sessions: ChildProcess[] = [];
  private output = '';

  private constructor(private readonly port: number) {
    const account = accountOf();
    const [data, password] = [join(this.folder, 'data'), join(this.folder, 'password')];
    writeFileSync(password, this.superuser.password, { mode: 0o600 });
    if (account.uid !== undefined) {
      chownSync(password, account.uid, account.gid!);
      chownSync(this.folder, account.uid, account.gid!);
    }
    chmodSync(this.folder, 0o700);
    const initialized = spawnSync(join(BIN, 'initdb'), ['-D', data, '-U', SUPERUSER, '-A', 'scram-sha-256', '--pwfile', password, '-E', 'UTF8', '--no-locale', '--no-sync'], { ...account, cwd: this.folder, encoding: 'utf8' });
    this.output += initialized.error?.message ?? initialized.stderr;
    // All that could be lost is the server's own.
    this.process = spawn(join(BIN, 'postgres'), ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', this.folder, '-F', '-c', 'log_statement=all', '-c', 'shared_buffers=16MB'], {
      ...account, cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.process.stderr!.on('data', (chunk: Buffer) => { this.output += chunk.toString(); });
    this.process.on('error', (error) => { this.output += error.message; });
  }

  /** Everything that the server has logged, with all statements. */
  public get log(): string {
    return this.output;
  }

  /** Runs statements as the superuser. @throws Error if one is refused */
  public async sql(statements: string, database = 'postgres'): Promise<string[][]> {
    const { rows, sqlState } = await this.run(this.superuser, statements, {}, database);
    if (sqlState !== undefined) {
      throw new Error(`${sqlState} for ${statements}: ${this.output.slice(-600)}`);
    }
    return rows;
  }

  /** Runs statements as somebody, with values for `:name`, as the Data API does. */
  public run({ user, password }: Login, statements: string, values: Readonly<Record<string, string>> = {}, database = 'postgres'): Promise<Ran> {
    const filled = statements.replace(/:+(\w+)/g, (_all, name: string) => {
      if (!Object.hasOwn(values, name)) {
        throw new Error(`the statement has a parameter ${name}, or a colon that the Data API takes as one: ${statements}`);
      }
      return `:'${name}'`;
    });
    const child = this.session({ user, password }, database, Object.entries(values).flatMap(([name, value]) => ['-v', `${name}=${value}`]));
    child.stdin!.end(filled);
    return ended(child);
  }

  /** A session that stays open until its input ends. */
  public session({ user, password }: Login, database = 'postgres', more: readonly string[] = []): ChildProcess {
    const child = spawn(join(BIN, 'psql'), ['-X', '-q', '-A', '-t', '-F', FIELD, '-R', RECORD, '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose', ...more, '-f', '-'], {
      env: { PGHOST: '127.0.0.1', PGPORT: String(this.port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database, PGCONNECT_TIMEOUT: '20', PATH: process.env.PATH, HOME: this.folder },
    });
    this.sessions.push(child);
    return child;
  }

  public async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null && this.process.pid !== undefined) {
      const stopped = new Promise((done) => this.process.once('exit', done));
      // A fast shutdown, which ends all sessions.
      this.process.kill('SIGINT');
      await stopped;
    }
    // One whose test failed would wait for more.
    this.sessions.forEach((session) => session.kill());
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const { sqlState } = await this.run(this.superuser, 'SELECT 1');
      if (sqlState === undefined) {
        return;
      }
      if (attempt >= 100 || this.process.exitCode !== null) {
        throw new Error(`PostgreSQL did not start: ${this.output.slice(-2_000)}`);
      }
      await pause(100);
    }
  }
}

/** What a session printed until it ended. Without a code of the server it was refused or ended: 08000. */
export async function ended(child: ChildProcess): Promise<Ran> {
  const [out, errors]: string[] = ['', ''];
  const said = { out, errors };
  child.stdout!.on('data', (chunk: Buffer) => { said.out += chunk.toString(); });
  child.stderr!.on('data', (chunk: Buffer) => { said.errors += chunk.toString(); });
  child.stdin!.on('error', () => undefined);
  const code = await new Promise<number | null>((done) => child.once('close', done));
  const rows = said.out === '' ? [] : said.out.replace(/\n$/, '').split(RECORD).map((row) => row.split(FIELD));
  return code === 0 ? { rows } : { rows, sqlState: /(?:ERROR|FATAL): {2}([0-9A-Z]{5}):/.exec(said.errors)?.[1] ?? '08000' };
}

/** PostgreSQL refuses to run as root. Debian makes an account for it. */
function accountOf(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) {
    return {};
  }
  const [uid, gid] = ['-u', '-g'].map((which) => Number(spawnSync('id', [which, 'postgres'], { encoding: 'utf8' }).stdout));
  return { uid, gid };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
