import { PacedDecision, PacedReview, PaceRecord, Suspicion } from '../model/pace';
import { RubberStampSettings } from '../model/review';

/** Reviews that are kept of a person: the row stays small. */
const MOST_REVIEWS = 100;

/**
 * A person's record with one more decision. A decision takes no longer than since the person's decision before: what a browser or a program says of when something was shown can be
 * wrong, and the engine's own clock can't.
 */
export function withDecision(before: PaceRecord | undefined, decision: PacedDecision, settings: RubberStampSettings): PaceRecord {
  const { reviews = [], suspicion } = before ?? {};
  const known = reviews.find(({ review }) => review === decision.review);
  if (known?.request === decision.request) {
    return before!;
  }
  const previous = Math.max(-Infinity, ...reviews.map(({ at }) => Date.parse(at)));
  const seconds = Math.max(0, Math.min(decision.seconds, (Date.parse(decision.at) - previous) / 1000));
  const { review, request, at, isKeep, hadFindings } = decision;
  const merged: PacedReview = {
    review,
    request,
    at,
    seconds: seconds + (known?.seconds ?? 0),
    keptAll: isKeep && known?.keptAll !== false,
    hadFindings: hadFindings || known?.hadFindings === true,
  };
  const after = [...reviews.filter((one) => one !== known), merged].slice(-MOST_REVIEWS);
  const suspected = suspicionOf(after.filter((one) => suspicion === undefined || Date.parse(one.at) > Date.parse(suspicion.at)), merged, settings);
  return { reviews: after, ...(suspected === undefined ? suspicion === undefined ? {} : { suspicion } : { suspicion: suspected }) };
}

function suspicionOf(reviews: readonly PacedReview[], { at, request }: PacedReview, settings: RubberStampSettings): Suspicion | undefined {
  const withFindings = reviews.filter(({ hadFindings }) => hadFindings);
  const keepRate = withFindings.length === 0 ? 0 : withFindings.filter(({ keptAll }) => keptAll).length / withFindings.length;
  const medianSeconds = medianOf(reviews.map(({ seconds }) => seconds));
  const why: Suspicion['why'] = [
    ...(reviews.length >= settings.reviews && medianSeconds < settings.medianSeconds ? ['fast' as const] : []),
    ...(withFindings.length >= settings.reviews && keepRate >= settings.keepRate ? ['keeps-findings' as const] : []),
  ];
  return why.length === 0 ? undefined : { at, request, reviews: reviews.length, medianSeconds, withFindings: withFindings.length, keepRate, why };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
