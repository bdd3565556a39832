import { Declared, firstState, Owner, PlacementState, PrincipalRef } from '../../../runtime/lifecycle/placement-state';
import { applyChange, Decision, isRefusal, Plan, Refusal } from '../../../runtime/lifecycle/plan';
import { Circumstances, LifecycleRequest, physicalId } from '../../../runtime/lifecycle/request';

export const PLACEMENT = { account: '111122223333', agentName: 'invoice-bot' };
export const NOW = new Date('2026-06-01T00:00:00Z');
export const MINE: Owner = owner('Mine');
export const OTHERS: Owner = owner('Others');

/** Principals of the tables: their stage, and whether it is cut before its successor is granted. */
export const STAGES = { P: 'test', Q: 'production', R: 'staging', S: 'test' } as const;
export type Name = keyof typeof STAGES;

export function owner(stackName: string, incarnation = '1'): Owner {
  return { stackName, stackId: `arn:aws:cloudformation:eu-west-1:111122223333:stack/${stackName}/${incarnation}` };
}

export function principal(name: string, stage: string = STAGES[name as Name]): PrincipalRef {
  return { roleId: name, roleName: `invoice-bot-${stage}`, roleArn: `arn:aws:iam::111122223333:role/agents/${stage}/invoice-bot-${stage}`, path: `/agents/${stage}/`, stage };
}

export function declaredFor(name: string, changes: Partial<Declared> = {}): Declared {
  const stage = STAGES[name as Name];
  return {
    stage,
    purpose: 'Matches invoices',
    sponsor: {
      kind: 'person', name: 'Ada', email: 'ada@example.com', accountableName: 'Ada', accountableEmail: 'ada@example.com', backupEmail: 'li@example.com', id: 'ada@example.com',
    },
    expiresAt: '2026-10-01T00:00:00Z',
    profile: {
      longestTenureDays: 180,
      longestSessionMinutes: 60,
      reviewIntervalDays: 90,
      longestIdleDays: 30,
      longLivedKeysAllowed: false,
      promotionNeedsApproval: false,
      cutBeforeGrant: stage !== 'production',
    },
    guardDigest: 'd'.repeat(64),
    ownSecrets: ['agents/invoice-bot/token'],
    exceptions: [],
    ...changes,
  };
}

let count = 0;

export interface RequestChanges extends Partial<Omit<LifecycleRequest, 'declared'>> {
  readonly declared?: Partial<Declared>;
  /** Principal that CloudFormation's physical id names. */
  readonly at?: string;
}

export function request(kind: LifecycleRequest['kind'], name: string, { declared, at, ...changes }: RequestChanges = {}): LifecycleRequest {
  const from = at ?? (kind === 'Delete' ? name : undefined);
  return {
    requestId: `request-${++count}`,
    kind,
    registry: 'agents',
    placement: PLACEMENT,
    stackId: MINE.stackId,
    logicalResourceId: 'AgentInvoiceBotLifecycle',
    neverJoined: false,
    ...(from === undefined ? {} : { physicalRoleId: from, physicalResourceId: physicalId(PLACEMENT.agentName, STAGES[from as Name] ?? 'test', from) }),
    principal: principal(name),
    declared: declaredFor(name, declared),
    ...changes,
  };
}

export function during(status: string, changes: Partial<Circumstances> = {}, stackOwner = MINE): Circumstances {
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

/** The state after a plan was carried out whole. */
export function after(state: PlacementState | undefined, decision: Decision): PlacementState {
  const plan = planOf(decision);
  return applyChange(applyChange(state ?? firstState(PLACEMENT), plan.note ?? {}), plan.change ?? {});
}

/** The state after a plan was written down and then came to a halt. */
export function begun(state: PlacementState | undefined, decision: Decision): PlacementState {
  return applyChange(state ?? firstState(PLACEMENT), planOf(decision).note ?? {});
}

export const namesOf = (plan: Plan): string[] => plan.events.map(({ name }) => name);
