import { VouchedSession } from '../../src/contract/request-id';
import { PlacementState } from '../model/placement-state';
import { Relation } from '../model/review';
import { mailboxOf, peopleOf, sponsorOf } from '../model/sponsor-of';

/** A person who may decide, and as what. */
export interface Reviewer {
  /** Mail address in lower case. */
  readonly email: string;
  readonly relation: Relation | 'offered';
  readonly userId: string;
}

/**
 * Who a session is to an agent. Its name is the person's mail address: IAM Identity Center and the identity providers of the roles that the registry names set it,
 * and nobody else can open a session of those roles. Undefined for anybody who is nothing to the agent, for a sponsor who lapsed, and for the agent's own
 * principals.
 */
export function reviewerOf(state: PlacementState, { roleId, sessionName, userId }: VouchedSession): Reviewer | undefined {
  const { principals, review, succession } = state;
  const email = mailboxOf(sessionName);
  if (principals[roleId] !== undefined || email === succession?.lapsed) {
    return undefined;
  }
  const offer = review?.open?.offer;
  const [sponsor, backup] = peopleOf(sponsorOf(state));
  const relation = email === sponsor ? 'sponsor'
    : email === backup ? 'backup'
      : email !== offer?.to ? undefined : offer.acceptedAt === undefined ? 'offered' : 'new-sponsor';
  return relation === undefined ? undefined : { email, relation, userId };
}
