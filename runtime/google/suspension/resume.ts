import { appendEvent, publishEvent } from './append-event';
import { allow, Denial, denialName, denialsOf, deniedNow } from './deny-policies';
import { Situation, SuspensionContext } from './gather';
import { IncompleteError, RefusedError, reasonOf } from '../../../src/core/errors';
import { enableAccount, inspectAccount } from '../account';
import { GoogleApi } from '../api';
import { inParallel } from '../in-parallel';
import { factsOf } from '../proof/life';

const AT_ONCE = 8;

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
 * Ends a suspension: deletes the deny policies, then enables the accounts, then records it. In this order nothing works before the last policy is
 * deleted, and a run that dies is continued by the next one.
 *
 * @throws IncompleteError `ResumptionIncomplete`
 */
export async function resume(context: SuspensionContext, situation: Situation): Promise<void> {
  const { api, placement, reason, tell } = context;
  const { account: project, agentName } = placement;
  const { suspension, present, isLeft, last } = situation;
  if (suspension === undefined) {
    throw new RefusedError('NotSuspended', `agent ${agentName} is not suspended: see nhi list`);
  }
  tell(`deleting the deny policies of ${agentName}`);
  const kept = await inParallel(denialsFor(placement, situation), AT_ONCE, async (denial) => (
    allow(api, denial).then((isDeleted) => (isDeleted ? [] : [`${denialName(denial)} is still there`]), (error: unknown) => [`${denialName(denial)}: ${reasonOf(error)}`])));
  requireNone(agentName, kept.flat());
  // The account of an agent that left is not the agent's any more.
  const enabled = await inParallel(isLeft ? [] : present, AT_ONCE, async ({ email, uniqueId }): Promise<string[]> => {
    const account = { project, email, uniqueId };
    const failure = await enableAccount(api, account).then(() => 'is still disabled', reasonOf);
    const state = await inspectAccount(api, account);
    return state.kind === 'present' && state.disabled ? [`account ${email}: ${failure}`] : [];
  });
  requireNone(agentName, enabled.flat());
  const event = await appendEvent(context, last, 'resumed', {
    reason, suspendedSince: suspension.since, suspendedBy: suspension.by, ...isLeft ? { departed: true } : {},
  });
  tell(`${agentName} is resumed`);
  await publishEvent(context, situation.declared.topic, event);
}

/** Every deny policy that the suspension may have created: of the recorded accounts, and of those that exist. */
export function denialsFor(placement: SuspensionContext['placement'], { suspension, present }: Situation): Denial[] {
  const accounts = new Map([...suspension?.accounts ?? [], ...present].map(({ email, uniqueId }) => [uniqueId, { email, uniqueId }]));
  return denialsOf(placement, [...accounts.values()], suspension?.attachments ?? []);
}

function requireNone(agentName: string, rest: readonly string[]): void {
  if (rest.length > 0) {
    throw new IncompleteError('ResumptionIncomplete', `${agentName} is not resumed: ${rest.join('; ')}. It stays suspended: fix what is named, then run the same command again`, [...rest]);
  }
}
