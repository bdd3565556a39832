import { reasonOf } from '../../../src/core/errors';
import { Finding } from '../../wiping';
import { AccountRef, AccountState, describeAccount, disableAccount, inspectAccount, markTornDown, withoutMark } from '../account';
import { GoogleApi } from '../api';
import { TeardownInput } from '../teardown-input';

export interface Quarantine {
  readonly state: AccountState;
  /** Faults of the account. */
  readonly remains: readonly Finding[];
}

type Present = Extract<AccountState, { kind: 'present' }>;
const UNSEEN: AccountState = { kind: 'present', disabled: false, description: '' };

/**
 * Disables the account. First it writes a mark into the description, so that a later deployment knows that no person disabled it.
 *
 * @param mustMark fails without any change if the mark can't be written
 */
export async function quarantine(api: GoogleApi, { account }: TeardownInput, mustMark: boolean): Promise<Quarantine> {
  const problems = (...notes: string[]): Finding[] => notes.map((note) => ({ wiper: 'account', kind: 'account', id: account.email, actedOn: true, note }));
  let state: AccountState;
  try {
    state = await inspectAccount(api, account);
  } catch (error) {
    return { state: UNSEEN, remains: problems(`could not be disabled: ${reasonOf(error)}`) };
  }
  if (state.kind !== 'present' || state.disabled) {
    return { state, remains: [] };
  }
  const unmarked: string[] = [];
  try {
    await markTornDown(api, account, state.description);
  } catch (error) {
    if (mustMark) {
      throw error;
    }
    unmarked.push(`could not be marked as torn down, so a later deployment would take it for suspended: ${reasonOf(error)}`);
  }
  const disabled = await disable(api, account, state);
  return { state: disabled.state, remains: problems(...unmarked, ...disabled.problems) };
}

async function disable(api: GoogleApi, account: AccountRef, before: Present): Promise<{ state: AccountState; problems: string[] }> {
  const failure = await disableAccount(api, account).then(() => 'still enabled after it was disabled', (error: unknown) => `could not be disabled: ${reasonOf(error)}`);
  const seen = await inspectAccount(api, account).catch(() => UNSEEN);
  return seen.kind !== 'present' || seen.disabled
    ? { state: seen, problems: [] }
    : { state: seen, problems: [failure, ...await takeMarkAway(api, account, before.description)] };
}

/**
 * Removes the mark from an enabled account. If a person suspended the account later, a deployment would otherwise attribute that to the teardown and
 * enable it.
 */
async function takeMarkAway(api: GoogleApi, account: AccountRef, description: string): Promise<string[]> {
  try {
    await describeAccount(api, account, withoutMark(description));
    return [];
  } catch (error) {
    return [`is enabled and may still be marked as torn down, so a later deployment would lift a suspension: ${reasonOf(error)}`];
  }
}
