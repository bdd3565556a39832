import { AttendContext } from './entry';
import { instantAt, laterOf } from './instants';
import { waitMs } from './waiting';
import { certifiedEnd } from '../../model/certified-end';
import { Expired, isAdopted, PlacementState, PrincipalRecord, roleInStack } from '../../model/placement-state';
import { NOTHING_TO_DO, Plan, PlannedEvent } from '../../model/plan';
import { LifecycleRequest } from '../../model/request';
import { FinishContext } from '../decision/context';
import { planLeave } from '../decision/plans';
import { isAtRest } from '../decision/rest';

/** How long the engine waits until it tries a teardown again that could not begin, while CloudFormation or an operator may let it begin at any time. */
const AGAIN_AFTER_MS = 3_600_000;
/** After a failed teardown, the wait is longer, because each failure is notified. */
const AFTER_FAILURE_MS = 86_400_000;

export interface Teardown {
  readonly cause: Expired['cause'];
  /** Identifies what the teardown is about, such as the end. */
  readonly subject: string;
  /** For messages: `has ended`, `is unused`. */
  readonly what: string;
}

/** When a teardown is due: at an instant, or later if it was postponed or has failed. Undefined if the agent leaves for another reason. */
export function dueOfTeardown({ status, agenda = {}, trouble }: PlacementState, subject: string, at: string): string | undefined {
  const { postponed: later, ending } = agenda;
  if (status !== 'active' && !(status === 'leaving' && ending === subject)) {
    return undefined;
  }
  return [
    later?.of === subject ? later.until : undefined,
    trouble !== undefined && ending === subject ? instantAt(Date.parse(trouble.since) + AFTER_FAILURE_MS) : undefined,
  ].reduce<string>(laterOf, at);
}

/**
 * Tears down everything of an agent, except a role that its stack still has. That role stays denied, and its trust is closed, until the stack deletes it.
 * Nothing is torn down while a stack is not at rest, or while too many agents leave.
 */
export function planTeardown(state: PlacementState, request: LifecycleRequest, context: AttendContext, teardown: Teardown): Plan {
  const { agentName } = state.placement;
  const busy = context.stacks.find(({ status }) => !isAtRest(status));
  if (busy !== undefined) {
    const { status, owner: { stackName } } = busy;
    return postponed(state, request, context, teardown, 'StackNotAtRest',
      `agent ${agentName} ${teardown.what} and is not torn down yet: its stack ${stackName} is ${status}; deploy or destroy the stack again`,
      !status.endsWith('_IN_PROGRESS'));
  }
  return context.leaversExceeded === undefined ? planTornDown(state, request, context, teardown)
    : planHeldBack(state, request, context, teardown, context.leaversExceeded);
}

/** Too many agents leave. */
export function planHeldBack(
  state: PlacementState, request: LifecycleRequest, context: Pick<FinishContext, 'now'>, teardown: Teardown, leaversExceeded: string,
): Plan {
  return postponed(state, request, context, teardown, 'MassLeaverLimit',
    `${leaversExceeded}; agent ${state.placement.agentName} ${teardown.what} and is torn down later: it is denied everything until then`, true);
}

/** The teardown itself. Only roles that no stack has are deleted, and none while a stack is not at rest: it may be about to add or remove one. */
export function planTornDown(
  state: PlacementState, request: LifecycleRequest, context: FinishContext, { cause, subject }: Pick<Teardown, 'cause' | 'subject'>,
  details: PlannedEvent['details'] = {},
): Plan {
  const isInStack = (principal: PrincipalRecord): boolean => context.held.includes(roleInStack(principal));
  const isQuiet = context.stacks.every(({ status }) => isAtRest(status));
  const undeleted = context.undeleted.filter((principal) => !isInStack(principal));
  const { deletes = [], ...leave } = planLeave(state, request, { ...context, undeleted });
  const retired = leave.retire.map((roleId) => state.principals[roleId]);
  const kept = retired.filter((principal) => !isAdopted(principal) && !(isQuiet && deletes.includes(principal.roleId)));
  // `nhi finish` and the agenda delete these when the stack is at rest.
  const leftOver = kept.filter((principal) => !isInStack(principal));
  const now = context.now.toISOString();
  const { expiresAt, stage } = state.declared;
  const end = certifiedEnd(state) ?? expiresAt;
  const stillInStack = retired.map(({ roleName }) => roleName).filter((name) => context.held.includes(name));
  return {
    ...leave,
    transition: 'expire',
    note: { ...leave.note, agenda: { ...state.agenda, ending: subject } },
    deletes: isQuiet ? deletes : [],
    keepsDenied: kept.map(({ roleId }) => roleId),
    change: {
      ...leave.change,
      principals: {
        ...leave.change?.principals,
        ...Object.fromEntries(leftOver.map(({ roleId }) => [roleId, { ...leave.change?.principals?.[roleId], orphanSince: now }])),
      },
      agenda: null,
      expired: { end, at: now, cause },
    },
    events: [{
      name: 'expired',
      stage,
      roleId: state.present,
      details: { end, cause, stillInStack, ...details },
      key: `expired/${state.present}/${subject}`,
    }, ...leave.events],
  };
}

/** @param isTold whether a person has to do something. Then it is an event, once until that trouble is over, and `nhi list` shows it. */
function postponed(
  state: PlacementState, { requestId }: LifecycleRequest, { now }: Pick<FinishContext, 'now'>, { subject, cause }: Teardown,
  code: string, message: string, isTold: boolean,
): Plan {
  const { declared: { stage }, agenda, trouble } = state;
  const before = agenda?.postponed;
  const since = trouble?.code === code ? trouble.since : now.toISOString();
  // Only a person moves a stack that has failed.
  const isStuck = code === 'StackNotAtRest' && isTold;
  const times = isStuck && before?.of === subject ? before.times ?? 0 : 0;
  const until = instantAt(now.getTime() + (isStuck ? waitMs(times) : AGAIN_AFTER_MS));
  return {
    ...NOTHING_TO_DO,
    transition: 'attend',
    change: {
      agenda: { ...agenda, postponed: { of: subject, until, code, ...(isStuck ? { times: times + 1 } : {}) } },
      ...(isTold ? { trouble: { since, code, message, requestId } } : {}),
    },
    // The ledger takes no change together with an event that it has already.
    events: isTold && trouble?.code !== code
      ? [{ name: 'transition-failed', stage, roleId: state.present, details: { intent: 'attend', code, message }, key: `transition-failed/${cause}/${subject}/${code}/${since}` }]
      : [],
  };
}
