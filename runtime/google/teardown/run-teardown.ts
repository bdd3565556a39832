import { AccountState, requireGone } from '../account';
import { TeardownInput } from '../teardown-input';
import { quarantine, Quarantine } from './quarantine';
import { Finding, runWiper, WipeReport } from '../../wiping';
import { GoogleApi } from '../api';
import { WIPERS } from '../wipers';

export interface TeardownReport {
  readonly input: TeardownInput;
  readonly account: AccountState;
  /** When the account was seen in this state. */
  readonly seenAt: string;
  /** What went wrong with the account itself. Part of `remains`. */
  readonly ofAccount: readonly Finding[];
  readonly wipes: readonly WipeReport[];
  /** Everything that remains. Empty if the teardown is complete. */
  readonly remains: readonly Finding[];
}

/**
 * Disables the account, wipes, and checks again. If one part fails, the others still run, because a partial teardown is safer than none. The next
 * destroy continues from there.
 *
 * @param moves whether the agent moves to another stage
 * @param beforeWiping receives what was found, before any of it is wiped
 */
export async function runTeardown(
  api: GoogleApi, input: TeardownInput, moves: boolean, beforeWiping: (found: TeardownReport) => Promise<void> = async () => undefined,
): Promise<TeardownReport> {
  const { state, remains: ofAccount } = input.afterAccount ? await goneAccount(api, input) : await quarantine(api, input, moves);
  const seenAt = new Date(api.now()).toISOString();
  const target = { ...input, state: state.kind };
  const context = { api, now: () => new Date(api.now()) };
  const runs = WIPERS.map((wiper) => runWiper(context, wiper, target));
  const reportOf = (wipes: readonly WipeReport[]): TeardownReport => (
    { input, account: state, seenAt, ofAccount, wipes, remains: [...ofAccount, ...wipes.flatMap((report) => report.remains)] });
  await beforeWiping(reportOf(await Promise.all(runs.map((run) => run.found))));
  return reportOf(await Promise.all(runs.map((run) => run.wipe())));
}

async function goneAccount(api: GoogleApi, { account, agentName, pool }: TeardownInput): Promise<Quarantine> {
  const advice = pool === undefined ? undefined
    : `Google keeps the id of a deleted pool for 30 days, so ${pool} can't be replaced: untaint it; if somebody deleted it or its provider, undelete it (gcloud iam workload-identity-pools undelete) and import it into the state`;
  await requireGone(api, account, `${agentName} has not left`, advice);
  return { state: { kind: 'gone' }, remains: [] };
}
