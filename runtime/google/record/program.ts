import { readInput } from './input';
import { recordEvent } from './record-event';
import { accessTokens, endpointFrom, googleApi } from '../api';
import { EXIT, exitOf, Outside } from '../outside';

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
    return exitOf(error, outside, 'RecordFailed');
  }
}
