import { StackContext } from './context';
import { afterTheEnd } from '../../../src/contract/renewal';
import { RiskProfile } from '../../../src/core/risk-profile';
import { lastDayBefore, latestEnd } from '../../../src/core/tenure';
import { Declared, Expired, PlacementState, Renewal } from '../../model/placement-state';
import { Refusal, refuse } from '../../model/plan';
import { Change, Join, LifecycleRequest } from '../../model/request';

type Declaring = LifecycleRequest<Join | Change>;

/**
 * Whether the requesting stack owns the placement. A stack can be created again under the same name. While the first one exists, the second is not
 * the owner.
 */
export function isOwner({ owner }: PlacementState, { stack, ownerIsGone }: StackContext): boolean {
  return owner.stackId === stack.owner.stackId || (owner.stackName === stack.owner.stackName && ownerIsGone);
}

/** Whether the requesting stack may declare the agent: it owns the agent, or takes it over with the owner's consent. */
export function mayDeclare(state: PlacementState, { intent, placement }: Declaring, context: StackContext): Refusal | undefined {
  if (isOwner(state, context)) {
    return undefined;
  }
  const asking = context.stack.owner.stackName;
  const owner = state.owner.stackName;
  if (intent.transferFrom !== owner) {
    return intent.kind === 'join'
      ? refuse('NameTaken', `the agent name ${placement.agentName} is held by the stack ${owner} in account ${placement.account}: `
        + 'choose another name, let that agent leave first, or have it handed over: transferTo in the owner\'s construct, then transferFrom here, with another stage unless role names are generated')
      : notOwner(state, context);
  }
  if (state.declared.transferTo === asking || state.offeredTo === asking) {
    return undefined;
  }
  return refuse('TransferNotOffered', `the stack ${owner} has not offered agent ${placement.agentName} to the stack ${asking}: `
    + `deploy ${owner} with transferTo: '${asking}' first, or let an operator run \`nhi transfer ${placement.agentName} --to ${asking}\``);
}

export function notOwner({ placement, owner }: PlacementState, { stack }: StackContext): Refusal {
  return refuse('NotOwner', `agent ${placement.agentName} belongs to the stack ${owner.stackName}, not to ${stack.owner.stackName}: `
    + `deploy it from there, or hand it over: transferTo: '${stack.owner.stackName}' there, then transferFrom: '${owner.stackName}' here, with another stage unless role names are generated`);
}

/** Refuses another principal for a suspended agent, by a move as well as by a leave and a new join. */
export function notSuspended(state: PlacementState | undefined, { placement }: Declaring): Refusal | undefined {
  return state?.suspension === undefined ? undefined : offboarded(state) ?? refuse('AgentSuspended',
    `agent ${placement.agentName} has been suspended since ${state.suspension.since} (${state.suspension.reason}): it can't join or move before somebody resumes it with \`nhi resume ${placement.agentName}\``);
}

/** The refusal of a deployment of an agent that the registry has torn down, or is about to, while a stack has its role. */
export function hasExpired(state: PlacementState | undefined, { placement: { agentName } }: Declaring): Refusal | undefined {
  return state === undefined ? undefined : offboarded(state) ?? (state.expired === undefined ? undefined : refuse('AgentExpired',
    `agent ${agentName} ${TORN_DOWN[state.expired.cause](state.expired)}, and the registry tore it down at ${state.expired.at}: remove the agent from the stack, or destroy the stack; `
    + 'if it is still needed, deploy it again after that, with a later end'));
}

/** An operator has let the agent leave. */
function offboarded({ placement: { agentName }, offboarding, suspension }: PlacementState): Refusal | undefined {
  return offboarding === undefined ? undefined : refuse('AgentOffboarded',
    `agent ${agentName} was offboarded at ${offboarding.since} by ${offboarding.by} (${offboarding.reason}): remove the agent from the stack, or destroy the stack; `
    + `if it is needed again, ${suspension === undefined ? '' : `let a person run \`nhi resume ${agentName}\`, and `}deploy it after that`);
}

const TORN_DOWN: { readonly [C in Expired['cause']]: (expired: Expired) => string } = {
  end: ({ end }) => `ended at ${end}`,
  unused: () => 'was unused',
  review: () => 'was not kept by a review',
  offboard: () => 'was offboarded',
  leave: () => 'was leaving',
};

export function principalRetired({ placement, intent }: Declaring, how: string): Refusal {
  return refuse('PrincipalRetired', `principal ${intent.principal.roleId} of agent ${placement.agentName} ${how}`);
}

/**
 * What the registry demands of the declared stage. Rejects stages that the registry no longer defines, except when an agent stays in, or rolls back
 * to, the stage it was in.
 */
export function profileOf(state: PlacementState | undefined, { intent, registry }: Declaring): RiskProfile | Refusal {
  const { declared, knownStages } = intent;
  if (knownStages === undefined) {
    return declared.profile;
  }
  const before = [state?.declared, state?.pending?.previous].find((was) => was?.stage === declared.stage);
  return before?.profile ?? refuse('StageUnknown',
    `the registry ${registry} has no stage ${declared.stage}: use ${knownStages.join(', ')}, or add it to the registry's stages and deploy the registry first`);
}

/** Refuses keys of users in stages that allow none, except those that the agent has: a roll-back must go through. */
export function longLivedKeys(
  state: PlacementState | undefined, { placement: { agentName }, intent: { declared } }: Declaring, profile: RiskProfile,
): Refusal | undefined {
  const { accessKeys = [], stage } = declared;
  const known = [state?.declared, state?.pending?.previous].filter((was) => was?.stage === stage).flatMap((was) => was?.accessKeys ?? []);
  const added = accessKeys.find(({ userName }) => !known.some((key) => key.userName === userName));
  return added === undefined || profile.longLivedKeysAllowed ? undefined : refuse('LongLivedKeysForbidden',
    `agent ${agentName} declares ${added.kind === 'bedrock-api-key' ? 'an API key of Bedrock' : 'an access key'} (user ${added.userName}), and the stage ${stage} allows no long-lived keys: let the system get short-lived credentials, for example by IAM Roles Anywhere, or use a stage with longLivedKeysAllowed`);
}

/** Checks that a new end is in the future and within what the stage allows. */
export function checkEnd({ placement, intent: { declared: { expiresAt, profile, stage } } }: Declaring, now: Date): Refusal | undefined {
  const end = Date.parse(expiresAt);
  if (end <= now.getTime()) {
    return refuse('AgentExpired', `agent ${placement.agentName} can't join or move with the end ${expiresAt}, which is past: `
      + `declare a later end if it is new; if it has ended, ${afterTheEnd(placement.agentName)}`);
  }
  const latest = latestEnd(profile, now);
  if (end > latest.getTime()) {
    return refuse('TenureExceeded', `the end ${expiresAt} of agent ${placement.agentName} is further ahead than stage ${stage} allows (${profile.maxTenureDays} days): `
      + `use Expiry.on('${lastDayBefore(latest)}') or earlier`);
  }
  return undefined;
}

/**
 * Checks a change of the end. An earlier end is always allowed. A later end is allowed only for an agent that has not ended or was renewed, and
 * within what the stage allows.
 */
export function checkExtension(before: Declared, request: Declaring, now: Date, renewal?: Renewal): Refusal | undefined {
  const { intent: { declared }, placement } = request;
  if (Date.parse(declared.expiresAt) <= Date.parse(before.expiresAt)) {
    return undefined;
  }
  if (Date.parse(before.expiresAt) > now.getTime()) {
    return checkEnd(request, now);
  }
  const mayBeRenewed = renewal !== undefined && renewal.stage === declared.stage && now.getTime() < Date.parse(renewal.deployBy);
  if (!mayBeRenewed) {
    return refuse('AgentExpired', `agent ${placement.agentName} ended at ${before.expiresAt}, and a deployment alone can't extend it: ${afterTheEnd(placement.agentName)}`);
  }
  if (Date.parse(declared.expiresAt) > Date.parse(renewal.until)) {
    return refuse('RenewalExceeded', `agent ${placement.agentName} was renewed until ${renewal.until}, and the end ${declared.expiresAt} is later: `
      + 'declare an end no later than that, or have it renewed until then');
  }
  return checkEnd(request, now);
}
