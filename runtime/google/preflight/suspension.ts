import { NhiError } from '../../../src/core/errors';
import { accountAt } from '../account';
import { GoogleApi } from '../api';
import { becauseSuspended, recordedSuspension } from '../suspension/recorded';
import { TeardownInput } from '../teardown-input';

/**
 * Refuses to create an account for a suspended agent: one that left while it was suspended, or one that moves. An agent whose account exists may be
 * changed: what it is granted has no effect while its account is disabled.
 *
 * @throws NhiError `AgentSuspended`, before anything was created
 */
export async function requireNotSuspended(api: GoogleApi, input: TeardownInput): Promise<void> {
  const { agentName, stage, account } = input;
  const suspension = await recordedSuspension(api, input);
  if (suspension !== undefined && await accountAt(api, account) === undefined) {
    throw new NhiError('AgentSuspended', `${agentName} (${stage}) gets no account: it ${becauseSuspended(agentName, suspension)}, then run the same apply again`);
  }
}
