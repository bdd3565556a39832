import { deciderOf, pageReviewerOf, undecidedFor } from '../certification';
import { SignedIn } from '../ledger';
import { bytesOf, inParts, partIn } from './in-parts';
import { ReviewPage } from './page';
import { signedInAs } from './review-case';
import { ReviewLine } from './views/my-reviews';
import { LOW_RISK_STAGES } from '../../src/contract/review-page';
import { Placement } from '../../src/core/lifecycle-event';

/** A review in the list of a person. */
export interface MyReview {
  readonly placement: Placement;
  readonly stage: string;
  readonly purpose: string;
  readonly deadline: string;
  readonly isMissed: boolean;
  readonly left: number;
}

/** What the query asks for. */
interface Wanted {
  readonly show: string;
  readonly sort: string;
  readonly wantedPart?: string;
}

/** The reviews of a person that one page shows. */
export interface MyReviews {
  readonly reviews: readonly MyReview[];
  readonly part: number;
  readonly parts: number;
  /** Whether there may be more than were looked at. */
  readonly isCut: boolean;
}

/** Agents that are looked at for one page. A person was asked to review more of them in a year only in the largest fleets. */
const MOST = 200;
const LIST = { most: 40, bytes: 40_000 };

/** The open reviews of a person. What was asked of the person is looked up by the address, and compared with the agents as they are. */
export async function myReviews({ ledger, desk, now }: ReviewPage, identity: SignedIn, { show, sort, wantedPart }: Wanted): Promise<MyReviews> {
  const asked = await ledger.reviewedBy(identity.email, MOST);
  const states = await Promise.all(asked.map((placement) => desk.state(placement)));
  const found = states.flatMap((state): MyReview[] => {
    const open = state?.review?.open;
    const reviewer = open === undefined || state?.status !== 'active' ? undefined : pageReviewerOf(state, signedInAs(identity), now());
    if (state === undefined || open === undefined || reviewer === undefined) {
      return [];
    }
    const { placement, declared: { stage, purpose } } = state;
    const left = undecidedFor(state, deciderOf(reviewer)).length;
    return [{ placement, stage, purpose, deadline: open.deadline, isMissed: open.missedAt !== undefined, left }];
  });
  const wanted = found.filter(({ stage, isMissed }) => (show === 'late' ? isMissed : show === 'production' ? !LOW_RISK_STAGES.includes(stage) : true));
  const keyOf = ({ deadline, placement: { agentName } }: MyReview): string => (sort === 'agent' ? agentName : `${deadline} ${agentName}`);
  const sorted = wanted.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const parts = inParts(sorted, (review) => bytesOf(ReviewLine({ review, now: now() })), LIST);
  const part = partIn(wantedPart, parts.length);
  return { reviews: parts[part - 1], part, parts: parts.length, isCut: asked.length === MOST };
}
