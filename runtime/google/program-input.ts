import { accessTokens, endpointFrom, GoogleApi, googleApi } from './api';
import { Outside } from './outside';
import { readInput, TeardownInput } from './teardown-input';
import { PROGRAM_ENVIRONMENT } from '../../src/contract/google';

/** What a program that acts on one agent works with. */
interface ProgramInput {
  readonly input: TeardownInput;
  readonly api: GoogleApi;
  /** Gets a token. Without usable credentials it fails, before anything is changed. */
  readonly tokens: () => Promise<unknown>;
}

/** Reads the agent from the environment and connects to Google, for `longestMs` milliseconds at most. */
export function programInput(outside: Outside, longestMs: number): ProgramInput {
  const input = readInput(outside.environment[PROGRAM_ENVIRONMENT.teardown]);
  const endpoint = endpointFrom(outside.environment[PROGRAM_ENVIRONMENT.endpoint]);
  const tokens = accessTokens({ ...outside, endpoint });
  return { input, tokens, api: googleApi({ ...outside, endpoint, tokens, deadline: outside.now() + longestMs }) };
}
