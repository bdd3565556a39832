import { VouchedSession } from '../../src/contract/request-id';
import { PlacementState } from '../model/placement-state';
import { PageProof } from '../model/request';
import { Relation } from '../model/review';
import { mailboxOf, peopleOf, sponsorOf } from '../model/sponsor-of';

/** A person who may decide, and as what. */
export interface Reviewer {
  /** Mail address in lower case. */
  readonly email: string;
  readonly relation: Relation | 'offered';
  /** How the identity was proven, as the decision records it. */
  readonly proven: { readonly [name: string]: string };
}

/**
 * Who a session is to an agent. Its name is the person's mail address: IAM Identity Center and the identity providers of the roles that the registry names set it,
 * and nobody else can open a session of those roles. Undefined for anybody who is nothing to the agent, for a sponsor who lapsed, and for the agent's own
 * principals.
 */
export function reviewerOf(state: PlacementState, { roleId, sessionName, userId }: VouchedSession): Reviewer | undefined {
  return state.principals[roleId] === undefined ? personAs(state, sessionName, { proof: 'aws-session', session: userId }) : undefined;
}

/** Who a person is to an agent, after the page for reviewers has verified the mail address. Undefined for anybody who is nothing to the agent. */
export function pageReviewerOf(state: PlacementState, { email, ...proven }: PageProof): Reviewer | undefined {
  return personAs(state, email, proven);
}

function personAs(state: PlacementState, address: string, proven: Reviewer['proven']): Reviewer | undefined {
  const relation = relationTo(state, address);
  return relation === undefined ? undefined : { email: mailboxOf(address), relation, proven };
}

/** As what a person may decide about an agent. Undefined for anybody who is nothing to it, and for a sponsor who lapsed. */
export function relationTo(state: PlacementState, address: string): Reviewer['relation'] | undefined {
  const { review, succession } = state;
  const email = mailboxOf(address);
  if (email === succession?.lapsed) {
    return undefined;
  }
  const offer = review?.open?.offer;
  const [sponsor, backup] = peopleOf(sponsorOf(state));
  return email === sponsor ? 'sponsor'
    : email === backup ? 'backup'
      : email !== offer?.to ? undefined : offer.acceptedAt === undefined ? 'offered' : 'new-sponsor';
}
