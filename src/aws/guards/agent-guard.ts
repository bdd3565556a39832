import { aws_iam as iam } from 'aws-cdk-lib';
import { SESSION_ACTIONS } from './session-actions';
import { Expiry } from '../../core';
import { globsMeet } from '../access-rules/globs';

/** What an agent may reach of other identities. */
export interface ReachedIdentities {
  /** Exact ARNs on which it may mint sessions, such as roles it may assume. */
  readonly sessionTargets: readonly string[];
  /** Exact ARNs of roles that it may pass to a service. */
  readonly passRoleTargets: readonly string[];
  /** What only exceptions allow, and until when: also on more than exact ARNs, as some actions know no resources (`sts:GetServiceBearerToken`). */
  readonly excepted: readonly ExceptedReach[];
}

export interface ExceptedReach {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly until: Expiry;
}

const PASS_ROLE = ['iam:PassRole'];

/** Whether it may take, or pass on, any other identity at all. */
export function reachesIdentities({ sessionTargets, passRoleTargets, excepted }: ReachedIdentities): boolean {
  const guarded = [...SESSION_ACTIONS, ...PASS_ROLE];
  return sessionTargets.length > 0 || passRoleTargets.length > 0 || guarded.some((pattern) => isExcepted(pattern, excepted));
}

/**
 * Denies every other identity but the declared ones. Who reaches none, as nearly all agents, has it from the registry, as one managed policy for all (`noSessionsDocument`);
 * the others have it as an inline policy of their own.
 */
export function agentGuardDocument({ sessionTargets, passRoleTargets, excepted }: ReachedIdentities): iam.PolicyDocument {
  return new iam.PolicyDocument({
    statements: [
      ...denyIdentities('DenySessions', SESSION_ACTIONS, sessionTargets, excepted),
      ...denyIdentities('DenyPassRole', PASS_ROLE, passRoleTargets, excepted),
    ],
  });
}

/** What is denied to an agent that reaches no other identity, whatever its stage. */
export function noSessionsDocument(): iam.PolicyDocument {
  return agentGuardDocument({ sessionTargets: [], passRoleTargets: [], excepted: [] });
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

/** An exception opens its own actions on its own resources, and only until it ends: what somebody attaches by hand is denied again from then on. */
function denyIdentities(
  sid: string, actions: readonly string[], targets: readonly string[], excepted: readonly ExceptedReach[],
): iam.PolicyStatement[] {
  const opened = actions.filter((pattern) => isExcepted(pattern, excepted));
  const closed = actions.filter((pattern) => !opened.includes(pattern));
  const opening = excepted.filter((reach) => opened.some((pattern) => isExcepted(pattern, [reach])));
  const resources = opening.flatMap((reach) => reach.resources);
  const statements = closed.length > 0 ? [denyExceptOn(sid, closed, targets)] : [];
  if (opened.length > 0) {
    const ends = opening.map(({ until }) => until).reduce((one, other) => (one.epochSeconds > other.epochSeconds ? one : other));
    statements.push(denyExceptOn(`${sid}AfterException`, opened, targets, { DateGreaterThanEquals: { 'aws:CurrentTime': ends.iso } }));
    if (!resources.includes('*')) {
      statements.push(denyExceptOn(`${sid}ButExcepted`, opened, [...targets, ...resources]));
    }
  }
  return statements;
}

function isExcepted(pattern: string, excepted: readonly ExceptedReach[]): boolean {
  return excepted.some(({ actions }) => actions.some((action) => globsMeet(pattern.toLowerCase(), action.toLowerCase())));
}

function denyExceptOn(
  sid: string, actions: string[], targets: readonly string[], conditions?: Record<string, Record<string, string>>,
): iam.PolicyStatement {
  const distinct = [...new Set(targets)];
  return new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    actions,
    conditions,
    ...(distinct.length > 0 ? { notResources: distinct } : { resources: ['*'] }),
  });
}
