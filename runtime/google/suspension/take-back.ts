import { appendEvent, publishEvent, unlessOvertaken } from './append-event';
import { isStillLast, lastEvent, SuspensionContext } from './gather';
import { asJson, openedAgain, suspensionIn } from './state';
import { NhiError, reasonOf, RefusedError, RetryableError } from '../../../src/core/errors';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { AccountRef, disableAccount, enableAccount, inspectAccount } from '../account';

/** The accounts that a resumption enabled, by unique id. */
export type Enabled = Map<string, AccountRef>;

type Context = SuspensionContext & { readonly topic?: string };

const TRIES = 8;

/**
 * Disables the accounts again that a resumption enabled, if a suspension overtook it. Google's call to enable an account takes no precondition, so it may
 * arrive after a suspension has seen the account disabled. The deny policies of that suspension hold meanwhile. Returns what overtook the resumption.
 * Undefined if nothing did.
 */
export async function takeBack(context: Context, claim: number, enabled: Enabled): Promise<NhiError | undefined> {
  const { api, placement: { agentName } } = context;
  const disabled = new Set<AccountRef>();
  let isRecorded = false;
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const last = await lastEvent(context);
    const suspension = suspensionIn(last);
    if (last === undefined || suspension === undefined) {
      // Another resumption ended before this run disabled them.
      await Promise.all([...disabled].map((account) => enableAccount(api, account)));
      if (disabled.size === 0 || await isStillLast(context, last)) {
        return new RetryableError('AgentChanged', `somebody else resumed ${agentName} meanwhile: see nhi show ${agentName}`);
      }
    } else if (suspension.resumption !== undefined) {
      return suspension.resumption.number === claim ? undefined
        : new RetryableError('AgentChanged', `${suspension.resumption.by} began to resume ${agentName} meanwhile: run the same command again`);
    } else {
      const open = await stillEnabled(context, enabled);
      if (open.length === 0) {
        return new RefusedError('ResumptionOvertaken', `${agentName} was suspended meanwhile by ${suspension.by} (${suspension.reason}) and stays suspended: run the same command again if it may work all the same`);
      }
      isRecorded ||= await recorded(context, last, open);
      if (isRecorded) {
        open.forEach((account) => disabled.add(account));
        await disableAll(context, open);
      }
    }
  }
  throw new RetryableError('AgentChanged', `others record changes of ${agentName} all the time`);
}

/**
 * Records that accounts were enabled, before they are disabled again, because afterwards nobody could see that newer tokens exist. If that can't be
 * recorded, they are disabled all the same. Returns false if something else was recorded before.
 */
async function recorded(context: Context, last: LifecycleEvent, accounts: readonly AccountRef[]): Promise<boolean> {
  const lifted = accounts.map(({ email }) => `account ${email} was enabled by a resumption that began before`);
  try {
    const event = await unlessOvertaken(appendEvent(context, last, 'suspension-reasserted', { lifted, suspension: asJson(openedAgain(suspensionIn(last)!)) }));
    await (event === undefined ? undefined : publishEvent(context, context.topic, event));
    return event !== undefined;
  } catch (error) {
    await disableAll(context, accounts);
    throw error;
  }
}

/** @throws RetryableError `ResumptionOvertaken` if an account may be enabled */
async function disableAll({ api }: Context, accounts: readonly AccountRef[]): Promise<void> {
  const outcomes = await Promise.allSettled(accounts.map((account) => disableAccount(api, account)));
  const failures = outcomes.flatMap((one, at) => (one.status === 'rejected' ? [`account ${accounts[at].email} may be enabled: ${reasonOf(one.reason)}`] : []));
  if (failures.length > 0) {
    throw new RetryableError('ResumptionOvertaken', failures.join('; '));
  }
}

async function stillEnabled({ api }: Context, enabled: Enabled): Promise<AccountRef[]> {
  const states = await Promise.all([...enabled.values()].map(async (account) => ({ account, state: await inspectAccount(api, account) })));
  return states.flatMap(({ account, state }) => (state.kind === 'present' && !state.disabled ? [account] : []));
}
