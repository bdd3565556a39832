import { left, retired } from './decide-create';
import { planUndo, statusOf } from './decide-update';
import { PlacementState, PrincipalRecord, remaining } from './placement-state';
import { Decision, nothing, Plan, Refusal, refuse } from './plan';
import { Circumstances, LifecycleRequest, phaseOf, physicalId } from './request';
import { notOwner, speaksFor } from './rules';

export function decideDelete(state: PlacementState | undefined, request: LifecycleRequest, circumstances: Circumstances): Decision {
  // An id that CloudFormation made up (no answer to the Create came in time) stands for the principal that the properties name.
  const roleId = request.physicalRoleId ?? request.principal.roleId;
  const gone = nothing(request.physicalResourceId ?? physicalId(request.placement.agentName, request.declared.stage, roleId));
  const principal = state?.principals[roleId];
  if (request.neverJoined || state === undefined || principal === undefined || principal.status === 'retired') {
    return gone;
  }
  const phase = phaseOf(circumstances.stack.status);
  const answer = { physicalId: gone.physicalId };
  const { pending } = state;
  const handedOver = pending !== undefined && pending.previousOwner.stackId !== state.owner.stackId;
  if (handedOver && pending.from === roleId && pending.previousOwner.stackId === circumstances.stack.owner.stackId) {
    // The stack that gave the agent away lets go of what it still has of it, whether it goes on or not.
    return pending.phase === 'moved' ? { ...planRetirement(state, principal), ...answer } : unfinished(state);
  }
  if (!speaksFor(state, request, circumstances)) {
    return notOwner(state, circumstances);
  }
  if (handedOver && pending.to === roleId && phase === 'undoing-create' && state.status !== 'leaving') {
    // The new stack takes its part back before the old one has let go: the agent is the old one's again.
    return { ...planUndo(state, pending, request.requestId), ...answer };
  }
  // A nested stack comes and goes while its root goes on, and a move may hand the agent from one to another.
  const whole = phaseOf(circumstances.stack.rootStatus ?? circumstances.stack.status);
  if (whole === 'deleting' || whole === 'undoing-create') {
    return { ...planLeave(state, circumstances), ...answer };
  }
  if (pending?.from === roleId) {
    // Before access went over nothing may be torn down: the answer to the move is still to come.
    return pending.phase === 'moved' ? { ...planRetirement(state, principal), ...answer } : unfinished(state);
  }
  // A leave that has begun is not taken back.
  if (pending?.to === roleId && phase !== 'going-on' && state.status !== 'leaving') {
    return { ...planUndo(state, pending, request.requestId), ...answer };
  }
  if (roleId !== state.present && roleId !== pending?.to) {
    return { ...planRetirement(state, principal), ...answer };
  }
  return { ...planLeave(state, circumstances), ...answer };
}

function unfinished(state: PlacementState): Refusal {
  return refuse('MoveUnfinished', `agent ${state.placement.agentName} is in the middle of a move: deploy again, then delete`);
}

/** CloudFormation's clean-up of a principal that has a successor: the move is settled. */
function planRetirement(state: PlacementState, principal: PrincipalRecord): Plan {
  const { roleId } = principal;
  return {
    transition: 'retire',
    note: { principals: statusOf([roleId], 'retiring') },
    quarantine: [roleId],
    restore: [],
    wait: true,
    retire: [roleId],
    scope: 'principal',
    change: { principals: statusOf([roleId], 'retired'), ...(state.pending?.from === roleId ? { pending: null } : {}) },
    events: [retired(principal)],
    physicalId: '',
  };
}

/** All that is the agent's goes, unless too many leave at once. */
export function planLeave(state: PlacementState, circumstances: Pick<Circumstances, 'leaversExceeded'>): Plan {
  const principals = remaining(state);
  const roleIds = principals.map(({ roleId }) => roleId);
  const base = { quarantine: roleIds, restore: [], physicalId: '' };
  if (circumstances.leaversExceeded !== undefined) {
    return {
      ...base,
      transition: 'hold',
      note: { status: 'leaving' },
      wait: false,
      retire: [],
      change: { principals: statusOf(principals.filter(({ status }) => status === 'live').map(({ roleId }) => roleId), 'quarantined') },
      events: [],
      failure: {
        code: 'MassLeaverLimit',
        message: `${circumstances.leaversExceeded}; agent ${state.placement.agentName} is quarantined and waits: run \`nhi release-leavers\`, then delete again`,
      },
    };
  }
  return {
    ...base,
    transition: 'leave',
    note: { status: 'leaving', principals: statusOf(roleIds, 'retiring') },
    wait: true,
    retire: roleIds,
    scope: 'agent',
    secrets: state.declared.ownSecrets,
    change: { status: 'left', pending: null, principals: statusOf(roleIds, 'retired') },
    events: [...principals.map(retired), left(state)],
    physicalId: '',
  };
}
