import { appendEvent, publishEvent, unlessOvertaken } from './append-event';
import { DENIED_PERMISSIONS } from './denied-permissions';
import { Denial, denialName, deniedNow, deniedSoon, deny } from './deny-policies';
import { gather, isStillLast, Situation, SuspensionContext, wantedDenials } from './gather';
import { AccountSuspension, asJson, openedAgain } from './state';
import { IncompleteError, InvalidInputError, reasonOf, RetryableError } from '../../../src/core/errors';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { disableAccount, inspectAccount } from '../account';
import { inParallel } from '../in-parallel';

const AT_ONCE = 8;
const TRIES = 4;
const HOUR_MS = 3_600_000;
const NO_ACCOUNT = 'no account of it was found';

type Wanted = Awaited<ReturnType<typeof wantedDenials>>;

/**
 * Disables an agent's accounts and denies them by deny policies. The event `suspended` is written before anything is changed, because no engine keeps a
 * state: it stops a deployment that runs meanwhile, and names what a resumption deletes. `suspension-completed` follows when a second look has seen all of
 * it. A repetition does what is missing, and does again what somebody lifted. What was recorded meanwhile, such as a resumption, may have undone some of
 * it: then it starts again, so that a suspension that has begun is the last word.
 *
 * @throws InvalidInputError `AgentUnknown` if the agent has left, IncompleteError `SuspensionIncomplete`, RetryableError `AgentChanged`
 */
export async function suspend(context: SuspensionContext, situation: Situation): Promise<void> {
  let now = situation;
  let generations: readonly number[] = [];
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const made = await suspendOnce(context, now, generations);
    if (made === undefined) {
      return;
    }
    generations = made;
    now = await gather(context);
    context.tell(`something else was recorded of ${context.placement.agentName} meanwhile: suspending it again`);
  }
  throw new RetryableError('AgentChanged', `${context.placement.agentName} may not be suspended: others record changes of it all the time; run the same command again`);
}

/**
 * Returns undefined if the agent is suspended, and otherwise the generations of deny policies of which some may exist, because something else was
 * recorded meanwhile.
 *
 * @param earlier generations of earlier attempts
 */
async function suspendOnce(context: SuspensionContext, situation: Situation, earlier: readonly number[]): Promise<readonly number[] | undefined> {
  const { api, placement: { agentName }, tell } = context;
  if (situation.isLeft) {
    throw new InvalidInputError('AgentUnknown', `agent ${agentName} has left: see nhi list`);
  }
  const found = await wantedDenials(context, situation);
  const wanted = { ...found, generations: [...new Set([...earlier, ...found.generations])] };
  const lifted = await liftedOf(context, situation, wanted);
  if (situation.suspension?.confirmedAt !== undefined && lifted.length === 0) {
    // The run that wrote the last event may have died before it published it.
    await publishEvent(context, situation.declared.topic, situation.last);
    return await isStillLast(context, situation.last) ? undefined : earlier;
  }
  const noted = await note(context, situation, wanted, lifted);
  const failures = await cut(context, situation, wanted);
  const disabledAt = new Date(api.now()).toISOString();
  const { problems, permissions } = await lookAgain(context, situation, wanted);
  if (!await isStillLast(context, noted.event)) {
    return wanted.generations;
  }
  if (problems.length > 0) {
    const rest = [...problems, ...failures];
    throw new IncompleteError('SuspensionIncomplete', `${agentName} is not suspended as a whole: ${rest.join('; ')}. The suspension is recorded, and deployments don't lift it: fix what is named, then run the same command again`, rest);
  }
  const since = noted.suspension.disabledAt ?? disabledAt;
  const suspension: AccountSuspension = {
    ...noted.suspension,
    confirmedAt: disabledAt,
    disabledAt: since,
    tokensEndAt: new Date(Date.parse(since) + situation.declared.tokenHours * HOUR_MS).toISOString(),
    permissions: permissions.length,
    beyondReach: [...wanted.beyondReach ?? [], ...DENIED_PERMISSIONS.filter((one) => !permissions.includes(one)).map((one) => `${one}: deny policies do not support it`)],
  };
  const done = await unlessOvertaken(appendEvent(context, noted.event, 'suspension-completed', { suspension: asJson(suspension) }));
  if (done === undefined) {
    return wanted.generations;
  }
  tell(`${agentName} is suspended: ${wanted.denials.length} deny policies, ${situation.present.length} accounts disabled`);
  await publishEvent(context, situation.declared.topic, done);
  return undefined;
}

/** What a suspension that was confirmed no longer has. */
async function liftedOf({ api }: SuspensionContext, { suspension, present }: Situation, { denials }: Wanted): Promise<string[]> {
  const { confirmedAt, disabledAt, permissions = 1, resumption } = suspension ?? {};
  if (resumption !== undefined) {
    return [`${resumption.by} began to resume it at ${resumption.since}`];
  }
  const enabled = (confirmedAt ?? disabledAt) === undefined ? [] : present.flatMap(({ email, disabled }) => (disabled ? [] : [`account ${email} was enabled`]));
  if (confirmedAt === undefined) {
    return enabled;
  }
  if (present.length === 0) {
    return [NO_ACCOUNT];
  }
  const open = await inParallel(denials, AT_ONCE, async (denial) => (
    (await deniedNow(api, denial)).length < permissions ? [`${denialName(denial)} was missing or changed`] : []));
  return [...enabled, ...open.flat()];
}

/** Writes down what will be done, unless the last event has it all. */
async function note(
  context: SuspensionContext,
  { last, suspension, declared, present }: Situation,
  { accounts, principals = [], attachments, generations, beyondReach = [] }: Wanted,
  lifted: readonly string[],
): Promise<{ readonly event: LifecycleEvent; readonly suspension: AccountSuspension }> {
  const { api, by, reason, placement: { agentName }, tell } = context;
  // An account that is enabled or about to be, or that the suspension did not disable, may have newer tokens: the time counts again from the start.
  const isStillDisabled = present.length > 0 && suspension?.resumption === undefined
    && present.every(({ uniqueId, disabled }) => disabled && suspension?.accounts.some((one) => one.uniqueId === uniqueId));
  const since = new Date(api.now()).toISOString();
  const { confirmedAt: _again, resumption: _overtaken, ...before } = suspension ?? { since, by, reason };
  const noted: AccountSuspension = {
    ...isStillDisabled ? before : openedAgain(before),
    accounts,
    ...principals.length === 0 ? {} : { principals },
    attachments,
    generations,
    beyondReach,
  };
  const isKnown = suspension !== undefined && suspension.confirmedAt === undefined && suspension.resumption === undefined
    && (isStillDisabled || suspension.disabledAt === undefined)
    && accounts.length === suspension.accounts.length && attachments.length === suspension.attachments.length
    && generations.length === suspension.generations.length && principals.length === (suspension.principals?.length ?? 0);
  if (isKnown) {
    return { event: last, suspension: noted };
  }
  const event = suspension === undefined
    ? await appendEvent(context, last, 'suspended', { reason, suspension: asJson(noted) })
    : await appendEvent(context, last, 'suspension-reasserted', { lifted: lifted.length > 0 ? [...lifted] : ['accounts or places were added'], suspension: asJson(noted) });
  tell(`recorded that ${agentName} is being suspended`);
  await publishEvent(context, declared.topic, event);
  return { event, suspension: noted };
}

/** All means side by side: one that fails keeps no other from being used. Returns the failures. */
async function cut({ api, placement }: SuspensionContext, { present }: Situation, { denials }: Wanted): Promise<string[]> {
  const { account: project, agentName } = placement;
  const failureOf = (what: string, work: Promise<unknown>) => work.then(() => [], (error: unknown) => [`${what}: ${reasonOf(error)}`]);
  const failures = await Promise.all([
    ...present.filter(({ disabled }) => !disabled).map(({ email, uniqueId }) => failureOf(`account ${email}`, disableAccount(api, { project, email, uniqueId }))),
    inParallel(denials, AT_ONCE, (denial) => failureOf(denialName(denial), deny(api, denial, agentName))).then((all) => all.flat()),
  ]);
  return failures.flat();
}

/** What is still open, and the permissions that are denied everywhere. */
async function lookAgain(
  { api, placement: { account: project } }: SuspensionContext, { present }: Situation, { denials }: Wanted,
): Promise<{ readonly problems: string[]; readonly permissions: readonly string[] }> {
  const accounts = await inParallel(present, AT_ONCE, async ({ email, uniqueId }) => {
    const state = await inspectAccount(api, { project, email, uniqueId });
    return state.kind === 'present' && !state.disabled ? [`account ${email} is enabled`] : [];
  });
  const seen = await inParallel(denials, AT_ONCE, async (denial: Denial) => (
    { denial, denied: await deniedSoon(api, denial).catch((): readonly string[] => []) }));
  return {
    problems: [
      ...present.length > 0 ? [] : [`${NO_ACCOUNT}: an apply may be about to make or record one; finish it, then run this again`],
      ...accounts.flat(),
      ...seen.flatMap(({ denial, denied }) => (denied.length > 0 ? [] : [`${denialName(denial)} denies it nothing: it is missing, or somebody changed it. If it was changed, delete it first`])),
    ],
    permissions: DENIED_PERMISSIONS.filter((permission) => seen.every(({ denied }) => denied.includes(permission))),
  };
}
