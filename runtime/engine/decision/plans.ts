import { changesOf } from './changes';
import { DecisionContext, StackContext } from './context';
import { denyAll } from './suspend';
import { accessDigests, digestOf } from '../../model/access-digests';
import { identityTokensOf } from '../../model/identity-tokens';
import { credentialsOf, onlyIn, OwnCredential, recordingCredentials, without } from '../../model/own-credentials';
import { Declared, isAdopted, isDenied, isHeldExpired, Owner, PendingMove, PlacementState, PrincipalRecord, PrincipalRef, remaining, RoleId } from '../../model/placement-state';
import { NOTHING_TO_DO, Plan, PlannedEvent, StateChange } from '../../model/plan';
import { actorOf, Change, Join, LifecycleRequest } from '../../model/request';
import { beginRevocations, knownRevocations, laterThanAll, RevocationRecord } from '../../model/revocation';
import { redeclaring, sponsorOf } from '../../model/sponsor-of';

type Declaring = LifecycleRequest<Join | Change>;

export function planJoin(state: PlacementState | undefined, { intent }: Declaring, { now, stack, reviews }: StackContext): Plan {
  const { principal, declared } = intent;
  return {
    ...NOTHING_TO_DO,
    transition: 'join',
    change: {
      status: 'active',
      present: principal.roleId,
      pending: null,
      principals: { [principal.roleId]: newPrincipal(intent) },
      owner: stack.owner,
      declared,
      offeredTo: null,
      renewal: null,
      agenda: null,
      succession: null,
      approval: null,
      formerRevokers: null,
      credentials: null,
      ...recordingCredentials(undefined, declared, now),
      switchedOff: null,
      review: reviews === undefined ? null : { since: now.toISOString() },
      certifiedUntil: null,
      delegations: null,
      expired: null,
      offboarding: null,
      joinedAt: laterThanAll(now, (state?.revocations ?? []).map(({ since }) => since)),
    },
    events: [{
      name: 'joined',
      stage: declared.stage,
      roleId: principal.roleId,
      details: {
        purpose: declared.purpose,
        expires: declared.expiresAt,
        again: state !== undefined,
        access: accessDigests(declared),
        sponsor: { ...declared.sponsor },
        ...belonging(stack.owner, declared),
      },
      key: `joined/${principal.roleId}`,
    }],
    answers: { roleId: principal.roleId, stage: declared.stage },
  };
}

/** The agent's stack is deployed again after a leave that did not finish. The leave is finished first, then the agent joins. */
export function planLeaveAndJoin(state: PlacementState, request: Declaring, context: StackContext): Plan {
  const { principal, declared } = request.intent;
  const { undeleted = [] } = context;
  const remains = remaining(state).filter(({ roleId }) => roleId !== principal.roleId);
  const old = [...remains, ...undeleted];
  const revoking = beginRevocations(state, context.now, declared.revokers);
  const join = planJoin(state, request, context);
  return {
    ...join,
    // The same is true of what it declares again at third parties.
    note: { principals: statusOf(idsOf(remains), 'retiring'), ...revocations(revoking, state) },
    ...(revoking.length === 0 ? {} : { revoke: true }),
    quarantine: idsOf(old),
    wait: old.length > 0,
    retire: idsOf(old),
    deletes: withoutStack(old, context),
    scope: 'agent',
    // The deployment may have created the secrets and providers that it declares again, so those are kept.
    secrets: state.declared.ownSecrets.filter((name) => !declared.ownSecrets.includes(name)),
    providers: (state.declared.ownProviders ?? []).filter((name) => !declared.ownProviders?.includes(name)),
    ...credentials(without(credentialsOf(state), declared.credentials ?? [])),
    change: { ...join.change, principals: { ...statusOf(idsOf(remains), 'retired'), ...join.change?.principals } },
    // These events name the sponsor who was accountable when the leave began, not the one declared now.
    events: [
      ...[...remains.map((one) => retired(state, one)), ...undeleted.map((one) => orphan(one, request)), left(state, context)].map((event) => (
        { ...event, sponsorId: sponsorOf(state).id })),
      ...join.events,
    ],
  };
}

/** The principal stays the same, and its declaration changes. */
export function planUpdate(state: PlacementState, { intent, requestId }: Declaring, { now, stack }: StackContext): Plan {
  const { declared, principal } = intent;
  const isTaken = state.owner.stackName !== stack.owner.stackName;
  return {
    ...NOTHING_TO_DO,
    transition: 'update',
    // A deployment may have restored a boundary or a policy, which would lift a suspension. All principals are denied again.
    ...(state.suspension === undefined ? {} : { ...denyAll(state), note: restoringDeclared(state, principal) }),
    change: {
      ...redeclaring(state, declared),
      ...recordingCredentials(state, declared, now),
      owner: stack.owner,
      ...(isTaken ? { offeredTo: null } : {}),
      // What is no longer declared is removed from the record.
      principals: { [principal.roleId]: { boundary: null, accessParts: null, ...principal, cutBeforeGrant: declared.profile.cutBeforeGrant } },
    },
    events: [
      ...changesOf(state, declared, state.present, requestId), ...offerOf(state.declared, declared, state.present, requestId),
      ...(isTaken ? [offerTaken(state, stack.owner, requestId)] : []),
    ],
    answers: { roleId: principal.roleId, stage: declared.stage },
  };
}

/** CloudFormation replaced the denial with the boundary that is declared now. A resumption restores that boundary. */
function restoringDeclared({ principals }: PlacementState, { roleId, boundary }: PrincipalRef): StateChange {
  return principals[roleId]?.boundary === boundary ? {} : { principals: { [roleId]: { originalBoundary: boundary ?? null } } };
}

/** What a move to a principal begins with. The move may be a repetition, or CloudFormation abandoned the previous move without a request (its rollback skipped the resource). */
export function beginningOf(state: PlacementState, intent: Declaring['intent']): Pick<PendingMove, 'from' | 'previous' | 'previousOwner'> {
  const begins = intent.kind === 'change' ? intent.begins : undefined;
  const { pending } = state;
  const again = pending !== undefined && (pending.to === intent.principal.roleId || pending.from === begins);
  return again ? pending : { from: state.present, previous: state.declared, previousOwner: state.owner };
}

/** Moves the agent to another principal. The plan is stored before anything is denied. CloudFormation's clean-up completes the move. */
export function planMove(state: PlacementState, { intent, requestId }: Declaring, { now, stack }: StackContext): Plan {
  const to = intent.principal.roleId;
  const { from, previous, previousOwner } = beginningOf(state, intent);
  // CloudFormation abandoned the clean-up of an earlier move. The principals that this left behind must not stay live.
  const forgotten = remaining(state).filter(({ roleId }) => roleId !== from && roleId !== to);
  const cut = [
    ...(state.principals[from].cutBeforeGrant ? [from] : []),
    ...forgotten.filter((principal) => !isDenied(principal)).map(({ roleId }) => roleId),
  ];
  const target = newPrincipal(intent);
  return {
    ...NOTHING_TO_DO,
    transition: 'move',
    note: { pending: { from, to, phase: 'cutting', previous, previousOwner }, principals: { [to]: target } },
    quarantine: cut,
    wait: cut.length > 0,
    change: {
      present: to,
      pending: { from, to, phase: 'moved', previous, previousOwner },
      principals: { ...statusOf(cut, 'quarantined'), [to]: target },
      owner: stack.owner,
      ...redeclaring(state, intent.declared),
      ...recordingCredentials(state, intent.declared, now),
      offeredTo: null,
    },
    events: [
      ...forgotten.map((principal): PlannedEvent => (
        { name: 'orphan-found', stage: principal.stage, roleId: principal.roleId, key: `orphan-found/${principal.roleId}` })),
      {
        name: 'moved',
        stage: intent.declared.stage,
        roleId: to,
        details: {
          fromStage: state.principals[from].stage,
          fromPrincipal: from,
          cutBeforeGrant: state.principals[from].cutBeforeGrant,
          ...belonging(stack.owner, intent.declared),
        },
        key: `moved/${from}/${to}`,
      },
      ...changesOf(state, intent.declared, to, requestId),
    ],
    answers: { roleId: to, stage: intent.declared.stage },
  };
}

/** Reverts a move: the new principal is retired and the old one is restored. */
export function planUndo(
  state: PlacementState, { from, to, previous, previousOwner }: PendingMove, requestId: string, now: Date, declared: Declared = previous,
): Plan {
  const stays = state.suspension !== undefined;
  const old = state.principals[from];
  const target = state.principals[to];
  return {
    ...NOTHING_TO_DO,
    transition: 'undo-move',
    note: { principals: statusOf([to], 'retiring') },
    ...(stays ? denyAll(state) : { quarantine: [to] }),
    restore: stays || !isDenied(old) ? [] : [from],
    wait: target.cutBeforeGrant,
    retire: [to],
    scope: 'principal',
    ...credentials(onlyIn(state.declared, declared)),
    change: {
      present: from,
      pending: null,
      principals: { ...statusOf([to], 'retired'), ...(stays ? {} : { [from]: { status: 'live' } }) },
      owner: previousOwner,
      ...redeclaring(state, declared),
      ...recordingCredentials(state, declared, now),
    },
    events: [
      {
        name: 'move-undone',
        stage: old.stage,
        roleId: from,
        details: { toStage: target.stage, toPrincipal: to, ...belonging(previousOwner, declared) },
        key: `move-undone/${from}/${to}`,
      },
      retired(state, target),
      ...changesOf(state, declared, from, requestId),
    ],
    answers: { roleId: from, stage: old.stage },
  };
}

/** Tears down principals that have a successor. */
export function planRetirement(state: PlacementState, principals: readonly PrincipalRecord[]): Plan {
  const roleIds = idsOf(principals);
  const settles = state.pending !== undefined && roleIds.includes(state.pending.from);
  return {
    ...NOTHING_TO_DO,
    transition: 'retire',
    note: { principals: statusOf(roleIds, 'retiring') },
    quarantine: roleIds,
    wait: true,
    retire: roleIds,
    scope: 'principal',
    ...credentials(settles ? without(credentialsOf(state), state.declared.credentials ?? []) : []),
    change: { principals: statusOf(roleIds, 'retired'), ...(settles ? { pending: null, ...(state.switchedOff === undefined ? {} : { switchedOff: null }) } : {}) },
    events: principals.map((one) => retired(state, one)),
  };
}

/**
 * Tears down all of an agent, unless too many agents leave at once. The engine also deletes roles that no stack has.
 *
 * @param withdrawn the principal whose role CloudFormation deletes after the response
 */
export function planLeave(state: PlacementState, request: LifecycleRequest, context: DecisionContext, withdrawn?: RoleId): Plan {
  const { leaversExceeded, undeleted = [] } = context;
  const principals = remaining(state);
  const roleIds = idsOf([...principals, ...undeleted]);
  if (leaversExceeded !== undefined) {
    const live = idsOf(principals.filter(({ status }) => status === 'live'));
    return {
      ...NOTHING_TO_DO,
      transition: 'hold',
      note: { status: 'leaving', ...revocations(knownRevocations(state, context.now), state) },
      quarantine: idsOf(principals),
      change: { principals: statusOf(live, 'quarantined') },
      failure: {
        code: 'MassLeaverLimit',
        message: `${leaversExceeded}; agent ${state.placement.agentName} is quarantined and waits: run \`nhi release-leavers\`, then delete again`,
      },
    };
  }
  const revoking = beginRevocations(state, context.now);
  return {
    ...NOTHING_TO_DO,
    transition: 'leave',
    note: { status: 'leaving', principals: statusOf(idsOf(principals), 'retiring'), ...revocations(revoking, state) },
    ...(revoking.length === 0 ? {} : { revoke: true }),
    quarantine: roleIds,
    wait: true,
    retire: roleIds,
    deletes: withoutStack([...principals.filter(({ roleId }) => roleId !== withdrawn), ...undeleted], context),
    scope: 'agent',
    secrets: state.declared.ownSecrets,
    ...(state.declared.ownProviders === undefined ? {} : { providers: state.declared.ownProviders }),
    ...credentials(credentialsOf(state)),
    change: { status: 'left', pending: null, offeredTo: null, renewal: null, approval: null, principals: statusOf(idsOf(principals), 'retired') },
    events: [...principals.map((one) => retired(state, one)), ...undeleted.map((one) => orphan(one, request)), left(state, context)],
  };
}

function credentials(all: readonly OwnCredential[]): Pick<Plan, 'credentials'> {
  return all.length === 0 ? {} : { credentials: all };
}

function revocations(all: readonly RevocationRecord[], before: PlacementState): Pick<StateChange, 'revocations'> {
  return all.length > 0 ? { revocations: all } : before.revocations === undefined ? {} : { revocations: null };
}

/** CloudFormation writes a role before it asks, and again when it takes that back. Either lifts denials of an agent that its registry has torn down. */
export function denyingTornDown(state: PlacementState | undefined): Partial<Plan> {
  const kept = state === undefined || !isHeldExpired(state) ? [] : keptOf(state);
  return kept.length === 0 ? {} : { transition: 'reassert', change: {}, quarantine: kept, byEveryMeans: true, retire: kept, scope: 'principal', keepsDenied: kept };
}

/** What was torn down of an agent, and a stack still has. CloudFormation can delete the role after what others attached since, and what denies it, is removed. */
export function planRelease({ roleId }: PrincipalRecord): Plan {
  return { ...NOTHING_TO_DO, transition: 'release', change: {}, retire: [roleId], scope: 'principal' };
}

function keptOf({ principals }: PlacementState): RoleId[] {
  return idsOf(Object.values(principals).filter((principal) => principal.awaitedBy !== undefined && !isAdopted(principal)));
}

/** Gives an adopted role back to its owner as it was. The agent ends, and nothing of it is torn down. */
export function planGiveBack({ principals, present, declared: { stage } }: PlacementState): Plan {
  const { roleArn, before } = principals[present];
  return {
    ...NOTHING_TO_DO,
    transition: 'return',
    giveBack: [present],
    change: {
      status: 'left', pending: null, offeredTo: null, renewal: null, approval: null, principals: { [present]: { status: 'released' } },
    },
    events: [{ name: 'released', stage, roleId: present, details: { role: roleArn, before: digestOf(before) }, key: `released/${present}/${before?.at ?? ''}` }],
  };
}

/** Principals whose roles no stack has. No stack will delete these roles. An adopted role is its owner's. */
function withoutStack(principals: readonly PrincipalRecord[], { held = [] }: DecisionContext): RoleId[] {
  return idsOf(principals.filter((principal) => !isAdopted(principal) && !held.includes(principal.roleName)));
}

/** A role that was not deleted when its principal was retired, or one that was created later under the same name. */
export function orphan(principal: PrincipalRecord, request: LifecycleRequest): PlannedEvent {
  return {
    name: 'orphan-found',
    stage: principal.stage,
    roleId: principal.roleId,
    details: { role: principal.roleName, foundBy: actorOf(request) },
    // The key contains the request's id, because a role can be created in the same place again.
    key: `orphan-found/${principal.roleId}/${request.requestId}`,
  };
}

/** Only an update in place changes the offer. A move uses it up, and the undo of the move restores it. */
function offerOf({ transferTo: before = '' }: Declared, { transferTo: after = '', stage }: Declared, roleId: RoleId, requestId: string): PlannedEvent[] {
  return before === after ? [] : [{ name: 'transfer-offered', stage, roleId, details: { from: before, to: after, declared: true }, key: `transfer-offered/${requestId}` }];
}

/** The principal itself came to another stack, as by a stack refactoring: that stack owns the agent now. */
function offerTaken({ offeredTo = '', declared, present }: PlacementState, { stackName }: Owner, requestId: string): PlannedEvent {
  return { name: 'transfer-offered', stage: declared.stage, roleId: present, details: { from: offeredTo, to: '', owner: stackName }, key: `transfer-taken/${requestId}` };
}

/** The root stack that the agent belongs to, and the one that may take it. */
function belonging({ stackName: owner }: Owner, { transferTo }: Declared): { readonly owner: string; readonly transferTo?: string } {
  return { owner, ...(transferTo === undefined ? {} : { transferTo }) };
}

function newPrincipal({ principal, declared }: Join | Change): PrincipalRecord {
  return { ...principal, status: 'live', cutBeforeGrant: declared.profile.cutBeforeGrant };
}

/** Tokens that outsiders accept outlive the principal, and the record says for how long. */
function retired({ declared }: PlacementState, { stage, roleId }: PrincipalRecord): PlannedEvent {
  const tokens = identityTokensOf(declared.access, stage).map(({ audiences, seconds }) => ({ audiences: [...audiences], seconds }));
  return { name: 'principal-retired', stage, roleId, ...(tokens.length === 0 ? {} : { details: { outlivingTokens: tokens } }), key: `principal-retired/${roleId}` };
}

function left({ declared: { stage }, present, offboarding }: PlacementState, { limitLifted }: DecisionContext): PlannedEvent {
  const details = {
    ...(offboarding === undefined ? {} : { offboardedBy: offboarding.by, reason: offboarding.reason }),
    ...(limitLifted === undefined ? {} : { limitLiftedBy: limitLifted.by, limitLiftedUntil: limitLifted.until }),
  };
  return { name: 'left', stage, roleId: present, ...(Object.keys(details).length === 0 ? {} : { details }), key: `left/${present}` };
}

function statusOf(roleIds: readonly RoleId[], status: PrincipalRecord['status']): NonNullable<StateChange['principals']> {
  return Object.fromEntries(roleIds.map((roleId) => [roleId, { status }]));
}

function idsOf(principals: readonly PrincipalRecord[]): RoleId[] {
  return principals.map(({ roleId }) => roleId);
}
