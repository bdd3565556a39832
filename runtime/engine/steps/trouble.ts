import { PlacementState } from '../../model/placement-state';
import { PlannedEvent, StateChange } from '../../model/plan';
import { LifecycleRequest } from '../../model/request';
import { Engine } from '../engine';

export interface Failure {
  readonly code: string;
  readonly message: string;
}

const LONGEST_MESSAGE = 2_000;
const LONGEST_DETAIL = 8_000;

/** The record of a failed transition. `nhi list` shows it until a later transition succeeds. */
export function failureChange(engine: Engine, { requestId }: LifecycleRequest, { code, message }: Failure): StateChange {
  return { trouble: { since: engine.now().toISOString(), code, message: message.slice(0, LONGEST_MESSAGE), requestId } };
}

export function failureEvent(state: PlacementState, { requestId, intent }: LifecycleRequest, { code, message }: Failure): PlannedEvent {
  const name = code === 'TeardownIncomplete' ? 'teardown-incomplete' : 'transition-failed';
  return { name, stage: state.declared.stage, details: { intent: intent.kind, code, message: message.slice(0, LONGEST_DETAIL) }, key: `${name}/${requestId}` };
}
