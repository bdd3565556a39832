import { declaredResources, DeclaredResources } from '../../aws/granted';
import { WipeTarget } from '../../aws/wipers';
import { credentialsOf } from '../../model/own-credentials';
import { Declared, isAdopted, PlacementState, PrincipalRecord, PrincipalRef } from '../../model/placement-state';
import { Plan } from '../../model/plan';
import { LifecycleRequest } from '../../model/request';
import { delegatesOf } from '../delegates';
import { Engine } from '../engine';
import { PlannedRequest } from '../loaded-request';

/** What the wipers of a request search for. */
export async function targetOf(engine: Engine, { request, plan }: PlannedRequest, state: PlacementState): Promise<WipeTarget> {
  const principals = plan.retire.map((roleId) => state.principals[roleId]);
  const places = plan.scope === 'agent' ? Object.values(state.principals) : principals;
  const stages = declarationsOf(state).flatMap(({ access }) => access?.stages ?? []);
  const grants = stages.flatMap((stage) => stage.grants);
  const place = { account: state.placement.account, region: state.owner.stackId.split(':')[3] };
  let resources: Promise<DeclaredResources> | undefined;
  return {
    registry: request.registry,
    agentName: request.placement.agentName,
    principals,
    places,
    known: [...Object.keys(state.principals), ...('principal' in request.intent && typeof request.intent.principal === 'object' ? [request.intent.principal.roleId] : [])],
    ownSecrets: plan.secrets ?? [],
    ownProviders: plan.providers ?? [],
    declaredSecrets: [...state.declared.ownSecrets, ...('declared' in request.intent ? request.intent.declared.ownSecrets : [])],
    delegates: plan.scope === 'agent' ? await delegatesOf(engine, state) : [],
    declaredProviders: [...state.declared.ownProviders ?? [], ...('declared' in request.intent ? request.intent.declared.ownProviders ?? [] : [])],
    ownCredentials: plan.credentials ?? [],
    declaredCredentials: [...credentialsOf(state), ...('declared' in request.intent ? request.intent.declared.credentials ?? [] : [])],
    place,
    dead: deadOf(places, plan, state, newIn(request, state)),
    grants,
    unlistedGrants: stages.reduce((sum, { omitted }) => sum + omitted, 0),
    resources: () => {
      const { partition } = engine;
      const stackIds = [...new Set([state.owner, state.pending?.previousOwner].flatMap((owner) => owner?.stackId ?? []))];
      const texts = grants.flatMap(({ effect, resources: named }) => (effect === undefined ? named : []));
      resources ??= declaredResources(engine, { texts, stackIds, partition, place });
      return resources;
    },
  };
}

/** What is declared now, and before a move that is not settled. */
function declarationsOf({ declared, pending }: PlacementState): Declared[] {
  return [declared, ...pending === undefined ? [] : [pending.previous]];
}

/** The principal with which an agent joins once its leave is finished. The state does not have it yet, and its stack may have named it in policies. */
function newIn({ intent }: LifecycleRequest, { principals }: PlacementState): PrincipalRef[] {
  return 'principal' in intent && typeof intent.principal === 'object' && principals[intent.principal.roleId] === undefined ? [intent.principal] : [];
}

/** Names are used again, by a later principal of the same stage. What names that one by its ARN stays. */
function deadOf(places: readonly PrincipalRecord[], { retire }: Plan, { principals }: PlacementState, joining: readonly PrincipalRef[]): WipeTarget['dead'] {
  const known = Object.values(principals).filter((principal) => !retire.includes(principal.roleId) && !['retired', 'released'].includes(principal.status));
  const living = [...known, ...joining];
  return places.filter((principal) => !isAdopted(principal)).map(({ roleArn, roleId, roleName }) => (
    { roleArn, roleId, roleName, isArnTaken: living.some((other) => other.roleArn === roleArn) }));
}
