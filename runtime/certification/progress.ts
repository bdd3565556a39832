import { PlacementState } from '../model/placement-state';
import { Decider, OpenReview, ReviewDecision, ReviewItem } from '../model/review';

/** In whose name a person decides: a delegate and the person who named the delegate are one voice, so that nobody gets a second one by a delegation. */
export function voiceOf({ by, namedBy }: Decider): string {
  return namedBy ?? by;
}

/** How many people must keep an item. */
export function personsNeeded({ declared, review }: Pick<PlacementState, 'declared' | 'review'>, open = review?.open): number {
  return declared.profile.twoReviewers === true || open?.second !== undefined ? 2 : 1;
}

/** Whether people decide independently: neither sees the other's decision before the review is over. */
export function isBlind(state: Pick<PlacementState, 'declared' | 'review'>): boolean {
  return personsNeeded(state) > 1;
}

/** The decisions of an open review that a person may see. */
export function visibleDecisions(state: Pick<PlacementState, 'declared' | 'review'>, email: string | undefined): readonly ReviewDecision[] {
  const { decisions = [] } = state.review?.open ?? {};
  return isBlind(state) ? decisions.filter(({ by }) => by === email) : decisions;
}

/**
 * The items that are not decided. A decision counts for the content that it was about: an item that changed since is open again. Of each person the last decision about an
 * item counts, so nobody counts twice.
 *
 * @param persons how many must keep an item
 */
export function undecided({ shown, decisions, second }: Pick<OpenReview, 'shown' | 'decisions' | 'second'>, persons: number): ReviewItem[] {
  return shown.items.filter((item) => {
    const last = lastDecisions(decisions, item);
    const keepers = new Set(last.filter(({ verdict }) => verdict === 'keep').map(voiceOf));
    const isKept = keepers.size >= persons && (second?.to === undefined || keepers.has(second.to));
    return !last.some(({ verdict }) => verdict === 'reduce') && (last.some(({ verdict }) => verdict === 'request-change') || !isKept);
  });
}

/** The undecided items that a person has not kept already. */
export function undecidedFor(state: Pick<PlacementState, 'declared' | 'review'>, person: Decider, open = state.review?.open): ReviewItem[] {
  return open === undefined ? [] : undecided(open, personsNeeded(state, open)).filter((item) => {
    const last = lastDecisions(open.decisions, item);
    return last.some(({ verdict }) => verdict === 'request-change') || !last.some((one) => one.verdict === 'keep' && voiceOf(one) === voiceOf(person));
  });
}

/** Services about which two people decided differently: one kept them, and another one denied them or an action of them. */
export function differing(
  { shown, decisions }: Pick<OpenReview, 'shown' | 'decisions'>, denied: readonly (Decider & { readonly service: string })[],
): string[] {
  return shown.items.filter((item) => {
    const last = lastDecisions(decisions, item);
    const reducers = [...last.filter(({ verdict }) => verdict === 'reduce'), ...denied.filter(({ service }) => service === item.service)].map(voiceOf);
    return last.some((one) => one.verdict === 'keep' && reducers.some((voice) => voice !== voiceOf(one)));
  }).map(({ service }) => service);
}

/** Whether any item is kept. */
export function keepsSomething({ shown, decisions }: Pick<OpenReview, 'shown' | 'decisions'>): boolean {
  return shown.items.some((item) => {
    const verdicts = lastDecisions(decisions, item).map(({ verdict }) => verdict);
    return verdicts.includes('keep') && !verdicts.includes('reduce');
  });
}

/** The digests of items, by service. */
export function digestsOf(items: readonly ReviewItem[]): Record<string, string> {
  return Object.fromEntries(items.map(({ service, digest }) => [service, digest]));
}

function lastDecisions(decisions: readonly ReviewDecision[], { service, digest }: ReviewItem): ReviewDecision[] {
  return [...new Map(decisions.filter(({ items }) => items[service] === digest).map((one) => [one.by, one])).values()];
}
