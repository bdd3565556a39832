import { takeLock } from './begin';
import { close } from './close';
import { awaited, confirmDeletions, troubleLeft } from './deletions';
import { METRICS } from '../../../src/contract/metrics';
import { DONE } from '../../../src/contract/steps';
import { presentOf } from '../../aws/principals';
import { PlacementState, PrincipalRecord } from '../../model/placement-state';
import { applyChange, PlannedEvent } from '../../model/plan';
import { LifecycleRequest } from '../../model/request';
import { Engine } from '../engine';
import { ExecutionProgress, StepInput } from '../execution';
import { eventContext, loadRequest } from '../loaded-request';

/** Seconds before each check. CloudFormation deletes a role right after the response, unless something prevents it. */
const WAITS = [10, 20, 40, 60, 120, 240, 300, 300];

/** Lets the execution of a leave watch the roles that still exist after the response. */
export function watching(progress: ExecutionProgress, state: PlacementState | undefined): ExecutionProgress {
  return { ...progress, steps: [], ...(state !== undefined && watched(state).length > 0 ? { next: 'Watch', waitSeconds: WAITS[0], looks: 0 } : { next: DONE, waitSeconds: 0 }) };
}

/**
 * Checks whether the roles that existed when the agent left are deleted. It holds the placement's lock only to record the result, because the agent
 * may join again in the meantime with another role.
 */
export async function watch(engine: Engine, input: StepInput): Promise<ExecutionProgress> {
  const progress = input.progress!;
  const state = await engine.ledger.state(input.placement);
  const there = state === undefined ? [] : await presentOf(engine, watched(state));
  const looks = (progress.looks ?? 0) + 1;
  if (there.length > 0 && looks < WAITS.length) {
    return { ...progress, looks, waitSeconds: WAITS[looks] };
  }
  await conclude(engine, input);
  return { ...progress, next: DONE, waitSeconds: 0 };
}

/** Principals that wait for the deletion of their role, and are not yet known to be left over. */
function watched(state: PlacementState): PrincipalRecord[] {
  return awaited(state).filter(({ orphanSince }) => orphanSince === undefined);
}

/** Records the result for all awaited roles: deleted, or left over. A repetition records nothing twice. */
export async function conclude(engine: Engine, input: StepInput): Promise<void> {
  const before = await engine.ledger.state(input.placement);
  if (before === undefined || awaited(before).length === 0) {
    return;
  }
  await takeLock(engine, input.placement, input.execution);
  const { request, state } = await loadRequest(engine, input);
  await close(engine, input, state === undefined ? undefined : await recorded(engine, request, state), async () => undefined);
}

async function recorded(engine: Engine, request: LifecycleRequest, state: PlacementState): Promise<PlacementState> {
  const all = awaited(state);
  const present = new Set((await presentOf(engine, all)).map(({ roleId }) => roleId));
  const now = engine.now().toISOString();
  const orphans = all.filter(({ roleId, orphanSince }) => present.has(roleId) && orphanSince === undefined);
  const seen = Object.fromEntries(all.map(({ roleId, absentAt = now, orphanSince = now }): [string, Partial<PrincipalRecord>] => (
    [roleId, present.has(roleId) ? { orphanSince } : { absentAt }])));
  const looked = applyChange(state, { principals: seen });
  const { principals, events } = await confirmDeletions(engine, looked);
  const after = applyChange(looked, { principals });
  const facts = Object.fromEntries(all.map(({ roleId }) => [roleId, { ...seen[roleId], ...principals[roleId] }]));
  const change = { principals: facts, ...troubleAfter(state, after) };
  const planned = [...events, ...orphans.map(orphanFound)];
  const committed = await engine.ledger.commit(request.placement, state, change, planned, eventContext(engine, request));
  orphans.forEach(() => engine.count(METRICS.orphanFound));
  return committed.state;
}

/** Keeps any other trouble that came up in the meantime. */
function troubleAfter(before: PlacementState, after: PlacementState): ReturnType<typeof troubleLeft> | object {
  return before.trouble === undefined || before.trouble.code === 'RoleNotDeleted' ? troubleLeft(after) : {};
}

function orphanFound({ roleId, roleName, stage, awaitedBy }: PrincipalRecord): PlannedEvent {
  return { name: 'orphan-found', stage, roleId, details: { role: roleName, certificate: awaitedBy?.id ?? '' }, key: `orphan-found/${roleId}/${awaitedBy?.id}` };
}
