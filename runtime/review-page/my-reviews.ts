import { pageReviewerOf, undecided } from '../certification';
import { SignedIn } from '../ledger';
import { ReviewPage } from './page';
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

/** A person was asked to review more agents than these in a year only in the largest fleets; the rest is in the mails. */
const MOST = 200;
const SHOWN = 50;

/** The open reviews of a person. What was asked of the person is looked up by the address, and compared with the agents as they are. */
export async function myReviews({ ledger, desk }: ReviewPage, identity: SignedIn, show: string, sort: string): Promise<MyReview[]> {
  const asked = await ledger.reviewedBy(identity.email, MOST);
  const states = await Promise.all(asked.map((placement) => desk.state(placement)));
  const found = states.flatMap((state): MyReview[] => {
    const open = state?.review?.open;
    if (open === undefined || state?.status !== 'active' || pageReviewerOf(state, { proof: 'sign-in', ...identity }) === undefined) {
      return [];
    }
    const { placement, declared: { stage, purpose, profile } } = state;
    const left = undecided(open, profile.twoReviewers === true ? 2 : 1).length;
    return [{ placement, stage, purpose, deadline: open.deadline, isMissed: open.missedAt !== undefined, left }];
  });
  const wanted = found.filter(({ stage, isMissed }) => (show === 'late' ? isMissed : show === 'production' ? !LOW_RISK_STAGES.includes(stage) : true));
  const keyOf = ({ deadline, placement: { agentName } }: MyReview): string => (sort === 'agent' ? agentName : `${deadline} ${agentName}`);
  return wanted.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)).slice(0, SHOWN);
}
