import { decided, Deciding } from './review-record';
import { validateEmail } from '../../../src/core/email';
import { reasonOf } from '../../../src/core/errors';
import { delegationsOf } from '../../model/delegation';
import { PlacementState } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO, refuse } from '../../model/plan';
import { Review } from '../../model/request';
import { mailboxOf, peopleOf, sponsorOf } from '../../model/sponsor-of';

/** The longest time for which somebody can be named. */
export const LONGEST_DAYS = 90;
const DAY_MS = 86_400_000;
/** Delegates that an agent can have at a time: the state stays small. */
const MOST_DELEGATES = 10;

/** Sponsor or backup names a delegate until an end, or ends that before. */
export function decideDelegation(deciding: Deciding): Decision {
  const { state, request: { requestId, intent, placement: { agentName } }, reviewer, context: { now } } = deciding;
  const to = mailboxOf(intent.to ?? '');
  const problem = delegationProblem(state, intent, reviewer.email, now);
  if (problem !== undefined) {
    return refuse('DelegationInvalid', `the delegates of agent ${agentName} are as they were: ${problem}`);
  }
  const others = delegationsOf(state, now).filter((one) => one.to !== to);
  const named = intent.verdict === 'delegate' ? { to, by: reviewer.email, since: now.toISOString(), until: new Date(intent.until!).toISOString() } : undefined;
  const details = { to, ...(named === undefined ? {} : { until: named.until }), delegates: [to] };
  const event = decided(deciding, [], details);
  return {
    ...NOTHING_TO_DO,
    transition: 'review',
    change: { delegations: named === undefined ? others : [...others, named] },
    events: [{
      ...event,
      name: 'reviews-delegated',
      // Only an open review can be opened by the link of a mail.
      details: { ...event.details, review: state.review?.open?.id ?? '' },
      key: `reviews-delegated/${requestId}`,
    }],
  };
}

/** Why a person can't be named by another one, or is nobody whose delegation could be ended. */
export function delegationProblem(
  state: PlacementState, { verdict, to: address = '', until = '' }: Pick<Review, 'verdict' | 'to' | 'until'>, by: string, now: Date,
): string | undefined {
  const to = mailboxOf(address);
  const inForce = delegationsOf(state, now);
  const before = inForce.find((one) => one.to === to);
  if (verdict === 'end-delegation') {
    return before === undefined ? `${to} is no delegate of it` : undefined;
  }
  try {
    validateEmail('the delegate\'s address', to);
  } catch (error) {
    return reasonOf(error);
  }
  if (peopleOf(sponsorOf(state)).includes(to)) {
    return `${to} is its sponsor or backup, and may decide already`;
  }
  if (to === state.succession?.lapsed) {
    return `${to} is no active person`;
  }
  if (before !== undefined && before.by !== by) {
    return `${to} is the delegate of ${before.by} until ${before.until}: a person decides for one other person only`;
  }
  if (before === undefined && inForce.length >= MOST_DELEGATES) {
    return `it has ${inForce.length} delegates, ${MOST_DELEGATES} are possible: end one of them`;
  }
  const end = Date.parse(until);
  return end > now.getTime() && end <= now.getTime() + LONGEST_DAYS * DAY_MS ? undefined
    : `the end ${until === '' ? 'that is missing' : until} is not allowed: use a future instant, ${LONGEST_DAYS} days ahead at most`;
}
