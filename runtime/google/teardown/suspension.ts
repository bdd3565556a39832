import { NhiError } from '../../../src/core/errors';
import { inspectAccount, isMarkedTornDown } from '../account';
import { GoogleApi } from '../api';
import { TeardownInput } from '../teardown-input';

/**
 * Refuses to move a suspended agent: a move ends with a new, enabled account, so it would lift a suspension by incident response. An account that was
 * disabled before its end is not moved, unless an earlier attempt of the move disabled it. That attempt wrote a mark into the account's description
 * first.
 *
 * @throws NhiError `AgentSuspended`, before anything was changed
 */
export async function refuseToMoveSuspended(api: GoogleApi, { agentName, stage, account, expires }: TeardownInput, movesTo: string): Promise<void> {
  const state = await inspectAccount(api, account);
  if (state.kind !== 'present' || !state.disabled || isMarkedTornDown(state.description) || (expires !== undefined && Date.parse(expires) <= api.now())) {
    return;
  }
  throw new NhiError('AgentSuspended',
    `${agentName} (${stage}), ${account.email}, was disabled before its end, and a move to ${movesTo} would make it an enabled account: enable it once it may act again and apply again, `
    + 'let the agent leave first, or revert the change of stage');
}
