import { ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EmulatorError } from './emulator-error';
import { pythonWith } from './python-environment';

const PROJECT = resolve(__dirname, '..', '..');
const CACHE = join(PROJECT, '.cache');
const HOST = '127.0.0.1';
const START_ATTEMPTS = 3;
const END_GRACE_MS = 2_000;
const GROUP_GRACE_MS = 200;

interface EmulatorOptions {
  /** @default '111122223333' */
  readonly accountId?: string;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** Where Node.js Lambdas find modules that are not bundled, such as the runtime's own AWS SDK. @default - the project's node_modules */
  readonly nodePath?: string;
  /** @default - a file in the project's .cache/emulator-logs, named after the port, so that a failed run can be read */
  readonly logFile?: string;
  /** How long it may take to become healthy after the installation. @default 30_000 */
  readonly startTimeoutMs?: number;
  /** Settings of the emulator itself, for instance SFN_WAIT_SCALE to shorten the Wait states of Step Functions. @default - none */
  readonly settings?: Record<string, string>;
  /** Whether it speaks TLS, with a certificate made at its start, for which it needs `openssl`; without it too, at `plainUrl`. @default false */
  readonly tls?: boolean;
  /** Told what takes long, in plain words. @default - nobody */
  readonly progress?: (message: string) => void;
}

/** Part of the configuration of a client of the AWS SDK. */
interface Transport {
  readonly requestHandler?: { readonly httpsAgent: { readonly ca: Buffer } };
}

/**
 * A local AWS with IAM enforcement, on a free loopback port, with the patches of `patches/`.
 *
 * It stops with `stop()`, and also when this process ends in any way, even if it is killed: it watches a pipe to this process, and stops its Lambda
 * processes and deletes its temporary directory.
 *
 * Every 12-digit access key id is the administrator of the account with that number, so a second account is `envFor('444455556666')`.
 */
export class Emulator {
  static async start(options: EmulatorOptions = {}): Promise<Emulator> {
    const progress = options.progress ?? (() => undefined);
    const python = await pythonWith(join(__dirname, 'requirements.txt'), join(CACHE, 'emulator-venv'), progress);
    for (let attempt = 1; ; attempt++) {
      // Between finding a port free and taking it another process may have taken it.
      const emulator = await Emulator.launch(python, await freePort(), options.tls ? await freePort() : undefined, options);
      try {
        await emulator.untilHealthy(options.startTimeoutMs ?? 30_000);
        progress(`the emulator listens on ${emulator.url}`);
        return emulator;
      } catch (error) {
        const log = await emulator.logTail();
        await emulator.stop();
        if (attempt === START_ATTEMPTS || !log.includes('already in use')) {
          throw error;
        }
      }
    }
  }

  private static async launch(python: string, port: number, plainPort: number | undefined, options: EmulatorOptions): Promise<Emulator> {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'nhi-emulator-'));
    const logFile = options.logFile ?? join(CACHE, 'emulator-logs', `${port}.log`);
    const region = options.region ?? 'us-east-1';
    const accountId = options.accountId ?? '111122223333';
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'w');
    try {
      const child = spawn(python, [join(__dirname, 'patched.py'), '--exit-with-parent'], {
        // A process group of its own. It is stopped as a whole, including Lambda processes, and a Ctrl-C in the terminal reaches only this process.
        detached: true,
        stdio: ['pipe', log, log],
        // Nothing of the surrounding environment, because Lambdas inherit the emulator's.
        env: {
          PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
          HOME: dataDirectory,
          TMPDIR: dataDirectory,
          LANG: 'C.UTF-8',
          PYTHONDONTWRITEBYTECODE: '1',
          PYTHONUNBUFFERED: '1',
          NODE_PATH: options.nodePath ?? join(PROJECT, 'node_modules'),
          GATEWAY_PORT: String(port),
          BIND_HOST: HOST,
          MINISTACK_REGION: region,
          MINISTACK_ACCOUNT_ID: accountId,
          S3_DATA_DIR: join(dataDirectory, 's3'),
          STATE_DIR: join(dataDirectory, 'state'),
          LAMBDA_EXECUTOR: 'local',
          AUTH: 'true',
          // Each of these would open a further, fixed port.
          IOT_MTLS_ENABLED: '0',
          SFTP_ENABLED: '0',
          ...(plainPort === undefined ? {} : { USE_SSL: '1', PLAIN_PORT: String(plainPort) }),
          ...options.settings,
        },
      });
      const url = `${plainPort === undefined ? 'http' : 'https'}://${HOST}:${port}`;
      return new Emulator(child, url, `http://${HOST}:${plainPort ?? port}`, accountId, region, logFile, dataDirectory);
    } finally {
      closeSync(log);
    }
  }

  /** The environment of a process that uses the emulator as the administrator of its account. */
  readonly env: Record<string, string>;
  private stopped?: Promise<void>;
  private readonly onExit: () => void;

  private constructor(
    private readonly child: ChildProcess,
    /** By address, not by name: S3 clients then use paths and not virtual hosts. */
    readonly url: string,
    /** The same without TLS. */
    readonly plainUrl: string,
    readonly accountId: string,
    readonly region: string,
    readonly logFile: string,
    private readonly dataDirectory: string,
  ) {
    this.env = this.envFor(accountId);
    this.onExit = () => this.killNow();
    // Nothing is ever written to it. Its end is the signal.
    child.stdin?.on('error', () => undefined);
    child.on('error', () => undefined);
    child.unref();
    process.on('exit', this.onExit);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** What a client of the AWS SDK needs to trust it, once it is started. */
  get transport(): Transport {
    return this.speaksTls ? { requestHandler: { httpsAgent: { ca: readFileSync(this.certificateFile) } } } : {};
  }

  private get speaksTls(): boolean {
    return this.url !== this.plainUrl;
  }

  /** Where the emulator puts its certificate. */
  private get certificateFile(): string {
    return join(this.dataDirectory, 'ministack-tls', 'server.crt');
  }

  /** The environment of an administrator of any account; merge it over `process.env`. */
  envFor(accountId: string): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      // The second is for the `cdk` command, which brings an agent of its own.
      ...(this.speaksTls ? { NODE_EXTRA_CA_CERTS: this.certificateFile, AWS_CA_BUNDLE: this.certificateFile } : {}),
      AWS_ACCESS_KEY_ID: accountId,
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_SESSION_TOKEN: '',
      AWS_REGION: this.region,
      AWS_DEFAULT_REGION: this.region,
      AWS_PROFILE: '',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_PROXY: 'localhost,127.0.0.1',
      no_proxy: 'localhost,127.0.0.1',
    };
  }

  /** Deletes all resources in all accounts. */
  async reset(): Promise<void> {
    const response = await fetch(`${this.plainUrl}/_ministack/reset`, { method: 'POST' }).catch((cause: unknown) => {
      throw new EmulatorError('ResetFailed', `the emulator at ${this.url} did not answer to a reset; see ${this.logFile}`, { cause });
    });
    if (!response.ok) {
      throw new EmulatorError('ResetFailed', `the emulator answered ${response.status} to a reset, expected 200; see ${this.logFile}`);
    }
  }

  /** Stops it with everything it started, and removes its files. May be called again. */
  async stop(): Promise<void> {
    this.stopped ??= this.end();
    return this.stopped;
  }

  private async end(): Promise<void> {
    process.off('exit', this.onExit);
    // It keeps nothing, so there is nothing to close in order. After SIGTERM it would take more than a second to end.
    this.signal('SIGKILL');
    await this.until(() => this.hasEnded(), END_GRACE_MS);
    // A short wait: if nothing collects orphaned processes, as in some containers, dead processes stay listed.
    await this.until(() => !this.groupLives(), GROUP_GRACE_MS);
    this.child.stdin?.destroy();
    await rm(this.dataDirectory, { recursive: true, force: true });
  }

  private killNow(): void {
    this.signal('SIGKILL');
    rmSync(this.dataDirectory, { recursive: true, force: true });
  }

  private async untilHealthy(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      if (this.hasEnded()) {
        throw new EmulatorError('StartFailed', `the emulator ended before it was ready; see ${this.logFile}. It said: ${await this.logTail()}`);
      }
      const healthy = await fetch(`${this.plainUrl}/_ministack/health`).then((response) => response.ok, () => false);
      if (healthy) {
        return;
      }
      await pause(50);
    }
    throw new EmulatorError('StartTimedOut', `the emulator was not ready after ${timeoutMs} ms; see ${this.logFile}. It said: ${await this.logTail()}`);
  }

  private async logTail(): Promise<string> {
    const text = await readFile(this.logFile, 'utf8').catch(() => '');
    return text.trim().split('\n').slice(-10).join('\n');
  }

  private async until(holds: () => boolean, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!holds() && Date.now() < deadline) {
      await pause(20);
    }
  }

  private hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null || this.pid === undefined;
  }

  private signal(name: NodeJS.Signals): void {
    if (this.pid !== undefined) {
      try {
        process.kill(-this.pid, name);
      } catch {
        // The group no longer exists, which is the goal.
      }
    }
  }

  private groupLives(): boolean {
    if (this.pid === undefined) {
      return false;
    }
    try {
      process.kill(-this.pid, 0);
      return true;
    } catch {
      return false;
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() => typeof address === 'object' && address !== null ? resolvePort(address.port) : reject(new Error('no port')));
    });
  });
}
