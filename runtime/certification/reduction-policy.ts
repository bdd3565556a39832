import { createHash } from 'node:crypto';
import { PlacementState, PrincipalRecord, remaining, RoleId } from '../model/placement-state';
import { DeniedAction, Reduction, ReductionEffect } from '../model/review';
import { serviceOf } from '../model/services';

/** A harmless action of services whose declared actions are often patterns, for IAM's simulator, which takes no pattern. Any action would do: all of the service is denied. */
const PROBES: Readonly<Record<string, string>> = {
  bedrock: 'bedrock:ListFoundationModels',
  dynamodb: 'dynamodb:ListTables',
  events: 'events:ListEventBuses',
  kms: 'kms:ListKeys',
  lambda: 'lambda:ListFunctions',
  logs: 'logs:DescribeLogGroups',
  s3: 's3:ListAllMyBuckets',
  secretsmanager: 'secretsmanager:ListSecrets',
  sns: 'sns:ListTopics',
  sqs: 'sqs:ListQueues',
  ssm: 'ssm:DescribeParameters',
  states: 'states:ListStateMachines',
  sts: 'sts:GetCallerIdentity',
};

/** A service or an action as the policy denies it: `s3:*` for `s3`. */
export function deniedPattern(action: string): string {
  return action.includes(':') ? action : `${action}:*`;
}

/** The policy that denies what reviews took from an agent. */
export function reductionPolicy(denied: readonly DeniedAction[]): string {
  const Action = [...new Set(denied.map(({ action }) => action))].sort();
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'DeniedByReview', Effect: 'Deny', Action, Resource: '*' }] });
}

/** SHA-256 of that policy, hex. */
export function digestOfReduction(denied: readonly DeniedAction[]): string {
  return createHash('sha256').update(reductionPolicy(denied)).digest('hex');
}

/** An action for IAM's simulator that a denied action or service covers. */
export function probeOf({ action }: DeniedAction, declaredActions: readonly string[]): string {
  if (!action.endsWith(':*')) {
    return action;
  }
  const service = serviceOf(action);
  const concrete = declaredActions.find((one) => serviceOf(one) === service && !/[*?]/.test(one));
  return concrete ?? PROBES[service] ?? `${service}:Get`;
}

/** Principals on which the Deny, as it is now, was not seen yet. */
export function unreduced(state: PlacementState): RoleId[] {
  const { reduction } = state;
  return reduction === undefined ? [] : remaining(state).filter((principal) => !isInForce(reduction, principal)).map(({ roleId }) => roleId);
}

function isInForce({ denied, effects }: Reduction, { roleId, status }: PrincipalRecord): boolean {
  const { sha256, simulated = [], absent = false } = effects[roleId] as ReductionEffect | undefined ?? {};
  return sha256 === digestOfReduction(denied) && (simulated.length > 0 || absent || status !== 'live');
}
