import { OpenReview, ReviewItem } from '../model/review';

/**
 * The items that are not decided. A decision counts for the content that it was about: an item that changed since is open again. Of each person the last decision about an
 * item counts, so nobody counts twice.
 *
 * @param persons how many must keep an item
 */
export function undecided({ shown, decisions }: Pick<OpenReview, 'shown' | 'decisions'>, persons: number): ReviewItem[] {
  return shown.items.filter(({ service, digest }) => {
    const last = new Map(decisions.filter(({ items }) => items[service] === digest).map(({ by, verdict }) => [by, verdict]));
    const verdicts = [...last.values()];
    return !verdicts.includes('reduce') && (verdicts.includes('request-change') || verdicts.filter((verdict) => verdict === 'keep').length < persons);
  });
}

/** The digests of items, by service. */
export function digestsOf(items: readonly ReviewItem[]): Record<string, string> {
  return Object.fromEntries(items.map(({ service, digest }) => [service, digest]));
}
