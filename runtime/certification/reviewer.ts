import { VouchedSession } from '../../src/contract/request-id';
import { PlacementState } from '../model/placement-state';
import { Relation } from '../model/review';

/** A person who may decide, and as what. */
export interface Reviewer {
  /** Mail address in lower case. */
  readonly email: string;
  readonly relation: Relation | 'offered';
  readonly userId: string;
}

/**
 * Who a session is to an agent. Its name is the person's mail address: IAM Identity Center and the identity providers of the roles that the registry names set it,
 * and nobody else can open a session of those roles. Undefined for anybody who is nothing to the agent, and for the agent's own principals.
 */
export function reviewerOf(
  { declared: { sponsor }, principals, review }: PlacementState, { roleId, sessionName, userId }: VouchedSession,
): Reviewer | undefined {
  const email = sessionName.toLowerCase();
  if (principals[roleId] !== undefined) {
    return undefined;
  }
  const offer = review?.open?.offer;
  const relation = email === sponsor.accountableEmail.toLowerCase() ? 'sponsor'
    : email === sponsor.backupEmail.toLowerCase() ? 'backup'
      : email !== offer?.to ? undefined : offer.acceptedAt === undefined ? 'offered' : 'new-sponsor';
  return relation === undefined ? undefined : { email, relation, userId };
}
