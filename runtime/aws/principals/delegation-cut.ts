import { isDeepStrictEqual } from 'node:util';
import { DeleteRolePolicyCommand, GetRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { isGone, unlessGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { DELEGATION_CUTS, delegationCut, delegationCutName, DelegationCutStatement, SESSION_OPENED, sourceIdentityOf } from '../../../src/contract/delegation';

/** An agent whose sessions with the roles of its delegates are denied. */
export interface CutParent {
  readonly agentName: string;
  /** Unique ids of its principals. A successor of the same name has others. */
  readonly roleIds: readonly string[];
}

/**
 * Denies the sessions that an agent opened with the role of a delegate, directly or through others: all have its source identity. Nothing else of the
 * delegate is denied.
 *
 * @param before denies only sessions that were opened before, so that a later agent of the same name may delegate again. Without it, all are denied
 */
export async function cutDelegated({ iam }: IdentityContext, RoleName: string, parent: CutParent, before?: Date): Promise<void> {
  const { agentName, roleIds } = parent;
  const PolicyDocument = JSON.stringify(delegationCut(agentName, roleIds, before));
  await unlessGone(() => iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: delegationCutName(agentName), PolicyDocument })));
}

/**
 * Whether the delegate's role has the Deny for the sessions of these very principals: that of a suspension, which is for all sessions, or that of a leave,
 * which is for those that were opened until then. Neither replaces the other: one leaves sessions out, and the other would stay for a later agent.
 */
export async function isCutOff(
  { iam }: IdentityContext, RoleName: string, { agentName, roleIds }: CutParent, sessions: 'all' | 'opened-until-now',
): Promise<boolean> {
  try {
    const { PolicyDocument: document = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: delegationCutName(agentName) }));
    const text = decodeURIComponent(document);
    return isDelegationCut(delegationCutName(agentName), text) && roleIds.every((roleId) => text.includes(roleId))
      && text.includes(SESSION_OPENED) === (sessions === 'opened-until-now');
  } catch (error) {
    if (isGone(error)) {
      return false;
    }
    throw error;
  }
}

export async function liftDelegatedCut({ iam }: IdentityContext, RoleName: string, agentName: string): Promise<void> {
  await unlessGone(() => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: delegationCutName(agentName) })));
}

/** Whether an inline policy is such a Deny and nothing else, so that the name alone hides no other policy. */
export function isDelegationCut(policyName: string, document: string): boolean {
  if (!policyName.startsWith(DELEGATION_CUTS)) {
    return false;
  }
  const { Statement: statements } = JSON.parse(document) as { Statement?: unknown };
  const [only, ...more] = [statements].flat() as Partial<DelegationCutStatement>[];
  const { Effect: effect, Action: action, Resource: resource, Condition: condition = {} } = only;
  const { StringEquals: agent, DateLessThan: until = {}, ...others } = condition;
  // A further condition could be one that is never true.
  return more.length === 0 && effect === 'Deny' && action === '*' && resource === '*' && Object.keys(others).length === 0
    && isDeepStrictEqual(agent, { 'aws:SourceIdentity': sourceIdentityOf(policyName.slice(DELEGATION_CUTS.length)) })
    && Object.keys(until).every((key) => key === SESSION_OPENED);
}
