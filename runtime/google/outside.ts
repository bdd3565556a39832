import { setTimeout as sleep } from 'node:timers/promises';
import { Fetch, Pace, TokenParts } from './api';
import { gcloud } from './api/gcloud';
import { InvalidInputError, NhiError } from '../../src/core/errors';

/** Everything that a program uses from outside. */
export interface Outside extends Omit<Pace, 'deadline'> {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fetch: Fetch;
  readonly gcloud: TokenParts['gcloud'];
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** After any exit code but `done`, Terraform keeps the resource with the provisioner. */
export const EXIT = { done: 0, failed: 1, badInput: 2 } as const;

/** Prints an error with its code, and returns the exit code. */
export function exitOf(error: unknown, { err }: Pick<Outside, 'err'>, otherCode: string): number {
  err(error instanceof NhiError ? error.message : `${otherCode}: ${error instanceof Error ? error.message : String(error)}`);
  return error instanceof InvalidInputError ? EXIT.badInput : EXIT.failed;
}

/** What connects to Google in the real environment. */
export const REAL_GOOGLE: Omit<Outside, 'out' | 'err'> = {
  environment: process.env,
  fetch: globalThis.fetch,
  gcloud,
  sleep: (milliseconds) => sleep(milliseconds),
  random: Math.random,
  now: Date.now,
};

/** Runs a program with the real environment. */
export function runProgram(program: (outside: Outside) => Promise<number>): void {
  void program({
    ...REAL_GOOGLE,
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
  }).then((code) => {
    process.exitCode = code;
  });
}
