import { aws_iam as iam } from 'aws-cdk-lib';
import { DelegatedSessions, denyUndelegated } from './delegated-sessions';
import { denyOtherTokens, GET_TOKEN, TokenReach } from './identity-tokens';
import { denyOtherSecrets } from './other-secrets';
import { SESSION_ACTIONS } from './session-actions';
import { STACK_CHANGES } from './stack-changes';
import { denyOtherUsers, UserClaims } from './user-claims';
import { GuardSids } from '../../contract/policy-names';
import { Expiry } from '../../core';
import { factsOf } from '../iam/action-table';
import { globsMeet } from '../iam/globs';

/** The other identities that an agent may use, and the stacks that it may change. */
export interface ReachedByAgent {
  /** Exact ARNs on which it may create sessions, such as roles it may assume. */
  readonly sessionTargets: readonly string[];
  /** Exact ARNs of roles that it may pass to a service. */
  readonly passRoleTargets: readonly string[];
  /** ARNs of stacks that it may change. */
  readonly stackTargets: readonly string[];
  /** For whom it may get tokens that outsiders verify. */
  readonly tokens?: readonly TokenReach[];
  /** The users for whom it may act. Absent if it acts for nobody. */
  readonly users?: UserClaims;
  /**
   * What only exceptions allow, and until when. These may be more than exact ARNs, because some actions support no resources
   * (`sts:GetServiceBearerToken`).
   */
  readonly excepted: readonly ExceptedReach[];
  /** ARN of its own secrets, with a star at its end, if it may use any. */
  readonly ownSecrets?: string;
  /** Sessions of other agents with its role, if any may open them. */
  readonly delegated?: DelegatedSessions;
}

export interface ExceptedReach {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly until: Expiry;
}

interface ExceptedActions extends ExceptedReach {
  readonly actions: string[];
}

const PASS_ROLE = ['iam:PassRole'];

/** Whether the agent may assume or pass any other identity, change a stack, has own secrets, or is a delegate of others. */
export function reachesOthers(
  { sessionTargets, passRoleTargets, stackTargets, tokens = [], users, excepted, ownSecrets, delegated }: ReachedByAgent,
): boolean {
  const guarded = [...SESSION_ACTIONS, ...PASS_ROLE, ...STACK_CHANGES];
  return ownSecrets !== undefined || delegated !== undefined || users !== undefined
    || [sessionTargets, passRoleTargets, stackTargets, tokens].some(({ length }) => length > 0)
    || guarded.some((pattern) => isExcepted(pattern, excepted));
}

/**
 * Denies all other identities and stacks except the declared ones, and the secrets of other agents. Agents that use none of these, which are nearly
 * all, share one managed policy of the registry (`noSessionsDocument`). The others have this document as an inline policy of their own.
 *
 * @param secrets ARN of the secrets of all agents
 */
export function agentGuardDocument(reached: ReachedByAgent, secrets: string): iam.PolicyDocument {
  const { sessionTargets, passRoleTargets, stackTargets, tokens = [], users, excepted, ownSecrets, delegated } = reached;
  const sessions = tokens.length === 0 ? SESSION_ACTIONS : SESSION_ACTIONS.filter((action) => action !== GET_TOKEN);
  return new iam.PolicyDocument({
    statements: [
      ...denyAllBut(GuardSids.SESSIONS, sessions, sessionTargets, excepted),
      ...(tokens.length === 0 ? [] : denyOtherTokens(tokens)),
      ...(users === undefined ? [] : denyOtherUsers(users)),
      ...denyAllBut(GuardSids.PASS_ROLE, PASS_ROLE, passRoleTargets, excepted),
      ...denyAllBut(GuardSids.STACKS, STACK_CHANGES, stackTargets, excepted),
      ...denyOtherSecrets(secrets, ownSecrets),
      ...denyUndelegated(delegated),
    ],
  });
}

/** Denies what an agent that uses no other identity and no stack may not do, whatever its stage. */
export function noSessionsDocument(secrets: string): iam.PolicyDocument {
  return agentGuardDocument({ sessionTargets: [], passRoleTargets: [], stackTargets: [], excepted: [] }, secrets);
}

/**
 * Denies everything after the agent's end. This works without any code of ours and for open sessions, because IAM evaluates permissions at each
 * request.
 */
export function denyAfterExpiry(expiry: Expiry): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'DenyAfterExpiry',
    effect: iam.Effect.DENY,
    actions: ['*'],
    resources: ['*'],
    conditions: { DateGreaterThanEquals: { 'aws:CurrentTime': expiry.iso } },
  });
}

/**
 * An exception excludes its own actions on its own resources from the Deny, until it ends. After that, even a policy that someone attaches by hand
 * has no effect.
 */
function denyAllBut(
  sids: GuardSids, actions: readonly string[], targets: readonly string[], excepted: readonly ExceptedReach[],
): iam.PolicyStatement[] {
  const each = actions.flatMap((pattern) => apart(pattern, excepted));
  const closed = each.filter((action) => !isExcepted(action, excepted));
  const statements = closed.length > 0 ? [denyExceptOn(sids.closed, closed, targets)] : [];
  for (const [index, opening] of openingsOf(each, excepted).entries()) {
    const after = { DateGreaterThanEquals: { 'aws:CurrentTime': opening.until.iso } };
    statements.push(denyExceptOn(sids.afterException(index + 1), opening.actions, targets, after));
    if (!opening.resources.includes('*')) {
      statements.push(denyExceptOn(sids.butExcepted(index + 1), opening.actions, [...targets, ...opening.resources]));
    }
  }
  return statements;
}

/** The single actions of a guard's pattern, if an exception covers some of them but not all. */
function apart(pattern: string, excepted: readonly ExceptedReach[]): readonly string[] {
  const covered = factsOf(pattern).covers;
  const opened = covered.filter((action) => isExcepted(action, excepted));
  return opened.length > 0 && opened.length < covered.length ? covered : [pattern];
}

/** The openings, merged where they have the same resources and the same end. */
function openingsOf(actions: readonly string[], excepted: readonly ExceptedReach[]): ExceptedActions[] {
  const openings = new Map<string, ExceptedActions>();
  for (const action of actions) {
    const opening = excepted.filter((reach) => isExcepted(action, [reach]));
    if (opening.length > 0) {
      const until = opening.map((reach) => reach.until).reduce((one, other) => (one.epochSeconds > other.epochSeconds ? one : other));
      const resources = opening.flatMap((reach) => reach.resources);
      const key = JSON.stringify([until.iso, resources]);
      openings.set(key, { until, resources, actions: [...openings.get(key)?.actions ?? [], action] });
    }
  }
  return [...openings.values()];
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
