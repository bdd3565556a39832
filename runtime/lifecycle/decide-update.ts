import { newPrincipal, retired } from './decide-create';
import { isDenied, PendingMove, PlacementState, PrincipalRecord, remaining, RoleId } from './placement-state';
import { Decision, nothing, Plan, PlannedEvent, refuse } from './plan';
import { Circumstances, LifecycleRequest, phaseOf, physicalId } from './request';
import { checkEnd, checkExtension, notOwner, speaksFor, suspended } from './rules';

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
  if (pending !== undefined && roleId === pending.from) {
    return planUndo(state, pending);
  }
  if (roleId === state.present || roleId === pending?.to) {
    return continuePrincipal(state, request, circumstances);
  }
  if (state.principals[roleId]?.status === 'retired') {
    return refuse('PrincipalRetired', `principal ${roleId} of agent ${request.placement.agentName} was retired and can't come back: deploy again, so that it gets another role`);
  }
  if (request.physicalRoleId !== undefined && request.physicalRoleId !== state.present) {
    return refuse('StaleUpdate', `the update begins at principal ${request.physicalRoleId} of agent ${request.placement.agentName}, the present one is ${state.present}: deploy again`);
  }
  if (state.status === 'suspended') {
    return suspended(request);
  }
  return checkEnd(request, circumstances.now) ?? planMove(state, request, circumstances);
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
  const events: PlannedEvent[] = [];
  const change = (name: 'sponsor-changed' | 'expiry-changed', from: string, to: string): void => {
    if (from !== to) {
      // The request is in the key: the same change may come again after it was taken back.
      events.push({ name, stage: declared.stage, roleId: state.present, details: { from, to }, key: `${name}/${request.requestId}` });
    }
  };
  change('sponsor-changed', state.declared.sponsor.id, declared.sponsor.id);
  change('expiry-changed', state.declared.expiresAt, declared.expiresAt);
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
    events,
    physicalId: physicalId(request.placement.agentName, declared.stage, request.principal.roleId),
  };
}

/** From the present principal to another. Written down before anything is cut; CloudFormation's clean-up settles it. */
export function planMove(state: PlacementState, request: LifecycleRequest, circumstances: Circumstances): Plan {
  const to = request.principal.roleId;
  const from = state.pending?.to === to ? state.pending.from : state.present;
  const previous = state.pending?.to === to ? state.pending.previous : state.declared;
  // A move whose clean-up CloudFormation gave up on: what it left behind must not stay live.
  const forgotten = remaining(state).filter(({ roleId }) => roleId !== from && roleId !== to);
  const cut = [...(state.principals[from].cutBeforeGrant ? [from] : []), ...forgotten.filter((principal) => !isDenied(principal)).map(({ roleId }) => roleId)];
  const target = newPrincipal(request);
  return {
    transition: 'move',
    note: { pending: { from, to, phase: 'cutting', previous }, principals: { [to]: target } },
    quarantine: cut,
    restore: [],
    wait: cut.length > 0,
    retire: [],
    change: {
      present: to,
      pending: { from, to, phase: 'moved', previous },
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
    ],
    physicalId: physicalId(request.placement.agentName, request.declared.stage, to),
  };
}

/** The move is taken back: the new principal is retired, the old one works again. */
export function planUndo(state: PlacementState, { from, to, previous }: PendingMove): Plan {
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
      declared: previous,
    },
    events: [
      { name: 'move-undone', stage: old.stage, roleId: from, details: { toStage: target.stage, toPrincipal: to }, key: `move-undone/${from}/${to}` },
      retired(target),
    ],
    physicalId: physicalId(state.placement.agentName, old.stage, from),
  };
}

export function statusOf(roleIds: readonly RoleId[], status: PrincipalRecord['status']): Record<RoleId, Partial<PrincipalRecord>> {
  return Object.fromEntries(roleIds.map((roleId) => [roleId, { status }]));
}
