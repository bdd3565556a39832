import { SeenRole, StackContext } from './context';
import { digestOf } from '../../model/access-digests';
import { BeforeAdoption, isAdopted, PlacementState, PrincipalRecord } from '../../model/placement-state';
import { Decision, isRefusal, Plan, PlannedEvent, Refusal, refuse } from '../../model/plan';
import { Change, Join, LifecycleRequest } from '../../model/request';
import { phaseOf } from '../../model/stack-view';

type Declaring = LifecycleRequest<Join | Change>;

/**
 * Completes the decision about an agent whose role existed before. What was there is stored before anything is changed, so that the adoption can be undone. Each
 * deployment adds again what the role lacks.
 */
export function withAdoption(state: PlacementState | undefined, request: Declaring, context: StackContext, decide: () => Decision): Decision {
  if (!isAdopted(request.intent.principal)) {
    return replacing(state, request, decide());
  }
  const isUndoing = phaseOf(context.stack.status) === 'undoing-update';
  const refusal = isUndoing ? undefined : notAdopted(state, request, context);
  const decision = refusal ?? decide();
  return isRefusal(decision) || context.seen === undefined ? decision : adopting(state, request, context.seen, decision);
}

/** Only a declaration that names the adopted role keeps the means by which the engine tears it down. */
function replacing(state: PlacementState | undefined, { intent: { replaces }, placement: { agentName } }: Declaring, decision: Decision): Decision {
  const from = isRefusal(decision) || decision.transition !== 'move' || state === undefined ? undefined : state.principals[state.pending?.from ?? state.present];
  return from === undefined || !isAdopted(from) || from.roleArn === replaces ? decision : refuse('AdoptionNotReplaced',
    `agent ${agentName} has adopted ${from.roleArn}, and gets a role of its own now: name the adopted role as \`replaces\`, so that the engine can retire it after compute has moved, and remove \`replaces\` with a later deployment`);
}

function notAdopted(
  state: PlacementState | undefined, { placement: { agentName }, intent: { principal, declared } }: Declaring, { seen }: StackContext,
): Refusal | undefined {
  const { roleId, roleArn } = principal;
  const known = state?.principals[roleId];
  if (state !== undefined && state.status !== 'left') {
    const present = state.principals[state.present];
    if (!isAdopted(present) && state.pending?.from !== roleId) {
      return refuse('AlreadyManaged', `agent ${agentName} has a role of its own, ${present.roleArn}: an adopted role can't take its place; declare another agent for ${roleArn}`);
    }
    if (state.status === 'leaving') {
      return refuse('AlreadyManaged', `agent ${agentName} is leaving, and can't adopt ${roleArn} before its teardown is complete: remove it from the stack, or run \`nhi finish ${agentName}\``);
    }
    if (isAdopted(present) && present.roleArn !== roleArn) {
      // The stack has pointed the reach to the other role by now, so the present one could not be denied any more.
      return refuse('AdoptedRoleFixed',
        `agent ${agentName} has adopted ${present.roleArn}, and can't change to ${roleArn}: declare another agent for that role, or remove this one first, by which it leaves or is released`);
    }
    if (known !== undefined && known.stage !== declared.stage) {
      return refuse('AdoptedStageFixed',
        `agent ${agentName} has adopted ${roleArn} in stage ${known.stage}, and a move needs another role: declare it with new ManagedAgentIdentity() in stage ${declared.stage}, and with \`replaces\``);
    }
  }
  if (seen?.adoptedBy !== undefined && seen.adoptedBy !== agentName) {
    return refuse('RoleAdopted', `role ${roleArn} is adopted by agent ${seen.adoptedBy}: a role belongs to one agent; let that one release it first`);
  }
  const isNew = known === undefined || known.status === 'released';
  return isNew && seen?.obstacle !== undefined ? refuse('RoleNotAdoptable', `agent ${agentName} can't adopt role ${roleArn}: ${seen.obstacle}`) : undefined;
}

function adopting(state: PlacementState | undefined, { intent: { principal } }: Declaring, { now }: SeenRole, plan: Plan): Plan {
  const { roleId } = principal;
  if (plan.change?.present !== roleId && plan.transition !== 'update') {
    return plan;
  }
  const known = state?.principals[roleId];
  const before = known?.status === 'released' ? now : known?.before ?? now;
  const facts: Partial<PrincipalRecord> = {
    before, ...(before === now ? { boundary: before.boundary ?? undefined, adoptedAt: undefined } : { boundary: known?.boundary }),
  };
  const principals = { ...plan.change?.principals, [roleId]: { ...plan.change?.principals?.[roleId], ...facts } };
  const change = { ...plan.change, principals };
  return {
    ...plan,
    adopt: [roleId],
    change,
    // The whole state: if the adoption fails half-way, CloudFormation withdraws the role, and what was added is taken from it again.
    note: plan.transition === 'join' ? { ...change, ...plan.note } : { ...plan.note, principals: { ...plan.note?.principals, [roleId]: { ...plan.note?.principals?.[roleId], ...facts } } },
    // Told with the note, so that the chain explains the state from then on, whatever becomes of the adoption.
    noted: [...plan.noted ?? [], ...plan.events.filter(({ name }) => name === 'joined').map((event) => adopted(event, principal.roleArn, before))],
    events: plan.events.filter(({ name }) => name !== 'joined'),
  };
}

/** A role can be adopted again after it was released. */
function adopted({ details, ...event }: PlannedEvent, role: string, before: BeforeAdoption): PlannedEvent {
  return { ...event, name: 'adopted', details: { ...details, role, before: digestOf(before) }, key: `adopted/${event.roleId}/${before.at}` };
}
