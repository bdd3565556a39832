import { batchesOf } from './batches';
import { heldByStack, sparing } from './deleted-credentials';
import { targetOf } from './target';
import { IncompleteError, reasonOf } from '../../../src/core/errors';
import { deletePrincipal, presentOf, terminatePrincipal } from '../../aws/principals';
import { wiperNamed } from '../../aws/wipers';
import { isAdopted, PlacementState, PrincipalRecord, RoleId } from '../../model/placement-state';
import { Engine } from '../engine';
import { advance, ExecutionProgress, StepInput } from '../execution';
import { PlannedRequest, eventContext, loadPlannedRequest, reportsId, stateOf } from '../loaded-request';

type Facts = Record<RoleId, Partial<PrincipalRecord>>;

/**
 * Checks everything again after all wipers, because one wiper may have uncovered or undone the work of another. Then it closes the principals' trust,
 * deletes the roles that no stack will delete, and confirms their deletion. In a leave no other role of the agent may exist either.
 *
 * @throws IncompleteError `TeardownIncomplete` with what remains
 */
export async function terminate(engine: Engine, input: StepInput): Promise<ExecutionProgress> {
  const loaded = await loadPlannedRequest(engine, input);
  let state = stateOf(loaded);
  await lookAgain(engine, loaded, state);
  const record = async (principals: Facts): Promise<PlacementState> => (
    (await engine.ledger.commit(loaded.request.placement, state, { principals }, [], eventContext(engine, loaded.request))).state);
  const facts = await close(engine, loaded, state);
  const { deletes = [] } = loaded.plan;
  if (deletes.length > 0) {
    // Recorded before anything is deleted. If the process died in between, the next attempt would find the roles missing without knowing why.
    state = await record(facts);
    await deleteRoles(engine, loaded, deletes.map((roleId) => state.principals[roleId]));
  }
  const absentAt = engine.now().toISOString();
  const gone = [...deletes, ...await formerOf(engine, loaded, state)].filter((roleId) => state.principals[roleId].absentAt === undefined);
  await record({ ...facts, ...Object.fromEntries(gone.map((roleId) => [roleId, { ...facts[roleId], absentAt }])) });
  return advance(input.progress!);
}

/** Closes the trust of the retired principals, and returns what was observed of each. */
async function close(
  engine: Engine, { plan: { retire, deletes = [], keepsDenied = [] } }: PlannedRequest, { principals }: PlacementState,
): Promise<Facts> {
  const facts: Facts = {};
  const now = engine.now().toISOString();
  for (const roleId of retire) {
    const { verifiedAt, missingSince, absentAt = now, registryDeletionAt = now, ...principal } = principals[roleId];
    const isThere = await terminatePrincipal(engine, principal, keepsDenied.includes(roleId));
    facts[roleId] = isThere
      ? { verifiedAt: now, ...(deletes.includes(roleId) ? { registryDeletionAt } : {}) }
      // A repeated step doesn't find a role that it deleted itself. What the first attempt recorded counts.
      : { verifiedAt: verifiedAt ?? now, absentAt, ...(verifiedAt === undefined && missingSince === undefined ? { missingSince: now } : {}) };
  }
  return facts;
}

async function deleteRoles(engine: Engine, loaded: PlannedRequest, principals: readonly PrincipalRecord[]): Promise<void> {
  const remains: string[] = [];
  for (const principal of principals) {
    try {
      await deletePrincipal(engine, principal);
    } catch (error) {
      remains.push(`role/${principal.roleName} (${reasonOf(error)})`);
    }
  }
  incompleteIf(loaded, remains);
}

/** In a leave, confirms that the roles of the agent's other principals are deleted. If one exists, the leave is not complete. */
async function formerOf(engine: Engine, loaded: PlannedRequest, { principals }: PlacementState): Promise<RoleId[]> {
  if (loaded.plan.scope !== 'agent') {
    return [];
  }
  const former = Object.values(principals).filter((principal) => (
    principal.status === 'retired' && principal.absentAt === undefined && !isAdopted(principal) && !loaded.plan.retire.includes(principal.roleId)));
  incompleteIf(loaded, (await presentOf(engine, former)).map(({ roleName }) => `role/${roleName} (of a principal that was retired before, and not deleted)`));
  return former.map(({ roleId }) => roleId);
}

async function lookAgain(engine: Engine, loaded: PlannedRequest, state: PlacementState): Promise<void> {
  const reasons = new Map((await engine.requests.reports(reportsId(loaded))).flatMap(({ remains }) => remains.map(({ id, note }) => [id, note])));
  const target = await targetOf(engine, loaded, state);
  const held = await heldByStack(engine, loaded.plan, state);
  const looks = batchesOf(engine, loaded.plan).flatMap(({ wipers }) => wipers).map(async (name) => {
    try {
      const found = await sparing(wiperNamed(name), held).list(engine, target);
      return found.filter(({ actedOn }) => actedOn).map(({ id }) => `${id} (${reasons.get(id) ?? 'came up after it was wiped'})`);
    } catch (error) {
      // A role that can't be inspected may exist.
      return [`${name} (could not be looked at: ${String(error)})`];
    }
  });
  incompleteIf(loaded, (await Promise.all(looks)).flat());
}

function incompleteIf({ request }: PlannedRequest, remains: string[]): void {
  if (remains.length > 0) {
    throw new IncompleteError('TeardownIncomplete', `the teardown of agent ${request.placement.agentName} is incomplete (${remains.length} left): ${remains.join('; ')}`, remains);
  }
}
