import { InvalidInputError, NhiError } from '../../../src/core/errors';
import { accessTokens, endpointFrom, Fetch, googleApi, Pace, TokenParts } from '../api';
import { readInput } from './input';
import { complaint, summary } from './render';
import { runTeardown } from './run-teardown';

/** All that the program takes from outside. */
export interface Outside extends Omit<Pace, 'deadline'> {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fetch: Fetch;
  readonly gcloud: TokenParts['gcloud'];
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export const EXIT = { done: 0, incomplete: 1, badInput: 2 } as const;

// A destroy may wait for it; a pipeline's job has an end too.
const LONGEST_MILLISECONDS = 15 * 60_000;

/** Runs the teardown that NHI_TEARDOWN asks for. Answers the exit code: anything but 0 makes Terraform keep the account and say so. */
export async function program(outside: Outside): Promise<number> {
  try {
    const input = readInput(outside.environment.NHI_TEARDOWN);
    const endpoint = endpointFrom(outside.environment.NHI_GOOGLE_ENDPOINT);
    const tokens = accessTokens({ ...outside, endpoint });
    // Before anything is touched: without credentials each of the calls would fail for the same reason.
    await tokens();
    const report = await runTeardown(googleApi({ ...outside, endpoint, tokens, deadline: outside.now() + LONGEST_MILLISECONDS }), input);
    outside.out(summary(report));
    if (report.remains.length > 0) {
      outside.err(complaint(report));
      return EXIT.incomplete;
    }
    return EXIT.done;
  } catch (error) {
    outside.err(error instanceof NhiError ? `${error.code}: ${error.message}` : `TeardownFailed: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof InvalidInputError ? EXIT.badInput : EXIT.incomplete;
  }
}
