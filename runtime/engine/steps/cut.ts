import { beyondReach } from './beyond-reach';
import { activationUntil, again, THIRD_PARTIES } from './under-way';
import { CREDENTIAL_CUTS } from '../../../src/contract/own-credentials';
import { reasonOf } from '../../../src/core/errors';
import { Cut, CUTS, Cuttable, Holdings } from '../../aws/cuts';
import { CutRecord, PlacementState, Suspension } from '../../model/placement-state';
import { Engine } from '../engine';
import { advance, ExecutionProgress, StepInput } from '../execution';
import { holdingsOf } from '../holdings';
import { PlannedRequest, eventContext, loadPlannedRequest, stateOf } from '../loaded-request';

/** Number of changes that can't be put back which a record lists. The state is one item of the ledger, whose size is limited. */
const MOST_LISTED = 20;

/** What one cut found, or why it could not look. */
type Found = { readonly things: readonly Cuttable[] } | { readonly failed: string };

/** Switches off everything that acts for a suspended agent, besides its principals, which are denied by now. A call that may still activate some of it is waited for, and then it is done again. */
export async function cut(engine: Engine, input: StepInput): Promise<ExecutionProgress> {
  const until = await cutAll(engine, input);
  return until === undefined ? advance(input.progress!, { waitSeconds: 0 }) : again(engine, input.progress!, until);
}

/**
 * Finds what is on, records it, switches it off, and checks again. All cuts run side by side, and one that fails keeps no other from its work: it is
 * recorded with the reason, and `nhi suspend` again or a deployment repeats it. Returns until when a call that was lost may still switch something on.
 */
export async function cutAll(engine: Engine, input: StepInput): Promise<Date | undefined> {
  const loaded = await loadPlannedRequest(engine, input);
  const state = stateOf(loaded);
  if (state.suspension === undefined) {
    return undefined;
  }
  const holdings = holdingsOf(engine, state);
  // Before the first look: what ends meanwhile may have come after that.
  const until = holdings.target.revokers.length === 0 ? undefined : await activationUntil(engine, input.placement);
  const first = await lookAll(engine, holdings);
  // Recorded before anything is changed. A process that dies in between would otherwise leave things off that no one knows to switch on.
  const noted = await write(engine, loaded, state, (suspension) => ({
    ...withLifted(suspension, loaded.request.requestId, liftedIn(suspension, first)),
    cuts: CUTS.map((one, index) => noting(recordOf(suspension, one), first[index])),
  }));
  const failures = await Promise.all(CUTS.map((one, index) => applyAll(engine, one, first[index], holdings)));
  const found = await lookAll(engine, holdings);
  const mayLift = until === undefined ? [] : [`an earlier call may activate access until ${until.toISOString()}`];
  const [now, unreachable] = [engine.now().toISOString(), await beyondReach(engine, state, holdings)];
  await write(engine, loaded, noted, (suspension) => ({
    ...suspension,
    cuts: CUTS.map((one, index) => (
      judged(recordOf(suspension, one), found[index], failures[index], one.name === THIRD_PARTIES ? mayLift : [], now))),
    beyondReach: unreachable,
  }));
  return until;
}

function lookAll(engine: Engine, holdings: Holdings): Promise<Found[]> {
  return Promise.all(CUTS.map(async (one): Promise<Found> => {
    try {
      return { things: await one.find(engine, holdings) };
    } catch (error) {
      return { failed: reasonOf(error) };
    }
  }));
}

/** Returns the reason for each thing that could not be switched off. */
async function applyAll(engine: Engine, { apply }: Cut, found: Found, holdings: Holdings): Promise<Map<string, string>> {
  const failures = new Map<string, string>();
  await Promise.all(onIn(found).map(async ({ id }) => {
    try {
      await apply(engine, id, holdings);
    } catch (error) {
      failures.set(id, reasonOf(error));
    }
  }));
  return failures;
}

/** Adds what is about to be changed. What is listed already keeps what it was at first, also when somebody changed it since. */
function noting(record: CutRecord, found: Found): CutRecord {
  const known = new Set(record.changes.map(({ id }) => id));
  const added = onIn(found).filter(({ id }) => !known.has(id)).map(({ id, was }) => ({ id, was }));
  const all = [...record.changes, ...added];
  const kept = [...all.filter(({ was }) => was !== null), ...all.filter(({ was }) => was === null).slice(-MOST_LISTED)];
  const omitted = (record.omitted ?? 0) + all.length - kept.length;
  return { ...record, changes: kept, ...(omitted === 0 ? {} : { omitted }) };
}

/** @param besides why it is not confirmed, although it is off */
function judged(
  { rest: _, confirmedAt, ...record }: CutRecord, found: Found, failures: ReadonlyMap<string, string>, besides: readonly string[], now: string,
): CutRecord {
  const rest = 'failed' in found
    ? [`could not be looked at: ${found.failed}`]
    : [
      ...besides,
      ...onIn(found).map(({ id }) => `${id}: ${failures.get(id) ?? 'still on after it was switched off'}`),
      ...found.things.flatMap(({ id, unseen }) => (unseen === undefined ? [] : [`${id} could not be looked at: ${unseen}`])),
    ];
  return rest.length === 0 ? { ...record, confirmedAt: confirmedAt ?? now } : { ...record, rest };
}

/**
 * What was off before and is on now: somebody switched it on during the suspension. So is a credential that did not exist before: anyone who has it needs nothing else. New executions are no such thing.
 */
function liftedIn({ cuts = [] }: Suspension, found: readonly Found[]): string[] {
  return CUTS.flatMap(({ name }, index) => {
    const { changes = [], confirmedAt } = cuts.find((record) => record.name === name) ?? {};
    const before = new Set(changes.filter(({ was }) => was !== null).map(({ id }) => id));
    return confirmedAt === undefined ? [] : onIn(found[index]).filter(({ id }) => before.has(id) || CREDENTIAL_CUTS.includes(name)).map(({ id }) => `${name} ${id}`);
  });
}

/** The suspension with what this request found lifted. It is recorded before it is denied again, and told at the end of the request. */
export function withLifted(suspension: Suspension, requestId: string, what: readonly string[]): Suspension {
  const earlier = suspension.lifted?.requestId === requestId ? suspension.lifted.what : [];
  return what.length === 0 ? suspension : { ...suspension, lifted: { requestId, what: [...new Set([...earlier, ...what])] } };
}

function onIn(found: Found): readonly Cuttable[] {
  return 'failed' in found ? [] : found.things.filter(({ isCut, unseen }) => !isCut && unseen === undefined);
}

function recordOf({ cuts = [] }: Suspension, { name }: Cut): CutRecord {
  return cuts.find((record) => record.name === name) ?? { name, changes: [] };
}

async function write(
  engine: Engine, { request }: PlannedRequest, state: PlacementState, change: (suspension: Suspension) => Suspension,
): Promise<PlacementState> {
  const suspension = change(state.suspension!);
  return (await engine.ledger.commit(request.placement, state, { suspension }, [], eventContext(engine, request))).state;
}
