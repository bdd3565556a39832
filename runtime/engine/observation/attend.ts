import { showAccess, usageSubjectOf } from './access';
import { observeCosts } from './costs';
import { credentialsOn } from './credentials';
import { observeSponsors } from './directory';
import { lookForDrift } from './drift';
import { observeFinish } from './finish';
import { reasonOf } from '../../../src/core/errors';
import { readUsage } from '../../aws/usage';
import { NOT_LOOKED } from '../../model/drift';
import { PlacementState } from '../../model/placement-state';
import { Attend, LifecycleRequest, Review } from '../../model/request';
import { AttendContext, dueNow } from '../agenda';
import { Engine } from '../engine';
import { holdingsOf } from '../holdings';

/** Reads from AWS only what the first thing that is due needs, and for most of what is due that is nothing. */
export async function observeAttend(engine: Engine, state: PlacementState | undefined, { intent }: LifecycleRequest): Promise<AttendContext> {
  const settings = engine.config.agenda;
  const nothing = contextWithout(engine);
  if (state?.declared === undefined) {
    return nothing;
  }
  const due = dueNow(state, settings, engine.now()).find(({ removes }) => (intent as Attend).mayRemove || !removes);
  switch (due?.observes) {
    case 'stacks': return { ...nothing, ...await readStacks(engine, state) };
    case 'usage': return { ...nothing, usage: await readUsage(engine, usageSubjectOf(engine, state)) };
    case 'sponsors': return { ...nothing, sponsors: await observeSponsors(engine, state) };
    case 'costs': return { ...nothing, costs: await observeCosts(engine, state) };
    case 'access': return { ...nothing, shown: await showAccess(engine, state) };
    case 'credentials': return { ...nothing, credentialsOn: await credentialsOn(engine, holdingsOf(engine, state)).catch(() => undefined) };
    case 'drift': return { ...nothing, drift: await lookForDrift(engine, state) };
    default: return nothing;
  }
}

/** What AWS refuses again and again must not be asked in each sweep. Any other failure is tried again at once. */
async function readStacks(engine: Engine, state: PlacementState): Promise<Partial<AttendContext>> {
  try {
    return await observeFinish(engine, state);
  } catch (error) {
    if (error instanceof Error && /^(AccessDenied|ValidationError|Unauthorized)/.test(error.name)) {
      return { unreadable: reasonOf(error) };
    }
    throw error;
  }
}

/** A reviewer's decision needs AWS only if the agent leaves by it. */
export async function observeReview(engine: Engine, state: PlacementState | undefined, { intent }: LifecycleRequest): Promise<AttendContext> {
  const nothing = contextWithout(engine);
  return (intent as Review).verdict === 'leave' ? { ...nothing, ...await observeFinish(engine, state) } : nothing;
}

/** What is retried is a teardown most of the time. */
export async function observeRetry(engine: Engine, state: PlacementState | undefined): Promise<AttendContext> {
  return { ...contextWithout(engine), ...await observeFinish(engine, state) };
}

/** A decision that needs the registry's settings and nothing of AWS. */
export async function observeNothing(engine: Engine): Promise<AttendContext> {
  return contextWithout(engine);
}

function contextWithout(engine: Engine): AttendContext {
  const finish = { now: engine.now(), stacks: [], held: [], undeleted: [] };
  return { ...finish, usage: { signals: [] }, drift: NOT_LOOKED, sponsors: new Map(), settings: engine.config.agenda };
}
