import { AccountState, disableAccount, inspectAccount } from '../account';
import { GoogleApi, reasonOf } from '../api';
import { Finding, runWiper, WIPERS, WipeReport } from '../wipers';
import { TeardownInput } from './input';

export interface TeardownReport {
  readonly input: TeardownInput;
  readonly account: AccountState;
  readonly wipes: readonly WipeReport[];
  /** All that remains; empty where the teardown is complete. */
  readonly remains: readonly Finding[];
}

/**
 * Quarantine, wipe, look again. Whatever fails, the rest is still done: half an identity less is better than a whole one, and the next
 * destroy goes on from there.
 */
export async function runTeardown(api: GoogleApi, input: TeardownInput): Promise<TeardownReport> {
  const quarantine = await quarantined(api, input);
  const target = { ...input, state: quarantine.state.kind };
  const wipes: WipeReport[] = [];
  for (const wiper of WIPERS) {
    wipes.push(await runWiper(api, wiper, target));
  }
  return { input, account: quarantine.state, wipes, remains: [...quarantine.remains, ...wipes.flatMap(({ remains }) => remains)] };
}

async function quarantined(api: GoogleApi, { account }: TeardownInput): Promise<{ state: AccountState; remains: Finding[] }> {
  const problem = (note: string): Finding[] => [{ kind: 'account', id: account.email, note }];
  let state: AccountState = { kind: 'present', disabled: false, description: '' };
  try {
    state = await inspectAccount(api, account);
    if (state.kind !== 'present') {
      return { state, remains: [] };
    }
    if (!state.disabled) {
      await disableAccount(api, account);
      state = await inspectAccount(api, account);
    }
    return { state, remains: state.kind === 'present' && !state.disabled ? problem('still enabled after it was disabled') : [] };
  } catch (error) {
    return { state, remains: problem(`could not be disabled: ${reasonOf(error)}`) };
  }
}
