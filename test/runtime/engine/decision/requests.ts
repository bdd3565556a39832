import { StackContext } from '../../../../runtime/engine/decision/context';
import { AgendaSettings, DEFAULT_AGENDA } from '../../../../runtime/model/agenda-settings';
import { AccessRecord, Declared, firstState, Owner, PlacementState, PrincipalRef, Suspension } from '../../../../runtime/model/placement-state';
import { applyChange, Decision, isRefusal, Plan, Refusal } from '../../../../runtime/model/plan';
import { Change, Drill, EndDrill, Finish, Join, LifecycleRequest, Offboard, OfferTransfer, Reassert, Renew, Resume, Retry, Suspend, Withdraw } from '../../../../runtime/model/request';
import { physicalId } from '../../../../src/contract/lifecycle-resource';

export const PLACEMENT = { account: '111122223333', agentName: 'invoice-bot' };
export const NOW = new Date('2026-06-01T00:00:00Z');
const { driftCheckSeconds: _notChecked, ...rest } = DEFAULT_AGENDA;
/** Checks for drift would be due before anything else. Their own tests switch them on. */
export const WITHOUT_DRIFT: AgendaSettings = rest;
export const MINE: Owner = owner('Mine');
export const OTHERS: Owner = owner('Others');

/** Principals of the tables: their stage, and whether it is denied before its successor gets access. */
const STAGES = { P: 'test', Q: 'production', R: 'staging', S: 'test' } as const;
type Name = keyof typeof STAGES;

export function owner(stackName: string, incarnation = '1'): Owner {
  return { stackName, stackId: `arn:aws:cloudformation:eu-west-1:111122223333:stack/${stackName}/${incarnation}` };
}

export function principal(name: string, stage: string = STAGES[name as Name]): PrincipalRef {
  return { roleId: name, roleName: `invoice-bot-${stage}`, roleArn: `arn:aws:iam::111122223333:role/agents/${stage}/invoice-bot-${stage}`, path: `/agents/${stage}/`, stage };
}

/** The access of an agent that may read one table in test. */
export const ACCESS: AccessRecord = {
  stages: [{ stage: 'test', digest: 'test-1', grants: [{ actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: ['<Invoices.Arn>'] }], omitted: 0 }],
  policy: 'policy-1',
  trust: 'trust-1',
  trusted: ['Service lambda.amazonaws.com'],
  guards: 'guards-1',
};

export function declaredFor(name: string, changes: Partial<Declared> = {}): Declared {
  const stage = STAGES[name as Name];
  return {
    stage,
    purpose: 'Matches invoices',
    sponsor: {
      kind: 'person', name: 'Ada', email: 'ada@example.com', accountableName: 'Ada', accountableEmail: 'ada@example.com', backupEmail: 'li@example.com', id: 'ada@example.com',
    },
    expiresAt: '2026-10-01T00:00:00Z',
    profile: { maxTenureDays: 180, maxSessionMinutes: 60, longLivedKeysAllowed: false, cutBeforeGrant: stage !== 'production', maxIdleDays: 30, maxKeyAgeDays: 90, minimumSponsors: 1, reviewIntervalDays: 90, twoReviewers: false, requiresApproval: false, onlyNarrows: false },
    ownSecrets: ['agents/invoice-bot/token'],
    exceptions: [],
    access: ACCESS,
    ...changes,
  };
}

export const SUSPENSION: Suspension = { since: NOW.toISOString(), by: 'arn:aws:iam::111122223333:user/ada', reason: 'Its key was seen in a public place' };

let count = 0;

interface RequestChanges {
  readonly declared?: Partial<Declared>;
  /** Principal in CloudFormation's physical id. */
  readonly at?: string;
  readonly transferFrom?: string;
  readonly knownStages?: string[];
  readonly neverJoined?: boolean;
}

/** A request from CloudFormation, as the intent that it means. */
export function request(kind: 'Create' | 'Update' | 'Delete', name: string, { declared, at, transferFrom, knownStages, neverJoined = false }: RequestChanges = {}): LifecycleRequest<Join | Change | Withdraw> {
  const from = at ?? (kind === 'Delete' ? name : undefined);
  const declaration = {
    principal: principal(name),
    declared: declaredFor(name, declared),
    ...(transferFrom === undefined ? {} : { transferFrom }),
    ...(knownStages === undefined ? {} : { knownStages }),
  };
  return {
    requestId: `request-${++count}`,
    registry: 'agents',
    placement: PLACEMENT,
    origin: {
      kind: 'cloudformation',
      stackId: MINE.stackId,
      logicalResourceId: 'AgentInvoiceBotLifecycle',
      eventId: `cfn-${count}`,
      ...(from === undefined ? {} : { physicalResourceId: physicalId(PLACEMENT.agentName, STAGES[from as Name] ?? 'test', from) }),
    },
    intent: kind === 'Delete'
      ? { kind: 'withdraw', principal: name, stage: STAGES[name as Name] ?? 'test', neverJoined }
      : kind === 'Create' ? { kind: 'join', ...declaration } : { kind: 'change', ...declaration, ...(from === undefined ? {} : { begins: from }) },
  };
}

/** A request from an operator. */
export function operatorRequest<I extends Finish | Offboard | OfferTransfer | Renew | Suspend | Resume | Reassert | Retry | Drill | EndDrill>(intent: I, arn = 'arn:aws:iam::111122223333:user/ada'): LifecycleRequest<I> {
  return { requestId: `request-${++count}`, registry: 'agents', placement: PLACEMENT, origin: { kind: 'operator', arn }, intent };
}

export function during(status: string, changes: Partial<StackContext> = {}, stackOwner = MINE): StackContext {
  return { now: NOW, stack: { status, owner: stackOwner }, ownerIsGone: false, ...changes };
}

export function planOf(decision: Decision): Plan {
  if (isRefusal(decision)) {
    throw new Error(`refused: ${decision.code}: ${decision.message}`);
  }
  return decision;
}

export function refusalOf(decision: Decision): Refusal {
  if (!isRefusal(decision)) {
    throw new Error(`not refused but planned: ${decision.transition}`);
  }
  return decision;
}

/** The state after a plan was carried out completely. */
export function after(state: PlacementState | undefined, decision: Decision): PlacementState {
  const plan = planOf(decision);
  return applyChange(applyChange(state ?? firstState(PLACEMENT), plan.note ?? {}), plan.change ?? {});
}

/** The state after a plan was stored and its execution stopped. */
export function begun(state: PlacementState | undefined, decision: Decision): PlacementState {
  return applyChange(state ?? firstState(PLACEMENT), planOf(decision).note ?? {});
}

export const namesOf = (plan: Plan): string[] => plan.events.map(({ name }) => name);
