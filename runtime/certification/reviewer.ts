import { VouchedSession } from '../../src/contract/request-id';
import { delegationsOf } from '../model/delegation';
import { PlacementState } from '../model/placement-state';
import { PageProof } from '../model/request';
import { Decider, Delegation, Relation, Verdict, VERDICTS } from '../model/review';
import { mailboxOf, peopleOf, sponsorOf } from '../model/sponsor-of';

/** A person who may decide, and as what. */
export interface Reviewer {
  /** Mail address in lower case. */
  readonly email: string;
  readonly relation: Relation | 'offered';
  /** Who named the person as delegate. */
  readonly namedBy?: string;
  /** How the identity was proven, as the decision records it. */
  readonly proven: { readonly [name: string]: string };
}

/**
 * Who a session is to an agent. Its name is the person's mail address: IAM Identity Center and the identity providers of the roles that the registry names set it,
 * and nobody else can open a session of those roles. Undefined for anybody who is nothing to the agent, for a sponsor who lapsed, and for the agent's own
 * principals.
 */
export function reviewerOf(state: PlacementState, { roleId, sessionName, userId }: VouchedSession, now: Date): Reviewer | undefined {
  return state.principals[roleId] === undefined ? personAs(state, sessionName, { proof: 'aws-session', session: userId }, now) : undefined;
}

/** Who a person is to an agent, after the page for reviewers has verified the mail address. Undefined for anybody who is nothing to the agent, and with a link that is for no review. */
export function pageReviewerOf(state: PlacementState, { email, ...proven }: PageProof, now: Date): Reviewer | undefined {
  return proven.proof === 'mail-link' && proven.purpose === 'revocation' ? undefined : personAs(state, email, proven, now);
}

/** Whether the accountability is offered to a person, who has not answered yet. */
export function isOfferedTo({ review }: Pick<PlacementState, 'review'>, email: string): boolean {
  const offer = review?.open?.offer;
  return offer?.to === email && offer.acceptedAt === undefined;
}

/** A person, as decisions and denials name the person. */
export function deciderOf({ email, namedBy }: Reviewer): Decider {
  return { by: email, ...(namedBy === undefined ? {} : { namedBy }) };
}

/** What delegates and second reviewers can decide. All others can decide everything. */
const LIMITED: { readonly [R in Relation]?: readonly Verdict[] } = {
  'new-sponsor': VERDICTS.filter((verdict) => verdict !== 'delegate' && verdict !== 'end-delegation'),
  // Who is accountable, and who else may decide, is not theirs to say.
  'delegate': ['keep', 'reduce', 'restore', 'request-change', 'leave'],
  'second-reviewer': ['keep', 'reduce', 'request-change'],
};

export function mayDecide(relation: Relation, verdict: Verdict): boolean {
  return (LIMITED[relation] ?? VERDICTS).includes(verdict);
}

/** Who may approve that an agent gets into a stage: only those who are accountable for it. */
export function isAccountable(relation: Reviewer['relation'] | undefined): relation is 'sponsor' | 'backup' | 'new-sponsor' {
  return relation === 'sponsor' || relation === 'backup' || relation === 'new-sponsor';
}

function personAs(state: PlacementState, address: string, proven: Reviewer['proven'], now: Date): Reviewer | undefined {
  const relation = relationTo(state, address, now);
  const email = mailboxOf(address);
  return relation === undefined ? undefined : { email, relation, proven, ...(relation === 'delegate' ? { namedBy: delegationTo(state, email, now)!.by } : {}) };
}

/** As what a person may decide about an agent. Undefined for anybody who is nothing to it, and for a sponsor who lapsed. */
export function relationTo(state: PlacementState, address: string, now: Date): Reviewer['relation'] | undefined {
  const { review, succession } = state;
  const email = mailboxOf(address);
  if (email === succession?.lapsed) {
    return undefined;
  }
  const { offer, second } = review?.open ?? {};
  const [sponsor, backup] = peopleOf(sponsorOf(state));
  return email === sponsor ? 'sponsor'
    : email === backup ? 'backup'
      : email === offer?.to && offer.acceptedAt !== undefined ? 'new-sponsor'
        : email === second?.to ? 'second-reviewer'
          : delegationTo(state, email, now) !== undefined ? 'delegate'
            : email === offer?.to ? 'offered' : undefined;
}

function delegationTo(state: PlacementState, email: string, now: Date): Delegation | undefined {
  return delegationsOf(state, now).find(({ to }) => to === email);
}
