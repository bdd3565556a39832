import { execFile } from 'node:child_process';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..', '..');

export interface InTerminal {
  readonly columns?: number;
  /** A file that appears when Ctrl-C is to be pressed. */
  readonly pressWhen?: string;
  /** A text that is waited for, and the keys that are pressed then. */
  readonly typed?: readonly (readonly [text: string, keys: string])[];
  readonly env: Readonly<Record<string, string>>;
}

/** Runs `nhi` in a real pseudo-terminal. */
export function nhiInTerminal(words: readonly string[], { columns = 80, pressWhen = '-', typed = [], env }: InTerminal): Promise<{ written: string; exitCode: number }> {
  const command = [process.execPath, '--import', 'tsx', join('cli', 'nhi.ts'), ...words];
  return run('python3', [join(__dirname, 'in-terminal.py'), String(columns), pressWhen, JSON.stringify(typed), ...command], env).then(({ stdout, stderr }) => {
    try {
      return JSON.parse(stdout) as { written: string; exitCode: number };
    } catch {
      throw new Error(`TerminalFailed: ${stderr}${stdout}`);
    }
  });
}

/** Runs `nhi` with pipes in the place of a terminal. */
export function nhiPiped(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return run(process.execPath, ['--import', 'tsx', join('cli', 'nhi.ts'), ...words], env);
}

interface Ended { readonly stdout: string; readonly stderr: string; readonly exitCode: number }

function run(file: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve) => {
    const all = { PATH: process.env.PATH, HOME: '/nonexistent', ...env } as unknown as NodeJS.ProcessEnv;
    execFile(file, args, { cwd: PROJECT, env: all, maxBuffer: 64_000_000 }, (error, stdout, stderr) => {
      resolve({ stdout, stderr, exitCode: Number(error?.code ?? 0) });
    });
  });
}
