import { ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pythonWith } from '../emulator/python-environment';
import { generateAccount, GeneratedAccount, HOSTILE } from '../runtime/inventory/generated-account';

const CACHE = join(resolve(__dirname, '..', '..'), '.cache', 'moto-venv');

/** IAM and STS of moto (https://docs.getmoto.org), with one account. It ends with this process, or when it is stopped. */
export class MotoAccount {
  public static async start(account: GeneratedAccount): Promise<MotoAccount> {
    const python = await pythonWith(join(__dirname, 'requirements.txt'), CACHE, (message) => process.stderr.write(`${message}\n`), 'moto.server, flask');
    const server = spawn(python, [join(__dirname, 'account.py')], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_DEFAULT_REGION: 'us-east-1', PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' } as NodeJS.ProcessEnv,
    });
    let errors = '';
    server.stderr.on('data', (part) => (errors = `${errors}${part}`.slice(-4_000)));
    const { account: id, roles, users, policies } = account;
    server.stdin.write(`${JSON.stringify({ account: id, roles, users, policies })}\n`);
    const line = await new Promise<string>((ready, failed) => {
      createInterface({ input: server.stdout }).once('line', ready);
      server.once('close', () => failed(new Error(`MotoStopped: ${errors}`)));
    });
    const { port, refused } = JSON.parse(line) as { port: number; refused: string[] };
    return new MotoAccount(server, `http://127.0.0.1:${port}`, refused);
  }

  /** @param refused what of the account moto's IAM does not accept */
  private constructor(private readonly server: ChildProcess, public readonly url: string, public readonly refused: readonly string[]) {}

  /** The environment of a command that talks to it. */
  public get env(): Record<string, string> {
    return envOf(this.url);
  }

  public async stop(): Promise<void> {
    const ended = new Promise((done) => this.server.once('close', done));
    this.server.kill();
    await ended;
  }
}

/** The environment of a command that talks to an AWS at this address. */
export function envOf(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** An account of all shapes. IAM has each name once. */
export function motoAccountOf(roles: number, users: number): GeneratedAccount {
  const all = generateAccount(Math.ceil(roles * 1.1), users);
  return { ...all, roles: [...new Map(all.roles.map((role) => [role.name, role])).values()].slice(0, roles) };
}

/** The same without what IAM itself would refuse and other tools fail at: texts that no tag can have, policies that are no JSON, principals that are none. */
export function lawfulAccountOf(roles: number, users: number): GeneratedAccount {
  const all = motoAccountOf(Math.ceil(roles * 1.2), users);
  const isHostile = (trust: string): boolean => HOSTILE.some((text) => trust.includes(JSON.stringify(text).slice(1, -1)));
  const lawful = all.roles.filter(({ trust, tags }) => isJson(trust) && !isHostile(trust) && Object.values(tags).every((value) => TAG.test(value)));
  return { ...all, roles: lawful.slice(0, roles) };
}

/** Values that IAM accepts in tags. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
