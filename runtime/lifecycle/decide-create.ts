import { continuePrincipal, planMove } from './decide-update';
import { PlacementState, PrincipalRecord, remaining } from './placement-state';
import { Decision, Plan, PlannedEvent, refuse } from './plan';
import { Circumstances, LifecycleRequest, physicalId } from './request';
import { checkEnd, checkMove, speaksFor, suspended } from './rules';

export function decideCreate(state: PlacementState | undefined, request: LifecycleRequest, circumstances: Circumstances): Decision {
  const { roleId } = request.principal;
  if (state?.principals[roleId]?.status === 'retired') {
    return refuse('PrincipalRetired', `principal ${roleId} of agent ${request.placement.agentName} was retired and can't come back: deploy anew, so that it gets another role`);
  }
  if (state === undefined || state.status === 'left') {
    return checkEnd(request, circumstances.now) ?? planJoin(state, request, circumstances);
  }
  if (!speaksFor(state, request, circumstances)) {
    return refuse('NameTaken', `the agent name ${request.placement.agentName} is held by the stack ${state.owner.stackName} in account ${request.placement.account}: `
      + 'choose another name, let that agent leave first, or hand it over with transferFrom and a change of stage');
  }
  if (state.status === 'leaving') {
    if (state.principals[roleId] !== undefined) {
      return refuse('PrincipalRetired', `principal ${roleId} of agent ${request.placement.agentName} is being torn down: let it leave, then deploy anew`);
    }
    return checkEnd(request, circumstances.now) ?? planLeaveAndJoin(state, request, circumstances);
  }
  // The answer to an earlier Create was lost: it has joined, and may have been declared differently since.
  if (roleId === state.present || roleId === state.pending?.to) {
    return continuePrincipal(state, request, circumstances);
  }
  if (state.status === 'suspended') {
    return suspended(request);
  }
  return checkMove(state, request, circumstances.now) ?? planMove(state, request, circumstances);
}

function planJoin(state: PlacementState | undefined, request: LifecycleRequest, circumstances: Circumstances): Plan {
  const { principal, declared } = request;
  return {
    transition: 'join',
    quarantine: [],
    restore: [],
    wait: false,
    retire: [],
    change: {
      status: 'active',
      present: principal.roleId,
      pending: null,
      principals: { [principal.roleId]: newPrincipal(request) },
      owner: circumstances.stack.owner,
      declared,
      joinedAt: circumstances.now.toISOString(),
      renewedAt: circumstances.now.toISOString(),
    },
    events: [joined(request, state)],
    physicalId: physicalId(request.placement.agentName, declared.stage, principal.roleId),
  };
}

/** A leave that could not finish, and its stack deployed again: finish it first. */
function planLeaveAndJoin(state: PlacementState, request: LifecycleRequest, circumstances: Circumstances): Plan {
  const old = remaining(state).filter(({ roleId }) => roleId !== request.principal.roleId);
  const join = planJoin(state, request, circumstances);
  return {
    ...join,
    quarantine: old.map(({ roleId }) => roleId),
    wait: old.length > 0,
    retire: old.map(({ roleId }) => roleId),
    scope: 'agent',
    // Those that it declares again may have been made by the same deployment.
    secrets: state.declared.ownSecrets.filter((name) => !request.declared.ownSecrets.includes(name)),
    change: {
      ...join.change,
      principals: { ...Object.fromEntries(old.map(({ roleId }) => [roleId, { status: 'retired' as const }])), ...join.change?.principals },
    },
    events: [...old.map(retired), left(state), ...join.events],
  };
}

export function newPrincipal(request: LifecycleRequest): PrincipalRecord {
  return { ...request.principal, status: 'live', cutBeforeGrant: request.declared.profile.cutBeforeGrant };
}

function joined(request: LifecycleRequest, state: PlacementState | undefined): PlannedEvent {
  const { principal, declared } = request;
  return {
    name: 'joined',
    stage: declared.stage,
    roleId: principal.roleId,
    details: { purpose: declared.purpose, expires: declared.expiresAt, again: state !== undefined },
    key: `joined/${principal.roleId}`,
  };
}

export function retired(principal: PrincipalRecord): PlannedEvent {
  return { name: 'principal-retired', stage: principal.stage, roleId: principal.roleId, key: `principal-retired/${principal.roleId}` };
}

export function left(state: PlacementState): PlannedEvent {
  return { name: 'left', stage: state.declared.stage, roleId: state.present, key: `left/${state.present}` };
}
