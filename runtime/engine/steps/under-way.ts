import { CutName } from '../../../src/contract/cuts';
import { RevokerAction } from '../../../src/contract/revokers';
import { RetryableError } from '../../../src/core/errors';
import { Placement } from '../../../src/core/lifecycle-event';
import { AskLedger } from '../../ledger';
import { PlacementState } from '../../model/placement-state';
import { LifecycleRequest } from '../../model/request';
import { Engine } from '../engine';
import { ExecutionProgress } from '../execution';

/** Whether it declares access outside of AWS, which a late call could end or deactivate. */
export function declaresAccess({ intent }: LifecycleRequest, state: PlacementState | undefined): boolean {
  return (intent.kind === 'join' || intent.kind === 'change') && [...(state?.revocations ?? []), ...(intent.declared.revokers ?? [])].length > 0;
}

/** The cut whose effect a lost call could undo. */
export const THIRD_PARTIES: CutName = 'third-parties';

/** Whether the suspension has deactivated access outside of AWS. */
export function isDeactivated(state: PlacementState | undefined): boolean {
  return state?.suspension?.cuts?.some(({ name, changes }) => name === THIRD_PARTIES && changes.length > 0) ?? false;
}

/**
 * A call to a third party whose execution died may still act: end the account, and that of a new agent too, or deactivate it after a resumption. What it would undo waits for it, some minutes at most.
 *
 * @throws RetryableError `PlacementBusy`
 */
export async function noneUnderWay(engine: Engine, { placement }: LifecycleRequest, ...actions: readonly RevokerAction[]): Promise<void> {
  const until = await new AskLedger(engine.table).underWayUntil(placement, actions, engine.now());
  if (until !== undefined) {
    throw new RetryableError(
      'PlacementBusy', `a call to ${actions.join(' or ')} access of agent ${placement.agentName} outside of AWS may be under way until ${until.toISOString()}, because its execution died`,
    );
  }
}

/** Until when a lost call may still activate access outside of AWS. What ends that access doesn't wait for it, and is repeated after it. Undefined without such a call. */
export async function activationUntil(engine: Engine, placement: Placement): Promise<Date | undefined> {
  return new AskLedger(engine.table).underWayUntil(placement, ['resume'], engine.now());
}

/** The progress of a step that is repeated at that time. */
export function again(engine: Engine, progress: ExecutionProgress, at: Date): ExecutionProgress {
  return { ...progress, waitSeconds: Math.max(0, Math.ceil((at.getTime() - engine.now().getTime()) / 1000)) };
}
