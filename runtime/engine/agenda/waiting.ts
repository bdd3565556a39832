import { instantAt } from './instants';
import { AgendaRecord, PlacementState, Trouble } from '../../model/placement-state';
import { NOTHING_TO_DO, Plan, PlannedEvent } from '../../model/plan';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Trouble that only says what the agenda waits for. It is over with the wait. */
const WAITS = { unreadable: 'StackUnreadable', rolledBack: 'StackRolledBack' } as const;

/** How long to wait after so many waits: an hour at first, then twice the time, a day at most. */
export function waitMs(times: number): number {
  return Math.min(DAY_MS, HOUR_MS * 2 ** Math.min(times, 10));
}

/** The stacks of the agent could not be read. All entries that need them wait, longer each time. */
export function waitForStack(state: PlacementState, requestId: string, now: Date, why: string): Plan {
  const { agenda, placement: { agentName } } = state;
  const times = agenda?.stackWait?.times ?? 0;
  const until = instantAt(now.getTime() + waitMs(times));
  const message = `what is due for agent ${agentName} waits, because its stack can't be read (${why}): let the engine's role read it; next look at ${until}`;
  return withWait({ ...NOTHING_TO_DO, transition: 'attend', change: { agenda: { ...agenda, stackWait: { times: times + 1, until } } } }, state, { code: WAITS.unreadable, message, requestId }, now);
}

/** A stack stays in a roll-back, which may need former credentials again. */
export function waitForDeployment(state: PlacementState, requestId: string, now: Date, stackStatus: string): Plan {
  const { agenda, placement: { agentName } } = state;
  const times = agenda?.formerWaits ?? 0;
  const until = instantAt(now.getTime() + waitMs(times));
  const plan: Plan = { ...NOTHING_TO_DO, transition: 'attend', change: { agenda: { ...agenda, formerCheckAt: until, formerWaits: times + 1 } } };
  const message = `former credentials of agent ${agentName} are not deleted, because its stack is ${stackStatus}: deploy it again; next look at ${until}`;
  // A roll-back is often followed by another deployment within the hour.
  return times === 0 ? plan : withWait(plan, state, { code: WAITS.rolledBack, message, requestId }, now);
}

/** The state without what an earlier look waited for, and what the change says of that. */
export function withoutWait(state: PlacementState): {
  readonly state: PlacementState;
  readonly over: { readonly agenda?: AgendaRecord; readonly trouble?: null };
} {
  const { agenda, trouble, ...others } = state;
  const isOver = trouble !== undefined && trouble.code === WAITS.unreadable;
  if (agenda?.stackWait === undefined && !isOver) {
    return { state, over: {} };
  }
  const { stackWait: _over, ...left } = agenda ?? {};
  return {
    state: { ...others, agenda: left, ...(trouble === undefined || isOver ? {} : { trouble }) },
    over: { agenda: left, ...(isOver ? { trouble: null } : {}) },
  };
}

/** That a roll-back is over. */
export function deployedAgain({ trouble }: PlacementState): { readonly trouble?: null } {
  return trouble?.code === WAITS.rolledBack ? { trouble: null } : {};
}

/** Other trouble is not replaced. The event is recorded once. */
function withWait(plan: Plan, { trouble, present, declared: { stage } }: PlacementState, { code, message, requestId }: Omit<Trouble, 'since'>, now: Date): Plan {
  if (trouble !== undefined && trouble.code !== code) {
    return plan;
  }
  const since = trouble?.since ?? now.toISOString();
  const told: PlannedEvent = { name: 'transition-failed', stage, roleId: present, details: { intent: 'attend', code, message }, key: `transition-failed/${code}/${since}` };
  return { ...plan, change: { ...plan.change, trouble: { since, code, message, requestId } }, events: trouble === undefined ? [told] : [] };
}
