import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');
const BIN = join(PROJECT, 'node_modules', '.bin');

/** Runs the real `cdk` command on an app and writes its output to a log file. A failure shows the end of that output. */
export class Cdk {
  public constructor(
    private readonly env: Record<string, string>,
    private readonly outputDirectory: string,
    /** A command line that synthesizes, run in the project's folder, or the directory of an assembly. */
    private readonly app: string,
    private readonly context: Record<string, string> = {},
  ) {}

  public bootstrap(): Promise<void> {
    return this.run(['bootstrap', `aws://${this.env.CDK_DEFAULT_ACCOUNT}/${this.env.AWS_REGION}`, '--app', '']);
  }

  public deploy(stacks: string[], context: Record<string, string> = {}): Promise<void> {
    return this.run(['deploy', ...stacks, '--require-approval', 'never', '--exclusively', ...this.appArguments(context)]);
  }

  public destroy(stacks: string[], context: Record<string, string> = {}): Promise<void> {
    return this.run(['destroy', ...stacks, '--force', '--exclusively', ...this.appArguments(context)]);
  }

  private appArguments(context: Record<string, string>): string[] {
    return ['--app', this.app, ...Object.entries({ ...this.context, ...context }).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
  }

  private async run(args: string[]): Promise<void> {
    const log = createWriteStream(join(this.outputDirectory, 'cdk.log'), { flags: 'a' });
    let tail = '';
    const status = await new Promise<number | null>((resolve, reject) => {
      const child = spawn(process.execPath, [join(BIN, 'cdk'), ...args, '--output', join(this.outputDirectory, 'cdk.out'), '--no-notices', '--ci'], {
        cwd: PROJECT,
        env: { ...process.env, ...this.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json', CDK_DISABLE_VERSION_CHECK: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const endWithUs = (): boolean => child.kill('SIGKILL');
      // Must run before the folder that it writes to is removed.
      process.prependOnceListener('exit', endWithUs);
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          log.write(chunk);
          tail = (tail + chunk.toString()).slice(-4_000);
        });
      }
      child.on('error', reject);
      child.on('close', (code) => {
        process.off('exit', endWithUs);
        resolve(code);
      });
    });
    log.end();
    if (status !== 0) {
      throw new Error(`cdk ${args.slice(0, 2).join(' ')} ended with ${status}; it said:\n${tail}`);
    }
  }
}
