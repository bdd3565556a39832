import { ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Attribute, Change, Client, ConstraintViolationError, InvalidCredentialsError, NoSuchObjectError } from 'ldapts';
import { LOCAL_TLS } from '../../runtime/revokers/local-tls';

const SLAPD = '/usr/sbin/slapd';
const BASE = 'dc=example,dc=com';
const ADMINISTRATOR = `cn=admin,${BASE}`;
const WORKER = `cn=worker,${BASE}`;
const STARTS = 5;

/** What an account in the directory is. */
interface NewAccount {
  readonly description?: string;
  /** Unit of the directory. In `kept` the worker may change accounts and delete none. */
  readonly unit?: 'agents' | 'kept';
}

/** A real OpenLDAP server, started on a free port of this machine with TLS only and a folder of its own. */
export class OpenLdap {
  public static async start(): Promise<OpenLdap> {
    for (let attempt = 1; ; attempt++) {
      const server = new OpenLdap(await freePort());
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

  public readonly url: string;
  public readonly authority = LOCAL_TLS.cert;
  /** Where the worker works. */
  public readonly baseName = BASE;
  public readonly worker = { name: WORKER, password: secret() };
  private readonly administrator = secret();
  private readonly folder = mkdtempSync(join(tmpdir(), 'nhi-ldap-'));
  private readonly process: ChildProcess;
  private output = '';

  private constructor(port: number) {
    this.url = `ldaps://127.0.0.1:${port}`;
    const file = (name: string, text: string): string => {
      writeFileSync(join(this.folder, name), text, { mode: 0o600 });
      return join(this.folder, name);
    };
    mkdirSync(join(this.folder, 'data'));
    const settings = file('slapd.conf', [
      ...['core', 'cosine', 'inetorgperson'].map((schema) => `include /etc/ldap/schema/${schema}.schema`),
      'modulepath /usr/lib/ldap',
      'moduleload back_mdb',
      'moduleload ppolicy',
      `TLSCACertificateFile ${file('ca.pem', LOCAL_TLS.cert)}`,
      `TLSCertificateFile ${file('cert.pem', LOCAL_TLS.cert)}`,
      `TLSCertificateKeyFile ${file('key.pem', LOCAL_TLS.key)}`,
      'database mdb',
      `suffix "${BASE}"`,
      `directory ${join(this.folder, 'data')}`,
      `rootdn "${ADMINISTRATOR}"`,
      `rootpw ${this.administrator}`,
      'overlay ppolicy',
      `ppolicy_default "cn=policy,${BASE}"`,
      // To delete an entry, `children` of its parent must be writable too.
      'access to attrs=userPassword by anonymous auth by * none',
      `access to dn.exact="ou=agents,${BASE}" attrs=children by dn.exact="${WORKER}" write by * none`,
      `access to dn.onelevel="ou=agents,${BASE}" by dn.exact="${WORKER}" write by * none`,
      `access to dn.onelevel="ou=kept,${BASE}" attrs=pwdAccountLockedTime by dn.exact="${WORKER}" write by * none`,
      `access to * by dn.exact="${WORKER}" read by * none`,
      '',
    ].join('\n'));
    this.process = spawn(SLAPD, ['-h', this.url, '-f', settings, '-d', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.process.stderr!.on('data', (chunk: Buffer) => { this.output += chunk.toString(); });
    this.process.on('error', (error) => { this.output += error.message; });
  }

  public async add(uid: string, { description = '', unit = 'agents' }: NewAccount = {}): Promise<string> {
    const password = secret();
    await this.asAdministrator((client) => client.add(this.nameOf(uid, unit), {
      objectClass: ['inetOrgPerson'], cn: uid, sn: uid, uid, userPassword: password, ...(description === '' ? {} : { description }),
    }));
    return password;
  }

  public async describe(uid: string, description: string): Promise<void> {
    await this.asAdministrator((client) => client.modify(this.nameOf(uid, 'agents'), new Change({ operation: 'replace', modification: new Attribute({ type: 'description', values: [description] }) })));
  }

  /** Whether the directory has the account. */
  public async has(uid: string, unit: NewAccount['unit'] = 'agents'): Promise<boolean> {
    try {
      return await this.asAdministrator(async (client) => (await client.search(this.nameOf(uid, unit), { scope: 'base' })).searchEntries.length > 0);
    } catch (error) {
      if (error instanceof NoSuchObjectError) {
        return false;
      }
      throw error;
    }
  }

  /** Whether somebody can log in with the account. */
  public async canLogIn(uid: string, password: string, unit: NewAccount['unit'] = 'agents'): Promise<boolean> {
    try {
      await this.as(this.nameOf(uid, unit), password, async () => undefined);
      return true;
    } catch (error) {
      if (error instanceof InvalidCredentialsError || error instanceof ConstraintViolationError) {
        return false;
      }
      throw error;
    }
  }

  public async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null && this.process.pid !== undefined) {
      const ended = new Promise((done) => this.process.once('exit', done));
      this.process.kill();
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private nameOf(uid: string, unit: NewAccount['unit']): string {
    // The names of these tests may be hostile. https://datatracker.ietf.org/doc/html/rfc4514#section-2.4
    return `uid=${uid.replace(/[\\,+"<>;=#*()]/g, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`)},ou=${unit},${BASE}`;
  }

  private async asAdministrator<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return this.as(ADMINISTRATOR, this.administrator, work);
  }

  private async as<T>(name: string, password: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ url: this.url, timeout: 10_000, connectTimeout: 10_000, tlsOptions: { ca: this.authority } });
    try {
      await client.bind(name, password);
      return await work(client);
    } finally {
      await client.unbind().catch(() => undefined);
    }
  }

  private async ready(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.asAdministrator(async (client) => {
          await client.add(BASE, { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' });
          await client.add(`ou=agents,${BASE}`, { objectClass: ['organizationalUnit'], ou: 'agents' });
          await client.add(`ou=kept,${BASE}`, { objectClass: ['organizationalUnit'], ou: 'kept' });
          await client.add(`cn=policy,${BASE}`, { objectClass: ['device', 'pwdPolicy'], cn: 'policy', pwdAttribute: 'userPassword', pwdLockout: 'TRUE' });
          await client.add(WORKER, { objectClass: ['organizationalRole', 'simpleSecurityObject'], cn: 'worker', userPassword: this.worker.password });
        });
        return;
      } catch (error) {
        if (attempt >= 100 || this.process.exitCode !== null || (error as { code?: unknown }).code !== 'ECONNREFUSED') {
          throw new Error(`OpenLDAP did not start: ${this.output.slice(-2_000) || (error as Error).message}`, { cause: error });
        }
        await pause(100);
      }
    }
  }
}

function secret(): string {
  return randomBytes(18).toString('hex');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
