import { decided, Deciding } from './review-record';
import { validateEmail } from '../../../src/core/email';
import { reasonOf } from '../../../src/core/errors';
import { delegationsOf } from '../../model/delegation';
import { Decision, NOTHING_TO_DO, refuse } from '../../model/plan';
import { Delegation } from '../../model/review';
import { mailboxOf, peopleOf, sponsorOf } from '../../model/sponsor-of';

/** The longest time for which somebody can be named. */
const LONGEST_DAYS = 90;
const DAY_MS = 86_400_000;
/** Delegates that an agent can have at a time: the state stays small. */
const MOST_DELEGATES = 10;

/** Sponsor or backup names a delegate until an end, or ends that before. */
export function decideDelegation(deciding: Deciding): Decision {
  const { state, request: { requestId, intent, placement: { agentName } }, reviewer, context: { now } } = deciding;
  const to = mailboxOf(intent.to ?? '');
  const inForce = delegationsOf(state, now);
  const problem = intent.verdict === 'delegate' ? problemOf(deciding, to, inForce)
    : inForce.some((one) => one.to === to) ? undefined : `${to} is no delegate of it`;
  if (problem !== undefined) {
    return refuse('DelegationInvalid', `the delegates of agent ${agentName} are as they were: ${problem}`);
  }
  const others = inForce.filter((one) => one.to !== to);
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

function problemOf({ state, request: { intent: { until = '' } }, reviewer, context: { now } }: Deciding, to: string, inForce: readonly Delegation[]): string | undefined {
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
  const before = inForce.find((one) => one.to === to);
  if (before !== undefined && before.by !== reviewer.email) {
    return `${to} is the delegate of ${before.by} until ${before.until}: a person decides for one other person only`;
  }
  if (before === undefined && inForce.length >= MOST_DELEGATES) {
    return `it has ${inForce.length} delegates, ${MOST_DELEGATES} are possible: end one of them`;
  }
  const end = Date.parse(until);
  return end > now.getTime() && end <= now.getTime() + LONGEST_DAYS * DAY_MS ? undefined
    : `the end ${until === '' ? 'that is missing' : until} is not allowed: use a future instant, ${LONGEST_DAYS} days ahead at most`;
}
