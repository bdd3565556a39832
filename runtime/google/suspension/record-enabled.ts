import { appendEvent, publishEvent } from './append-event';
import { folderOfEvents } from './recorded';
import { asJson, openedAgain, suspensionIn } from './state';
import { RetryableError } from '../../../src/core/errors';
import { hashEvent } from '../../../src/core/hash-chain';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { GoogleApi } from '../api';
import { lastIn } from '../objects';
import { TeardownInput } from '../teardown-input';

const TRIES = 3;

/**
 * Records that the account of a suspended agent was enabled. A deployment does that before it disables the account again, because afterwards no one could
 * see that tokens exist that are newer than the suspension. Returns false if the agent is not suspended any more.
 *
 * @throws RetryableError `AgentChanged` if something else is recorded all the time
 */
export async function recordEnabled(api: GoogleApi, input: TeardownInput): Promise<boolean> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await appendEnabled(api, input);
    } catch (error) {
      // Who suspends at the same time may have confirmed it.
      if (!(error instanceof RetryableError) || tried === TRIES) {
        throw error;
      }
    }
  }
}

async function appendEnabled(api: GoogleApi, input: TeardownInput): Promise<boolean> {
  const { agentName, account: { project, email }, records } = input;
  if (records === undefined) {
    return false;
  }
  const series = folderOfEvents(input, records);
  const last = await lastIn<LifecycleEvent>(api, series);
  const suspension = suspensionIn(last);
  // Nothing is added to a chain that somebody changed, and such an agent is not resumed.
  if (last === undefined || suspension === undefined || hashEvent(last) !== last.hash) {
    return suspension !== undefined;
  }
  const context = {
    api, bucket: series.bucket, placement: { account: project, agentName }, by: records.actor ?? 'terraform', tell: () => undefined,
  };
  const event = await appendEvent(context, last, 'suspension-reasserted', {
    lifted: [`account ${email} was enabled`], suspension: asJson(openedAgain(suspension)),
  });
  await publishEvent(context, records.topic.name, event);
  return true;
}
