import { appendEvent, publishEvent, unlessOvertaken } from './append-event';
import { allow, Denial, denialName, denialsOf, deniedNow } from './deny-policies';
import { gather, isStillLast, Situation, SuspensionContext } from './gather';
import { asJson } from './state';
import { Enabled, takeBack } from './take-back';
import { IncompleteError, NhiError, RefusedError, reasonOf, RetryableError } from '../../../src/core/errors';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { enableAccount, inspectAccount } from '../account';
import { GoogleApi } from '../api';
import { inParallel } from '../in-parallel';
import { factsOf } from '../proof/life';

const AT_ONCE = 8;
const TRIES = 4;

interface ResumeOptions {
  /** Resume although tokens from before the suspension work again. */
  readonly acceptOldTokens: boolean;
}

/**
 * Refuses a resumption that would revive tokens from before the suspension. Google accepts a token again once its account is enabled.
 *
 * @throws RefusedError `NotSuspended`, `SuspensionOpen`, `TokensStillValid`, `AgentEnded`
 */
export async function requireResumable(api: GoogleApi, { placement }: Pick<SuspensionContext, 'placement'>, situation: Situation, { acceptOldTokens }: ResumeOptions): Promise<void> {
  const { agentName } = placement;
  const { suspension, present, isLeft } = situation;
  if (suspension === undefined) {
    throw new RefusedError('NotSuspended', `agent ${agentName} is not suspended: see nhi list`);
  }
  if (!isLeft && Date.parse(factsOf(situation.last).expires ?? '') <= api.now()) {
    throw new RefusedError('AgentEnded', `agent ${agentName} has ended, and a resumption would enable its account: deploy a later end first, or let the agent leave and resume it then`);
  }
  if (acceptOldTokens || present.length === 0) {
    return;
  }
  const anyway = 'or add --accept-old-tokens if no one else can have such tokens';
  const denied = await inParallel(denialsFor(placement, situation), AT_ONCE, (denial) => deniedNow(api, denial));
  const isNothingCut = present.every(({ disabled }) => !disabled) && denied.every((permissions) => permissions.length === 0);
  // A resumption that died before its event, or a suspension that died before its first cut.
  if (isNothingCut) {
    return;
  }
  const { disabledAt, tokensEndAt } = suspension;
  if (present.some(({ disabled }) => !disabled) || disabledAt === undefined || tokensEndAt === undefined) {
    throw new RefusedError('SuspensionOpen', `agent ${agentName} is not suspended as a whole, so nobody knows when its last token ends: run nhi suspend ${agentName} again and wait, ${anyway}`);
  }
  if (Date.parse(tokensEndAt) > api.now()) {
    throw new RefusedError('TokensStillValid', `tokens of ${agentName} from before ${disabledAt} would work again, the last one until ${tokensEndAt}: resume it then, ${anyway}`);
  }
}

/**
 * Ends a suspension: records that it begins, deletes the deny policies, enables the accounts, and records that it is done. In this order nothing works
 * before the last policy is deleted, and a run that dies is continued by the next one. A suspension that is made meanwhile wins: its deny policies have
 * ids that this run does not delete, and this run disables again what it enabled.
 *
 * @throws IncompleteError `ResumptionIncomplete`, RefusedError `ResumptionOvertaken`, RetryableError `AgentChanged`
 */
export async function resume(context: SuspensionContext, situation: Situation): Promise<void> {
  const { placement: { agentName }, tell } = context;
  const claim = await claimed(context, situation);
  const enabled: Enabled = new Map();
  try {
    for (let tried = 1; tried <= TRIES; tried += 1) {
      const event = await resumeOnce(context, claim, enabled);
      if (event !== undefined) {
        tell(`${agentName} is resumed`);
        return await publishEvent(context, situation.declared.topic, event);
      }
    }
    throw new RetryableError('AgentChanged', `${agentName} is not resumed as a whole: others record changes of it all the time; run the same command again`);
  } catch (error) {
    throw await overtakenBy({ ...context, topic: situation.declared.topic }, claim, enabled, error);
  }
}

/** Number of the event that says that the resumption begins. A run that died may have written it. */
async function claimed(context: SuspensionContext, { last, suspension, isLeft, declared }: Situation): Promise<number> {
  const { api, by, reason, placement: { agentName } } = context;
  if (suspension === undefined) {
    throw new RefusedError('NotSuspended', `agent ${agentName} is not suspended: see nhi list`);
  }
  const number = suspension.resumption?.number ?? Number(last.sequence) + 1;
  const resumption = { number, since: new Date(api.now()).toISOString(), by };
  const event = suspension.resumption === undefined
    ? await appendEvent(context, last, 'resumption-started', { reason, suspension: asJson({ ...suspension, resumption }), ...isLeft ? { departed: true } : {} })
    : last;
  await publishEvent(context, declared.topic, event);
  return number;
}

/** Returns the event that the agent is resumed. Undefined if something else was recorded, so that there may be more to lift. */
async function resumeOnce(context: SuspensionContext, claim: number, enabled: Enabled): Promise<LifecycleEvent | undefined> {
  const { api, placement, reason, tell } = context;
  const { account: project, agentName } = placement;
  const now = await gather(context);
  const { suspension, present, isLeft, last } = now;
  if (suspension?.resumption?.number !== claim) {
    throw new RetryableError('AgentChanged', `something else was recorded of ${agentName} meanwhile: run the same command again`);
  }
  tell(`deleting the deny policies of ${agentName}`);
  const kept = await inParallel(denialsFor(placement, now), AT_ONCE, async (denial) => (
    allow(api, denial).then((isDeleted) => (isDeleted ? [] : [`${denialName(denial)} is still there`]), (error: unknown) => [`${denialName(denial)}: ${reasonOf(error)}`])));
  requireNone(agentName, kept.flat());
  if (!await isStillLast(context, last)) {
    return undefined;
  }
  // The account of an agent that left is not the agent's any more.
  const still = await inParallel(isLeft ? [] : present, AT_ONCE, async ({ email, uniqueId }): Promise<string[]> => {
    const account = { project, email, uniqueId };
    // Also one that is enabled now, because a suspension may disable it before the call arrives.
    enabled.set(uniqueId, account);
    const failure = await enableAccount(api, account).then(() => 'is still disabled', reasonOf);
    const state = await inspectAccount(api, account);
    return state.kind === 'present' && state.disabled ? [`account ${email}: ${failure}`] : [];
  });
  requireNone(agentName, still.flat());
  return unlessOvertaken(appendEvent(context, last, 'resumed', {
    reason, suspendedSince: suspension.since, suspendedBy: suspension.by, ...isLeft ? { departed: true } : {},
  }));
}

/** What to tell the person if the resumption failed: that something overtook it, or else the failure. */
async function overtakenBy(context: Parameters<typeof takeBack>[0], claim: number, enabled: Enabled, failure: unknown): Promise<unknown> {
  try {
    return await takeBack(context, claim, enabled) ?? failure;
  } catch (error) {
    const [first, second] = [failure, error].map((one) => (one instanceof NhiError ? one.message : reasonOf(one)));
    const rest = [first, `whether somebody suspended it meanwhile could not be seen (${second})`];
    return new IncompleteError('ResumptionIncomplete', `${context.placement.agentName} may not be resumed: ${rest.join('; ')}. Run nhi show ${context.placement.agentName}, then the same command again, or nhi suspend`, rest);
  }
}

/** Every deny policy that the suspension may have created: of the recorded accounts, and of those that exist. */
export function denialsFor(placement: SuspensionContext['placement'], { suspension, present }: Situation): Denial[] {
  const accounts = new Map([...suspension?.accounts ?? [], ...present].map(({ email, uniqueId }) => [uniqueId, { email, uniqueId }]));
  const { principals, attachments = [], generations = [] } = suspension ?? {};
  return denialsOf(placement, { accounts: [...accounts.values()], principals, attachments, generations });
}

function requireNone(agentName: string, rest: readonly string[]): void {
  if (rest.length > 0) {
    throw new IncompleteError('ResumptionIncomplete', `${agentName} is not resumed: ${rest.join('; ')}. It stays suspended: fix what is named, then run the same command again`, [...rest]);
  }
}
