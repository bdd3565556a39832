import { NhiError } from '../../../src/core/errors';
import { inspectAccount, isMarkedTornDown } from '../account';
import { GoogleApi } from '../api';
import { becauseSuspended, recordedSuspension } from '../suspension/recorded';
import { TeardownInput } from '../teardown-input';

/**
 * Refuses to move a suspended agent: a move ends with a new, enabled account, so it would lift the suspension. An agent is suspended if its registry says
 * so, whatever somebody did to its account. Without a record, an account that was disabled before its end was disabled by a person, unless an earlier
 * attempt of the move disabled it. That attempt wrote a mark into the account's description first.
 *
 * @throws NhiError `AgentSuspended`, before anything was changed
 */
export async function refuseToMoveSuspended(api: GoogleApi, input: TeardownInput, movesTo: string): Promise<void> {
  const { agentName, stage, account, expires } = input;
  const suspension = await recordedSuspension(api, input);
  if (suspension !== undefined) {
    throw new NhiError('AgentSuspended',
      `${agentName} (${stage}), ${account.email}, ${becauseSuspended(agentName, suspension)} and apply again, let the agent leave first, or revert the change of stage`);
  }
  const state = await inspectAccount(api, account);
  if (state.kind !== 'present' || !state.disabled || isMarkedTornDown(state.description) || (expires !== undefined && Date.parse(expires) <= api.now())) {
    return;
  }
  throw new NhiError('AgentSuspended',
    `${agentName} (${stage}), ${account.email}, was disabled before its end, and a move to ${movesTo} would make it an enabled account: enable it once it may act again and apply again, `
    + 'let the agent leave first, or revert the change of stage');
}
