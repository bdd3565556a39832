import { PlacementState, remaining } from '../../../model/placement-state';
import { isRefusal, NOTHING_TO_DO, Plan } from '../../../model/plan';
import { decideFinish } from '../../decision/finish';
import { AgendaEntry, AttendContext } from '../entry';
import { instantAt, laterOf } from '../instants';

/** CloudFormation's own tries end within hours. */
const AFTER_MS = 86_400_000;

/**
 * Finishes what CloudFormation gave up, with the same proof from the stacks as `nhi finish`: a leave that did not come to its end, a former principal that
 * no clean-up reached, and a role that a stack should have deleted.
 */
export const forgotten: AgendaEntry = {
  reason: 'forgotten',
  removes: true,
  observes: 'stacks',
  dueAt: (state) => {
    const { changedAt, agenda } = state;
    return changedAt === undefined || !isUnfinished(state) ? undefined : laterOf(instantAt(Date.parse(changedAt) + AFTER_MS), agenda?.finishAgainAt);
  },
  plan: (state, request, context) => {
    const decision = decideFinish(state, { ...request, intent: { kind: 'finish' } }, context);
    return isRefusal(decision) || decision.transition === 'hold' ? lookedAt(state, context) : decision;
  },
};

function isUnfinished(state: PlacementState): boolean {
  const { status, present, pending, agenda, principals } = state;
  if (status === 'left') {
    return Object.values(principals).some(({ orphanSince, awaitedBy }) => orphanSince !== undefined && awaitedBy !== undefined);
  }
  return agenda?.ending === undefined && (status === 'leaving' || pending !== undefined || remaining(state).some(({ roleId }) => roleId !== present));
}

/** CloudFormation is still at work, or a stack has the roles, or an operator has to release the leave. */
function lookedAt({ agenda }: PlacementState, { now }: AttendContext): Plan {
  return { ...NOTHING_TO_DO, transition: 'attend', change: { agenda: { ...agenda, finishAgainAt: instantAt(now.getTime() + AFTER_MS) } } };
}
