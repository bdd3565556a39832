import { isFormer, switchOnFormer } from './former-credentials';
import { RetryableError, reasonOf } from '../../../src/core/errors';
import { CUTS, Holdings } from '../../aws/cuts';
import { restorePrincipal } from '../../aws/principals';
import { CutChange, CutRecord, PlacementState } from '../../model/placement-state';
import { Engine } from '../engine';
import { advance, ExecutionProgress, StepInput } from '../execution';
import { holdingsOf } from '../holdings';
import { PlannedRequest, eventContext, loadPlannedRequest, stateOf } from '../loaded-request';

/** Lifts the quarantine of the plan's principals, then puts back everything else that the suspension switched off. */
export async function restore(engine: Engine, input: StepInput): Promise<ExecutionProgress> {
  const loaded = await loadPlannedRequest(engine, input);
  let state = await withoutConfirmation(engine, loaded, stateOf(loaded));
  for (const roleId of loaded.plan.restore) {
    const principal = state.principals[roleId];
    if (principal.originalBoundary !== undefined) {
      await restorePrincipal(engine, principal, principal.originalBoundary);
      const principals = { [roleId]: { status: 'live' as const, originalBoundary: undefined, denial: undefined } };
      state = (await engine.ledger.commit(loaded.request.placement, state, { principals }, [], eventContext(engine, loaded.request))).state;
    }
  }
  if (loaded.plan.cuts === 'restore') {
    state = await restoreCuts(engine, loaded, state);
  }
  await switchOnFormer(engine, loaded, state);
  return advance(input.progress!);
}

/**
 * Records that nobody knows any more whether the principals are denied and the rest is off, before any of it is lifted: it may be lifted in part, and the ledger would call the agent
 * suspended.
 */
async function withoutConfirmation(engine: Engine, { plan, request }: PlannedRequest, state: PlacementState): Promise<PlacementState> {
  const denied = plan.restore.map((roleId) => state.principals[roleId]).filter(({ denial }) => denial?.confirmedAt !== undefined);
  const principals = Object.fromEntries(denied.map(({ roleId, denial }) => [roleId, { denial: { ...denial!, confirmedAt: undefined } }]));
  const { suspension } = state;
  const restored = plan.cuts === 'restore' ? suspension?.cuts?.filter(({ changes, confirmedAt }) => confirmedAt !== undefined && changes.some(isRestorable)) ?? [] : [];
  if (denied.length === 0 && restored.length === 0) {
    return state;
  }
  const cuts = suspension?.cuts?.map((cut) => {
    const { confirmedAt: _, ...unconfirmed } = cut;
    return restored.includes(cut) ? unconfirmed : cut;
  });
  const change = { principals, ...(suspension === undefined || cuts === undefined ? {} : { suspension: { ...suspension, cuts } }) };
  return (await engine.ledger.commit(request.placement, state, change, [], eventContext(engine, request))).state;
}

/**
 * Puts back each recorded change. What was put back stays in the record until the suspension ends: the restoration leaves alone what is on again, so
 * a repetition does no harm.
 *
 * @throws RetryableError `NotRestored` with what could not be put back
 */
async function restoreCuts(engine: Engine, { request }: PlannedRequest, state: PlacementState): Promise<PlacementState> {
  const holdings = holdingsOf(engine, state);
  const outcomes = await Promise.all((state.suspension?.cuts ?? []).map((record) => (
    restoreOne(engine, { ...record, changes: record.changes.filter(({ id }) => !isFormer(state, record.name, id)) }, holdings))));
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  const left = outcomes.flatMap((outcome) => outcome.left);
  const told = state.suspension === undefined || left.length === 0 ? state
    : (await engine.ledger.commit(
      request.placement, state, { suspension: { ...state.suspension, notRestored: left } }, [], eventContext(engine, request),
    )).state;
  if (failures.length > 0) {
    throw new RetryableError('NotRestored', `agent ${request.placement.agentName} is not denied any more, and these could not be put back: ${failures.join('; ')}`);
  }
  return told;
}

async function restoreOne(
  engine: Engine, { name, changes }: CutRecord, holdings: Holdings,
): Promise<{ readonly failures: string[]; readonly left: string[] }> {
  const put = CUTS.find((cut) => cut.name === name)?.restore;
  const failures: string[] = [];
  const left: string[] = [];
  await Promise.all((put === undefined ? [] : changes.filter(isRestorable)).map(async (change) => {
    try {
      const why = await put!(engine, change, holdings);
      left.push(...typeof why === 'string' ? [`${name} ${change.id} (${why})`] : []);
    } catch (error) {
      failures.push(`${name} ${change.id} (${reasonOf(error)})`);
    }
  }));
  return { failures, left: left.sort() };
}

function isRestorable(change: CutChange): change is CutChange & { readonly was: string } {
  return change.was !== null;
}
