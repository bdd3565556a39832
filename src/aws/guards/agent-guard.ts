import { aws_iam as iam } from 'aws-cdk-lib';
import { SESSION_ACTIONS } from './session-actions';
import { Expiry } from '../../core';

/** What an agent may reach of other identities; exact ARNs. */
export interface ReachedIdentities {
  /** On which it may mint sessions, such as roles it may assume. */
  readonly sessionTargets: readonly string[];
  /** Roles that it may pass to a service. */
  readonly passRoleTargets: readonly string[];
  /** Actions that an exception allows: of the session-minting ones some know no resources (`sts:GetServiceBearerToken`). */
  readonly exceptedActions?: readonly string[];
}

const NONE: ReachedIdentities = { sessionTargets: [], passRoleTargets: [] };

/** Whether it may take, or pass on, any other identity at all. */
export function reachesIdentities({ sessionTargets, passRoleTargets, exceptedActions = [] }: ReachedIdentities): boolean {
  return sessionTargets.length > 0 || passRoleTargets.length > 0 || SESSION_ACTIONS.some((action) => exceptedActions.includes(action));
}

/**
 * Denies every other identity but the declared ones. Who reaches none, as nearly all agents, has it from the registry, as one managed policy for all (`noSessionsDocument`);
 * the others have it as an inline policy of their own.
 */
export function agentGuardDocument({ sessionTargets, passRoleTargets, exceptedActions = [] }: ReachedIdentities): iam.PolicyDocument {
  return new iam.PolicyDocument({
    statements: [
      denyExceptOn('DenySessions', SESSION_ACTIONS.filter((action) => !exceptedActions.includes(action)), sessionTargets),
      denyExceptOn('DenyPassRole', ['iam:PassRole'], passRoleTargets),
    ],
  });
}

/** What is denied to an agent that reaches no other identity, whatever its stage. */
export function noSessionsDocument(): iam.PolicyDocument {
  return agentGuardDocument(NONE);
}

/** Holds without our code running, and for sessions that are already open: permissions are evaluated at each request. */
export function denyAfterExpiry(expiry: Expiry): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'DenyAfterExpiry',
    effect: iam.Effect.DENY,
    actions: ['*'],
    resources: ['*'],
    conditions: { DateGreaterThanEquals: { 'aws:CurrentTime': expiry.iso } },
  });
}

function denyExceptOn(sid: string, actions: string[], targets: readonly string[]): iam.PolicyStatement {
  const distinct = [...new Set(targets)];
  return new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    actions,
    ...(distinct.length > 0 ? { notResources: distinct } : { resources: ['*'] }),
  });
}
