import { NhiError } from '../../../src/core/errors';
import { AccountState, describeAccount, disableAccount, enableAccount, inspectAccount, isMarkedTornDown } from '../account';
import { backOff, GoogleApi } from '../api';
import { TeardownInput } from '../teardown-input';

/**
 * Enables an account that a teardown disabled but that stays: its deletion failed, the change of stage was reverted, or a single part was replaced.
 * An account that a person or its end disabled stays disabled. An account past its end is disabled, because a replacement or a move creates an
 * enabled one. Returns one line with the state of the account.
 *
 * @throws NhiError `AccountMissing`, `AccountStillDisabled`, `AccountStillEnabled`
 */
export async function enableAgent(api: GoogleApi, { agentName, stage, account, expires }: TeardownInput, description: string): Promise<string> {
  const who = `${agentName} (${stage}), ${account.email}`;
  const state = await present(api, account, who);
  const ended = expires !== undefined && Date.parse(expires) <= api.now();
  const ours = state.disabled && isMarkedTornDown(state.description) && !ended;
  if (ours) {
    await enableAccount(api, account);
    if ((await present(api, account, who)).disabled) {
      throw new NhiError('AccountStillDisabled', `${who} is still disabled after it was enabled: run the same apply again`);
    }
  }
  const expired = ended && !state.disabled;
  if (expired) {
    await disableAccount(api, account);
    if (!(await present(api, account, who)).disabled) {
      throw new NhiError('AccountStillEnabled', `${who} is still enabled after it was disabled, and its end is past: run the same apply again`);
    }
  }
  // The mark is removed last: while it exists, the account is still to be enabled.
  if (state.description !== description) {
    await describeAccount(api, account, description);
  }
  if (ours) {
    return `${who}: enabled again, a teardown had disabled it`;
  }
  if (expired) {
    return `${who}: is disabled, as its end is past`;
  }
  return state.disabled ? `${who}: stays disabled, as ${ended ? 'its end is past' : 'it is suspended'}` : `${who}: is enabled`;
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
