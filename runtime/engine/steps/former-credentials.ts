import { CREDENTIAL_CUTS } from '../../../src/contract/own-credentials';
import { RetryableError } from '../../../src/core/errors';
import { Cut, CUTS, Holdings } from '../../aws/cuts';
import { formerCredentials, onlyIn } from '../../model/own-credentials';
import { PlacementState, SwitchedOff } from '../../model/placement-state';
import { Engine } from '../engine';
import { holdingsOf } from '../holdings';
import { eventContext, PlannedRequest } from '../loaded-request';

const CUTS_OF_CREDENTIALS = CUTS.filter(({ name }) => CREDENTIAL_CUTS.includes(name));

/**
 * Switches off the credentials of the stage that a move leaves, if it denies before it grants: no Deny on a role reaches who has a key. What is switched off is recorded first, and an undone move switches it
 * on again.
 *
 * @throws RetryableError `NotDenied` with what is still on
 */
export async function switchOffFormer(engine: Engine, { plan, request }: PlannedRequest, state: PlacementState): Promise<void> {
  const { pending, switchedOff = [] } = state;
  if (plan.transition !== 'move' || pending === undefined || !plan.quarantine.includes(pending.from)) {
    return;
  }
  const former = onlyIn(pending.previous, 'declared' in request.intent ? request.intent.declared : undefined);
  if (former.length === 0) {
    return;
  }
  const holdings = holdingsOf(engine, state, former);
  const found = await switchedOn(engine, holdings);
  const added = found.filter(({ id }) => !switchedOff.some((known) => known.id === id));
  if (added.length > 0) {
    await engine.ledger.commit(request.placement, state, { switchedOff: [...switchedOff, ...added] }, [], eventContext(engine, request));
  }
  await Promise.all(found.map(({ cut, id }) => cutOf(cut).apply(engine, id, holdings)));
  const left = await switchedOn(engine, holdings);
  if (left.length > 0) {
    throw new RetryableError('NotDenied', `credentials of the former stage are still on: ${left.map(({ id }) => id).join(', ')}`);
  }
}

/** Switches on what a move switched off, if the move is undone, and during a suspension when that ends. */
export async function switchOnFormer(engine: Engine, { plan, request }: PlannedRequest, state: PlacementState): Promise<void> {
  const { switchedOff = [], pending } = state;
  if (switchedOff.length === 0 || (pending !== undefined && plan.transition !== 'undo-move')) {
    return;
  }
  const holdings = holdingsOf(engine, state);
  // What an earlier move switched off, whose clean-up was abandoned, is of a stage to which this does not return.
  const { credentials = [] } = pending?.previous ?? state.declared;
  const returning = switchedOff.filter(({ id }) => credentials.some(({ name }) => id.startsWith(`${name}/`)));
  await Promise.all(returning.map(({ cut, id }) => cutOf(cut).restore!(engine, { id, was: '' }, holdings)));
  await engine.ledger.commit(request.placement, state, { switchedOff: null }, [], eventContext(engine, request));
}

/** The credentials that are on. */
export async function switchedOn(engine: Engine, holdings: Holdings): Promise<SwitchedOff[]> {
  return (await Promise.all(CUTS_OF_CREDENTIALS.map(async ({ name: cut, find }) => (
    (await find(engine, holdings)).filter(({ isCut }) => !isCut).map(({ id }) => ({ cut, id })))))).flat();
}

/** Whether something that a suspension switched off is a credential that no declaration has any more. It stays off. */
export function isFormer(state: PlacementState, cut: SwitchedOff['cut'], id: string): boolean {
  return CREDENTIAL_CUTS.includes(cut) && formerCredentials(state).some(({ name }) => id.startsWith(`${name}/`));
}

function cutOf(name: SwitchedOff['cut']): Cut {
  return CUTS_OF_CREDENTIALS.find((cut) => cut.name === name)!;
}
