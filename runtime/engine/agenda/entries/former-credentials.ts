import { formerCredentials } from '../../../model/own-credentials';
import { PlacementState } from '../../../model/placement-state';
import { NOTHING_TO_DO, Plan } from '../../../model/plan';
import { isAtRest } from '../../decision/rest';
import { AgendaEntry, AttendContext } from '../entry';
import { instantAt, laterOf } from '../instants';
import { deployedAgain, waitForDeployment } from '../waiting';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Looks for credentials that a deployment dropped, and deletes those that CloudFormation did not. It waits until the stack is at rest after a deployment that succeeded: a roll-back needs them again. What a
 * move drops is deleted when it is settled.
 */
export const formerCredentialsEnd: AgendaEntry = {
  reason: 'former-credentials',
  removes: false,
  observes: 'stacks',
  dueAt: ({ status, pending, credentials = [], agenda }) => {
    const dropped = credentials.flatMap(({ droppedAt }) => droppedAt ?? []).sort();
    return status !== 'active' || pending !== undefined || dropped.length === 0 ? undefined : laterOf(instantAt(Date.parse(dropped[0]) + HOUR_MS), agenda?.formerCheckAt);
  },
  plan: (state, { requestId }, context) => {
    const undeployed = context.stacks.map(({ status, rootStatus }) => rootStatus ?? status).find((status) => !isDeployed(status));
    if (undeployed !== undefined) {
      return !undeployed.endsWith('_IN_PROGRESS') ? waitForDeployment(state, requestId, context.now, undeployed)
        : { ...NOTHING_TO_DO, transition: 'attend', change: { agenda: checking(state, context, HOUR_MS) } };
    }
    return {
      ...NOTHING_TO_DO,
      transition: 'attend',
      // What can't be deleted fails the request, and is tried again a day later.
      note: { agenda: checking(state, context, DAY_MS) },
      scope: 'principal',
      credentials: formerCredentials(state),
      change: deployedAgain(state),
    };
  },
};

function isDeployed(status: string): boolean {
  return isAtRest(status) && !status.includes('ROLLBACK');
}

function checking({ agenda }: PlacementState, { now }: AttendContext, afterMs: number): NonNullable<Plan['note']>['agenda'] {
  const { formerWaits: _over, ...others } = agenda ?? {};
  return { ...others, formerCheckAt: instantAt(now.getTime() + afterMs) };
}
