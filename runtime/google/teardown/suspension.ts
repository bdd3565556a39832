import { TeardownInput } from './input';
import { NhiError } from '../../../src/core/errors';
import { inspectAccount, markAccount } from '../account';
import { GoogleApi } from '../api';

const MARK = 'being moved: ';
const LONGEST_DESCRIPTION_BYTES = 256;

/**
 * A move ends with a new account that is enabled, so it would lift what incident response suspended. An account that was disabled before its end is therefore not moved,
 * unless an earlier try of the move did it, which says so in the account's description before it disables.
 *
 * @param stageNow stage of the configuration that is applied; not said where the agent leaves
 * @throws NhiError `AgentSuspended`, before anything was touched
 */
export async function refuseToMoveSuspended(api: GoogleApi, input: TeardownInput, stageNow: string | undefined): Promise<void> {
  const { agentName, stage, account, expires } = input;
  if (!stageNow || stageNow === stage) {
    return;
  }
  const state = await inspectAccount(api, account);
  if (state.kind !== 'present') {
    return;
  }
  if (!state.disabled) {
    await markAccount(api, account, cut(`${MARK}${state.description.replace(MARK, '')}`));
  } else if (!state.description.startsWith(MARK) && !(expires !== undefined && Date.parse(expires) <= api.now())) {
    throw new NhiError('AgentSuspended',
      `${agentName} (${stage}), ${account.email}, was disabled before its end, and a move to ${stageNow} would make it an enabled account: enable it once it may act again and apply again, `
      + 'let the agent leave first, or take the change of stage back');
  }
}

/** Google counts bytes. */
function cut(text: string): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, LONGEST_DESCRIPTION_BYTES)).replace(/\uFFFD+$/, '');
}
