import { newPrincipal, retired } from './decide-create';
import { Declared, isDenied, PendingMove, PlacementState, PrincipalRecord, remaining, RoleId } from './placement-state';
import { Decision, nothing, Plan, PlannedEvent, refuse } from './plan';
import { Circumstances, LifecycleRequest, phaseOf, physicalId } from './request';
import { checkExtension, checkMove, notOwner, speaksFor, suspended } from './rules';

export function decideUpdate(state: PlacementState | undefined, request: LifecycleRequest, circumstances: Circumstances): Decision {
  const { roleId } = request.principal;
  const undoing = phaseOf(circumstances.stack.status) === 'undoing-update';
  const unchanged = nothing(physicalId(request.placement.agentName, request.declared.stage, roleId));
  if (state === undefined || state.status === 'left' || state.status === 'leaving') {
    // What was refused is rolled back to what it was: an answer of FAILED here would leave the stack stuck.
    return undoing ? unchanged : refuse('AgentUnknown', `agent ${request.placement.agentName} ${state === undefined ? 'is not in the ledger' : `is ${state.status}`}: `
      + 'remove it from the stack, deploy, and let it join anew');
  }
  if (!speaksFor(state, request, circumstances)) {
    return undoing ? unchanged : notOwner(state, circumstances);
  }
  const { pending } = state;
  const begins = request.physicalRoleId;
  // A late copy of an earlier update; what CloudFormation takes back must never fail for such a reason.
  if (!undoing && pending !== undefined && begins !== undefined && begins !== pending.from && begins !== pending.to) {
    return stale(state, begins);
  }
  if (pending !== undefined && roleId === pending.from) {
    return (undoing ? undefined : checkExtension({ ...state, declared: pending.previous }, request, circumstances.now))
      ?? planUndo(state, pending, request.requestId, request.declared);
  }
  if (roleId === state.present || roleId === pending?.to) {
    return continuePrincipal(state, request, circumstances);
  }
  if (state.principals[roleId]?.status === 'retired') {
    return refuse('PrincipalRetired', `principal ${roleId} of agent ${request.placement.agentName} was retired and can't come back: deploy again, so that it gets another role`);
  }
  if (pending === undefined && begins !== undefined && begins !== state.present) {
    return stale(state, begins);
  }
  if (state.status === 'suspended') {
    return suspended(request);
  }
  return checkMove(state, request, circumstances.now) ?? planMove(state, request, circumstances);
}

function stale(state: PlacementState, begins: RoleId): Decision {
  return refuse('StaleUpdate', `the update begins at principal ${begins} of agent ${state.placement.agentName}, the present one is ${state.present}: deploy again`);
}

/** The request names the present principal, or the one that a move is on its way to. */
export function continuePrincipal(state: PlacementState, request: LifecycleRequest, circumstances: Circumstances): Decision {
  return state.pending?.phase === 'cutting' && request.principal.roleId === state.pending.to
    ? planMove(state, request, circumstances)
    : updateInPlace(state, request, circumstances);
}

/** The same principal, declared differently. */
function updateInPlace(state: PlacementState, request: LifecycleRequest, circumstances: Circumstances): Decision {
  const undoing = phaseOf(circumstances.stack.status) === 'undoing-update';
  const refusal = undoing ? undefined : checkExtension(state, request, circumstances.now);
  if (refusal !== undefined) {
    return refusal;
  }
  const { declared } = request;
  const extended = Date.parse(declared.expiresAt) > Date.parse(state.declared.expiresAt);
  return {
    transition: 'update',
    // A deployment may have put back a boundary or a policy that would lift a suspension.
    quarantine: state.status === 'suspended' ? [state.present] : [],
    restore: [],
    wait: false,
    retire: [],
    change: {
      declared,
      owner: circumstances.stack.owner,
      principals: { [request.principal.roleId]: { ...request.principal, cutBeforeGrant: declared.profile.cutBeforeGrant } },
      ...(extended ? { renewedAt: circumstances.now.toISOString() } : {}),
    },
    events: changesOf(state.declared, declared, state.present, request.requestId),
    physicalId: physicalId(request.placement.agentName, declared.stage, request.principal.roleId),
  };
}

/** What an auditor asks about; the request is in the keys, as the same change may come again after it was taken back. */
function changesOf(from: Declared, to: Declared, roleId: RoleId, requestId: string): PlannedEvent[] {
  const change = (name: 'sponsor-changed' | 'expiry-changed', before: string, after: string): PlannedEvent[] =>
    before === after ? [] : [{ name, stage: to.stage, roleId, details: { from: before, to: after }, key: `${name}/${requestId}` }];
  return [...change('sponsor-changed', from.sponsor.id, to.sponsor.id), ...change('expiry-changed', from.expiresAt, to.expiresAt)];
}

/** From the present principal to another. Written down before anything is cut; CloudFormation's clean-up settles it. */
export function planMove(state: PlacementState, request: LifecycleRequest, circumstances: Circumstances): Plan {
  const to = request.principal.roleId;
  // Done again; or CloudFormation has given the last move up and never said so (its rollback was told to skip the resource).
  const again = state.pending !== undefined && (state.pending.to === to || state.pending.from === request.physicalRoleId);
  const { from, previous, previousOwner } = again && state.pending !== undefined
    ? state.pending
    : { from: state.present, previous: state.declared, previousOwner: state.owner };
  // A move whose clean-up CloudFormation gave up on: what it left behind must not stay live.
  const forgotten = remaining(state).filter(({ roleId }) => roleId !== from && roleId !== to);
  const cut = [
    ...(state.principals[from].cutBeforeGrant ? [from] : []),
    ...forgotten.filter((principal) => !isDenied(principal)).map(({ roleId }) => roleId),
  ];
  const target = newPrincipal(request);
  return {
    transition: 'move',
    note: { pending: { from, to, phase: 'cutting', previous, previousOwner }, principals: { [to]: target } },
    quarantine: cut,
    restore: [],
    wait: cut.length > 0,
    retire: [],
    change: {
      present: to,
      pending: { from, to, phase: 'moved', previous, previousOwner },
      principals: { ...statusOf(cut, 'quarantined'), [to]: target },
      owner: circumstances.stack.owner,
      declared: request.declared,
      renewedAt: circumstances.now.toISOString(),
    },
    events: [
      ...forgotten.map((principal): PlannedEvent => (
        { name: 'orphan-found', stage: principal.stage, roleId: principal.roleId, key: `orphan-found/${principal.roleId}` })),
      {
        name: 'moved',
        stage: request.declared.stage,
        roleId: to,
        details: { fromStage: state.principals[from].stage, fromPrincipal: from, cutBeforeGrant: state.principals[from].cutBeforeGrant },
        key: `moved/${from}/${to}`,
      },
      ...changesOf(state.declared, request.declared, to, request.requestId),
    ],
    physicalId: physicalId(request.placement.agentName, request.declared.stage, to),
  };
}

/** The move is taken back: the new principal is retired, the old one works again. */
export function planUndo(
  state: PlacementState, { from, to, previous, previousOwner }: PendingMove, requestId: string, declared: Declared = previous,
): Plan {
  const stays = state.status === 'suspended';
  const old = state.principals[from];
  const target = state.principals[to];
  return {
    transition: 'undo-move',
    note: { principals: statusOf([to], 'retiring') },
    quarantine: [to],
    restore: stays || !isDenied(old) ? [] : [from],
    wait: target.cutBeforeGrant,
    retire: [to],
    scope: 'principal',
    change: {
      present: from,
      pending: null,
      principals: { ...statusOf([to], 'retired'), ...(stays ? {} : { [from]: { status: 'live' } }) },
      owner: previousOwner,
      declared,
    },
    events: [
      { name: 'move-undone', stage: old.stage, roleId: from, details: { toStage: target.stage, toPrincipal: to }, key: `move-undone/${from}/${to}` },
      retired(target),
      ...changesOf(state.declared, declared, from, requestId),
    ],
    physicalId: physicalId(state.placement.agentName, old.stage, from),
  };
}

export function statusOf(roleIds: readonly RoleId[], status: PrincipalRecord['status']): Record<RoleId, Partial<PrincipalRecord>> {
  return Object.fromEntries(roleIds.map((roleId) => [roleId, { status }]));
}
