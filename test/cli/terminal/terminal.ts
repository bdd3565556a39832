import { ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const PROJECT = join(__dirname, '..', '..', '..');

/** What is typed at a terminal: once a file is there, or once something is written. */
export interface Press {
  readonly keys: string;
  readonly when: { readonly file: string } | { readonly written: string };
}

export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';

export interface InTerminal {
  readonly columns?: number;
  /** A file that appears when Ctrl-C is to be pressed. */
  readonly pressWhen?: string;
  readonly presses?: readonly Press[];
  readonly env: Readonly<Record<string, string>>;
}

/** Runs `nhi` in a real pseudo-terminal. */
export function nhiInTerminal(
  words: readonly string[], { columns = 80, pressWhen, presses = [], env }: InTerminal,
): Promise<{ written: string; exitCode: number }> {
  const all: readonly Press[] = pressWhen === undefined ? presses : [{ keys: CTRL_C, when: { file: pressWhen } }];
  const command = [process.execPath, nhi(), ...words];
  return run('python3', [join(__dirname, 'in-terminal.py'), String(columns), JSON.stringify(all), ...command], env).then(({ stdout, stderr }) => {
    try {
      return JSON.parse(stdout) as { written: string; exitCode: number };
    } catch {
      throw new Error(`TerminalFailed: ${stderr}${stdout}`);
    }
  });
}

/** Runs `nhi` with pipes in the place of a terminal. */
export function nhiPiped(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return run(process.execPath, [nhi(), ...words], env);
}

/** Starts `nhi` with pipes, for a test that ends it. */
export function nhiStarted(
  words: readonly string[], env: Readonly<Record<string, string>>,
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  let child: ChildProcess | undefined;
  const ended = run(process.execPath, [nhi(), ...words], env, (started) => (child = started));
  return { child: child!, ended };
}

/** Runs a line of bash in which `nhi` is the command. */
export function nhiInBash(line: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  return run('bash', ['--norc', '--noprofile', '-c', `nhi() { '${process.execPath}' '${nhi()}' "$@"; }; ${line}`], env);
}

export interface Ended { readonly stdout: string; readonly stderr: string; readonly exitCode: number }

let bundle: string | undefined;

/** The command as it is packed, in one file: it starts in a third of the time. */
function nhi(): string {
  if (bundle === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'nhi-command-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    bundle = join(folder, 'index.js');
    buildSync({
      entryPoints: [join(PROJECT, 'cli', 'nhi.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      target: 'node20',
      mainFields: ['module', 'main'],
      logLevel: 'silent',
      absWorkingDir: PROJECT,
      tsconfig: join(PROJECT, 'tsconfig.dev.json'),
    });
  }
  return bundle;
}

function run(
  file: string, args: readonly string[], env: Readonly<Record<string, string>>, started: (child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  return new Promise((resolve) => {
    const all = { PATH: process.env.PATH, HOME: '/nonexistent', ...env } as unknown as NodeJS.ProcessEnv;
    started(execFile(file, args, { cwd: PROJECT, env: all, maxBuffer: 64_000_000 }, (error, stdout, stderr) => {
      resolve({ stdout, stderr, exitCode: Number(error?.code ?? 0) });
    }));
  });
}
