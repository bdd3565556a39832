import { createHash } from 'node:crypto';
import { differing, keepsSomething, personsNeeded, voiceOf } from './progress';
import { delegationsOf } from '../model/delegation';
import { PlacementState } from '../model/placement-state';
import { OpenReview, ReviewSettings, SecondReview } from '../model/review';
import { serviceOf } from '../model/services';
import { mailboxOf, peopleOf, sponsorOf } from '../model/sponsor-of';

/** Bytes of the digest that are compared with the share. */
const DRAWN_BYTES = 6;

/** A decision that would end a review. */
export interface LastDecision {
  readonly state: PlacementState;
  /** The review with that decision. */
  readonly open: OpenReview;
  readonly at: string;
}

/**
 * The second review, if the review is drawn for one. It is drawn when one person alone would end the review, from what is not known before: the engine's time of the decision, in
 * milliseconds. So nobody can look up whether a second person will look, and everybody can draw again from the chain of events.
 */
export function secondReview({ state, open, at }: LastDecision, settings: ReviewSettings['secondReview']): SecondReview | undefined {
  if (settings === undefined || personsNeeded(state, open) > 1 || !keepsSomething(open) || !isDrawn(settings.share, state.lastHash, open.id, at)) {
    return undefined;
  }
  const to = settings.reviewer === undefined ? undefined : mailboxOf(settings.reviewer);
  const hasDecided = open.decisions.some(({ by, namedBy }) => by === to || namedBy === to);
  return { at, ...(to === undefined || hasDecided ? {} : { to }) };
}

/** @param lastHash hash of the event before the decision's */
export function isDrawn(share: number, lastHash: string, reviewId: string, decidedAt: string): boolean {
  const digest = createHash('sha256').update(`${lastHash}/${reviewId}/${decidedAt}`).digest();
  return digest.readUIntBE(0, DRAWN_BYTES) / 2 ** (8 * DRAWN_BYTES) < share;
}

/** Who is asked for the second decision. */
export function secondReviewers(state: PlacementState, open: OpenReview, now: Date): string[] {
  const { second, decisions } = open;
  if (second?.to !== undefined) {
    return [second.to];
  }
  const alone = new Set(decisions.map(voiceOf));
  const people = [...new Set(peopleOf(sponsorOf(state)))].filter((email) => email !== state.succession?.lapsed);
  // If two people shared the items, each decides about the other's.
  const asked = alone.size > 1 ? people : people.filter((email) => !alone.has(email));
  return [...asked, ...delegationsOf(state, now).filter(({ by }) => asked.includes(by)).map(({ to }) => to)];
}

/** Services about which people decided differently in a review. */
export function differences(open: OpenReview, { reduction }: Pick<PlacementState, 'reduction'>): string[] {
  const since = Date.parse(open.id);
  const denied = (reduction?.denied ?? []).filter(({ at }) => Date.parse(at) >= since);
  return differing(open, denied.map((one) => ({ ...one, service: serviceOf(one.action) })));
}
