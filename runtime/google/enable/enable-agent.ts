import { NhiError } from '../../../src/core/errors';
import { AccountState, describeAccount, disableAccount, enableAccount, inspectAccount, isMarkedTornDown } from '../account';
import { backOff, GoogleApi } from '../api';
import { recordEnabled } from '../suspension/record-enabled';
import { recordedSuspension } from '../suspension/recorded';
import { TeardownInput } from '../teardown-input';

/**
 * Enables an account that a teardown disabled but that stays: its deletion failed, the change of stage was reverted, or a single part was replaced.
 * An account that a person or its end disabled stays disabled. An account past its end, or of a suspended agent, is disabled, because a replacement or a
 * move creates an enabled one. Returns one line with the state of the account.
 *
 * @throws NhiError `AccountMissing`, `AccountStillDisabled`, `AccountStillEnabled`, `AgentSuspended`
 */
export async function enableAgent(api: GoogleApi, input: TeardownInput, description: string): Promise<string> {
  const { agentName, stage, account, expires } = input;
  const who = `${agentName} (${stage}), ${account.email}`;
  const state = await present(api, account, who);
  const ended = expires !== undefined && Date.parse(expires) <= api.now();
  const suspension = await recordedSuspension(api, input);
  // A person who resumes the agent enables the accounts that the suspension disabled, and no other.
  const isResuming = suspension?.resumption !== undefined && suspension.accounts.some(({ uniqueId }) => uniqueId === account.uniqueId);
  const because = ended ? 'its end is past' : suspension === undefined ? undefined : 'it is suspended';
  const ours = state.disabled && isMarkedTornDown(state.description) && because === undefined;
  if (ours) {
    await enableAccount(api, account);
    await requireStillUsable(api, input, who);
    if ((await present(api, account, who)).disabled) {
      throw new NhiError('AccountStillDisabled', `${who} is still disabled after it was enabled: run the same apply again`);
    }
  }
  const isDisabledNow = because !== undefined && !state.disabled && (ended || !isResuming) && await disableAgain(api, input, `${who} is still enabled after it was disabled, and ${because}`, ended);
  // The mark is removed last: while it exists, the account is still to be enabled.
  if (state.description !== description) {
    await describeAccount(api, account, description);
  }
  if (ours) {
    return `${who}: enabled again, a teardown had disabled it`;
  }
  if (isDisabledNow) {
    return `${who}: is disabled, as ${because}`;
  }
  return state.disabled ? `${who}: stays disabled, as ${because ?? 'it is suspended'}` : `${who}: is enabled${isResuming ? ', as somebody resumes it' : ''}`;
}

/**
 * Disables an account that must not be enabled, after it recorded that it was. Returns false if somebody resumed the agent meanwhile: the account is
 * enabled then.
 *
 * @throws NhiError `AccountStillEnabled`, `AgentSuspended`
 */
async function disableAgain(api: GoogleApi, input: TeardownInput, failure: string, ended: boolean): Promise<boolean> {
  const { account } = input;
  if (!await recordEnabled(api, input) && !ended) {
    return false;
  }
  await disableAccount(api, account);
  if (!ended && await recordedSuspension(api, input) === undefined) {
    await enableAccount(api, account);
    await requireStillUsable(api, input, account.email);
    return false;
  }
  if (!(await present(api, account, account.email)).disabled) {
    throw new NhiError('AccountStillEnabled', `${failure}: run the same apply again`);
  }
  return true;
}

/** Disables the account again if its agent was suspended after that was read: who suspends may have disabled the account before it was enabled here. */
async function requireStillUsable(api: GoogleApi, input: TeardownInput, who: string): Promise<void> {
  if (await recordedSuspension(api, input) === undefined) {
    return;
  }
  // Old tokens work while it is enabled, so it is disabled also if nothing can be recorded.
  await recordEnabled(api, input).finally(() => disableAccount(api, input.account));
  throw new NhiError('AgentSuspended', `${who} was suspended meanwhile and is disabled again: run the same apply again`);
}

async function present(api: GoogleApi, account: TeardownInput['account'], who: string): Promise<Extract<AccountState, { kind: 'present' }>> {
  for (let failed = 1; ; failed += 1) {
    const state = await inspectAccount(api, account);
    if (state.kind === 'present') {
      return state;
    }
    // Google may not return an account for seconds after it was created.
    if (state.kind === 'replaced' || !await backOff(api, failed)) {
      throw new NhiError('AccountMissing', `${who} is ${state.kind === 'gone' ? 'not there' : 'another account by now'}: run the same apply again`);
    }
  }
}
