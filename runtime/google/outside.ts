import { setTimeout as sleep } from 'node:timers/promises';
import { Fetch, Pace, TokenParts } from './api';
import { gcloud } from './api/gcloud';
import { InvalidInputError, NhiError } from '../../src/core/errors';

/** All that a program takes from outside. */
export interface Outside extends Omit<Pace, 'deadline'> {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fetch: Fetch;
  readonly gcloud: TokenParts['gcloud'];
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Anything but `done` makes Terraform keep the resource whose provisioner it was. */
export const EXIT = { done: 0, failed: 1, badInput: 2 } as const;

/** Says what went wrong, with its code, and answers how to end. */
export function exitOf(error: unknown, { err }: Pick<Outside, 'err'>, otherCode: string): number {
  err(error instanceof NhiError ? `${error.code}: ${error.message}` : `${otherCode}: ${error instanceof Error ? error.message : String(error)}`);
  return error instanceof InvalidInputError ? EXIT.badInput : EXIT.failed;
}

/** Runs a program on the world as it is. */
export function runProgram(program: (outside: Outside) => Promise<number>): void {
  void program({
    environment: process.env,
    fetch: globalThis.fetch,
    gcloud,
    sleep: (milliseconds) => sleep(milliseconds),
    random: Math.random,
    now: Date.now,
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
  }).then((code) => {
    process.exitCode = code;
  });
}
