import { WIPERS } from '../../aws/wipers';
import { reviewAfter } from '../../certification';
import { buildCertificate, DecommissionCertificate } from '../../evidence';
import { lasting } from '../../model/delegation';
import { livingDependants } from '../../model/dependants';
import { PlacementState, PrincipalRecord } from '../../model/placement-state';
import { applyChange, isLeave, Plan, PlannedEvent, StateChange } from '../../model/plan';
import { actorOf } from '../../model/request';
import { revocationDetails, RevocationRecord, stillNeeded } from '../../model/revocation';
import { Engine } from '../engine';
import { Answered, ExecutionProgress, StepInput } from '../execution';
import { PlannedRequest, eventContext, loadRequest, withPlan, reportsId, stateOf } from '../loaded-request';
import { respond } from '../responders';
import { settleKeys } from './access-keys';
import { close } from './close';
import { deletedByRegistry, withoutDeleted } from './deleted-credentials';
import { confirmDeletions, troubleLeft } from './deletions';
import { keep } from './keep';
import { countSuspicion, paceEvents } from './pace';
import { withEffect } from './reduction-events';
import { certifyRevocations, listedIn } from './revocation-part';
import { completed, reasserted, withCuts, withToldPartly } from './suspension-events';
import { failureChange, failureEvent } from './trouble';
import { watching } from './watch';

/**
 * Records what happened. The certificate is written first, so that the event of the leave can name it. State and events follow, then the bus, then
 * the response. After that the engine watches the roles that the certificate lists as still existing.
 */
export async function settle(engine: Engine, input: StepInput): Promise<ExecutionProgress> {
  const loaded = withPlan(await loadRequest(engine, input), input);
  const { plan, request } = loaded;
  const { failure } = plan;
  const answer: Answered = failure === undefined ? { answered: 'SUCCESS' } : { answered: 'FAILED', ...failure };
  if (loaded.answered) {
    // Only the result of this step was lost.
    return watching({ ...input.progress!, answer }, isWatched(plan) ? loaded.state : undefined);
  }
  const state = plan.transition === 'none' ? loaded.state : await recorded(engine, loaded);
  await close(engine, input, state, () => respond(engine, loaded, answer));
  engine.log.info('settled', { agent: request.placement.agentName, transition: plan.transition, requestId: request.requestId });
  return watching({ ...input.progress!, answer }, isWatched(plan) ? state : undefined);
}

/** Whether a stack is about to delete the roles. After an agent's end the stack keeps them until it is deployed. */
function isWatched(plan: Plan): boolean {
  return plan.transition === 'release' || (isLeave(plan) && plan.transition !== 'expire');
}

async function recorded(engine: Engine, loaded: PlannedRequest): Promise<PlacementState> {
  const { request, plan } = loaded;
  const { failure } = plan;
  const leave = isLeave(plan) ? await certified(engine, loaded) : undefined;
  const noted = leave?.revocations === undefined ? {} : { revocations: leave.revocations };
  const planned: StateChange = { ...merged(plan.change, leave?.principals), ...noted };
  const after = applyChange(loaded.state ?? {} as PlacementState, planned);
  const confirmed = await confirmDeletions(engine, after);
  const ended = await certifyRevocations(engine, loaded.state ?? after, planned.revocations ?? loaded.state?.revocations ?? []);
  const events = [
    ...plan.events.map((event) => (event.name === 'left' && leave !== undefined
      ? { ...event, details: { ...event.details, ...leave.details } }
      : withEffect(withCuts(event, loaded.state), loaded.state))),
    ...(loaded.state === undefined ? [] : [...reasserted(loaded.state, request), ...completed(loaded.state, plan, request)]),
    ...confirmed.events,
    ...ended.events,
    ...await deletedByRegistry(engine, loaded),
    ...await paceEvents(engine, plan, loaded.state),
    ...(failure === undefined ? [] : [failureEvent(stateOf(loaded), request, failure)]),
  ];
  const change: StateChange = {
    ...withToldPartly(loaded.state, plan),
    ...merged(planned, confirmed.principals),
    ...revocationsAfter(after, ended.revocations, engine.now()),
    ...(failure === undefined ? settled(plan, applyChange(after, { principals: confirmed.principals })) : failureChange(engine, request, failure)),
  };
  const reviewed = {
    ...change,
    ...broughtForward(engine, applyChange(after, change), events),
    ...withoutEnded(applyChange(after, change)),
    ...withoutDeleted(engine, plan, applyChange(after, change)),
  };
  const { state } = await engine.ledger.commit(request.placement, loaded.state, reviewed, events, eventContext(engine, request));
  countSuspicion(engine, events);
  engine.log.info('recorded', { agent: request.placement.agentName, events: events.map(({ name }) => name), requestId: request.requestId });
  return settleKeys(engine, loaded, state);
}

/** Some events bring the next review forward, whichever transition records them. */
function broughtForward({ config, now }: Engine, after: PlacementState, events: readonly PlannedEvent[]): Pick<StateChange, 'review'> {
  const review = config.agenda.review === undefined ? undefined : reviewAfter(after, events.map(({ name }) => name), now());
  return review === undefined ? {} : { review };
}

/** A delegation ends with the person who gave it, and does not come back with that person. */
function withoutEnded(after: PlacementState): Pick<StateChange, 'delegations'> {
  const { delegations } = after;
  const left = delegations === undefined ? [] : lasting(after);
  return left.length === (delegations ?? []).length ? {} : { delegations: left.length === 0 ? null : left };
}

/** A later transition of the agent itself fixes an earlier failure. These don't. */
const FIXES_NOTHING: readonly Plan['transition'][] = ['offer-transfer', 'renew', 'attend', 'keep', 'review', 'approval', 'revoke', 'confirm'];

function settled({ transition }: Plan, after: PlacementState): StateChange {
  return FIXES_NOTHING.includes(transition) ? {} : troubleLeft(after);
}

function merged(change: StateChange = {}, principals: Readonly<Record<string, Partial<PrincipalRecord>>> = {}): StateChange {
  const ids = new Set([...Object.keys(change.principals ?? {}), ...Object.keys(principals)]);
  return { ...change, principals: Object.fromEntries([...ids].map((id) => [id, { ...change.principals?.[id], ...principals[id] }])) };
}

/** An agent that lives again forgets of its earlier leaves what is over. A certificate that is not continued, or an order that may be carried out, is not. */
function revocationsAfter({ status, revocations }: PlacementState, ended: readonly RevocationRecord[], now: Date): Pick<StateChange, 'revocations'> {
  const kept = status === 'active' ? stillNeeded(ended, now) : ended;
  return kept.length > 0 ? { revocations: kept } : revocations === undefined ? {} : { revocations: null };
}

interface Certified {
  readonly details: NonNullable<PlannedEvent['details']>;
  /** Principals whose roles still exist, each with the certificate that says so. */
  readonly principals: Readonly<Record<string, Partial<PrincipalRecord>>>;
  /** Absent if the agent has none. */
  readonly revocations?: readonly RevocationRecord[];
}

async function certified(engine: Engine, loaded: PlannedRequest): Promise<Certified> {
  const { request, plan } = loaded;
  const state = stateOf(loaded);
  const id = reportsId(loaded);
  const principals = plan.retire.map((roleId) => state.principals[roleId]);
  const certificate = buildCertificate({
    id,
    registry: engine.config.registry,
    state,
    principals,
    reports: await engine.requests.reports(id),
    searches: WIPERS,
    notSearched: WIPERS.filter(({ residue }) => residue !== undefined && !engine.wipes.has(residue)).map(({ source }) => source),
    dependants: await livingDependants(state, (agentName, account) => engine.ledger.state({ account, agentName })),
    origin: request.origin.kind,
    reference: request.requestId,
    ...('reason' in request.intent ? { reason: request.intent.reason } : {}),
    // The agenda continues what an operator has begun.
    by: (plan.transition === 'expire' ? state.offboarding?.by : undefined) ?? actorOf(request),
    leftAt: engine.now(),
  });
  const { key, sha256, text } = await keep(engine, certificate);
  // That of an earlier try counts: more may be gone by now.
  const written = JSON.parse(text) as DecommissionCertificate;
  const there = written.principals.filter(({ absentAt, leftToOwner }) => absentAt === null && leftToOwner !== true);
  return {
    details: { certificate: key, certificateSha256: sha256, ...revocationDetails(state) },
    principals: Object.fromEntries(there.map(({ id: roleId }) => [roleId, { awaitedBy: { id, sha256 } }])),
    ...(state.revocations === undefined ? {} : { revocations: listedIn({ id, sha256 }, written.revocations ?? [], state.revocations) }),
  };
}
