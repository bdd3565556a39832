import { AccountSuspension, suspensionIn } from './state';
import { eventsFolder } from '../../../src/contract/google';
import { GoogleApi, orGone } from '../api';
import { lastIn, Series } from '../objects';
import { TeardownInput } from '../teardown-input';

/**
 * The suspension that the agent's registry has recorded. Undefined if the agent has no registry, if the same apply creates the registry, or if the agent is
 * not suspended.
 */
export async function recordedSuspension(
  api: GoogleApi, input: Pick<TeardownInput, 'agentName' | 'account' | 'records'>,
): Promise<AccountSuspension | undefined> {
  return input.records === undefined ? undefined : suspensionIn(await orGone(lastIn(api, folderOfEvents(input, input.records))));
}

/** Where the agent's events are. */
export function folderOfEvents({ agentName, account: { project } }: Pick<TeardownInput, 'agentName' | 'account'>, { bucket }: NonNullable<TeardownInput['records']>): Series {
  return { bucket: bucket.name.replace(/^buckets\//, ''), folder: eventsFolder(project, agentName) };
}

/** Why a suspended agent can't do something, and what to do, as the second half of a message. */
export function becauseSuspended(agentName: string, { since, by, reason }: AccountSuspension): string {
  return `has been suspended since ${since} by ${by} (${reason}): resume it with \`nhi resume ${agentName}\``;
}
