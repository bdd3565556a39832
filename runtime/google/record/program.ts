import { readInput } from './input';
import { recordEvent } from './record-event';
import { InvalidInputError, NhiError } from '../../../src/core/errors';
import { accessTokens, endpointFrom, Fetch, googleApi, Pace, TokenParts } from '../api';

/** All that the program takes from outside. */
export interface Outside extends Omit<Pace, 'deadline'> {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fetch: Fetch;
  readonly gcloud: TokenParts['gcloud'];
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export const EXIT = { done: 0, failed: 1, badInput: 2 } as const;
const LONGEST_MILLISECONDS = 5 * 60_000;

/** Records what NHI_RECORD says is deployed, or with NHI_RECORD_EVENT=left that the agent has left. Anything but 0 makes Terraform try again at the next apply. */
export async function program(outside: Outside): Promise<number> {
  try {
    const input = readInput(outside.environment.NHI_RECORD);
    const endpoint = endpointFrom(outside.environment.NHI_GOOGLE_ENDPOINT);
    const tokens = accessTokens({ ...outside, endpoint });
    const api = googleApi({ ...outside, endpoint, tokens, deadline: outside.now() + LONGEST_MILLISECONDS });
    const event = await recordEvent(api, input, outside.environment.NHI_RECORD_EVENT === 'left');
    outside.out(event === undefined ? `nothing to record of ${input.agentName}` : `recorded ${event.type} of ${event.subject}, number ${Number(event.sequence)} of its chain`);
    return EXIT.done;
  } catch (error) {
    outside.err(error instanceof NhiError ? `${error.code}: ${error.message}` : `RecordFailed: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof InvalidInputError ? EXIT.badInput : EXIT.failed;
  }
}
