import { readInput } from './input';
import { accountEmailOf } from './next-event';
import { lastEventOf, recordAgent, Recorded, recordEvent } from './record-event';
import { LEFT, PROGRAM_ENVIRONMENT } from '../../../src/contract/google';
import { requireGone } from '../account';
import { accessTokens, endpointFrom, googleApi } from '../api';
import { EXIT, exitOf, Outside } from '../outside';

const LONGEST_MILLISECONDS = 5 * 60_000;

/**
 * Records what is deployed according to NHI_RECORD, or, with NHI_RECORD_EVENT=left, that the agent has left. An exit code other than 0 makes
 * Terraform retry at the next apply.
 */
export async function program(outside: Outside): Promise<number> {
  try {
    const input = readInput(outside.environment[PROGRAM_ENVIRONMENT.record]);
    const endpoint = endpointFrom(outside.environment[PROGRAM_ENVIRONMENT.endpoint]);
    const tokens = accessTokens({ ...outside, endpoint });
    const api = googleApi({ ...outside, endpoint, tokens, deadline: outside.now() + LONGEST_MILLISECONDS });
    const leaving = outside.environment[PROGRAM_ENVIRONMENT.recordEvent] === LEFT;
    if (leaving) {
      // A refused move changes the configuration but not the account. The chain contains the account that the agent has.
      for (const email of new Set([input.accountEmail, accountEmailOf(await lastEventOf(api, input)) ?? input.accountEmail])) {
        await requireGone(api, { project: input.project, email }, `${input.agentName} has not left`);
      }
    }
    await recordAgent(api, input);
    outside.out(reportOf(input.agentName, await recordEvent(api, input, leaving)));
    return EXIT.done;
  } catch (error) {
    return exitOf(error, outside, 'RecordFailed');
  }
}

function reportOf(agentName: string, recorded: Recorded | undefined): string {
  if (recorded === undefined) {
    return `nothing to record of ${agentName}`;
  }
  const { event: { type, subject, sequence }, isNew } = recorded;
  const event = `${type} of ${subject}, number ${Number(sequence)} of its chain`;
  return isNew ? `recorded ${event}` : `nothing new to record: published ${event}, again`;
}
