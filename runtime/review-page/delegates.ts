import type { Found } from './found';
import { needsSignIn } from './review-case';
import { date } from './words';
import { validateEmail } from '../../src/core/email';
import { Expiry } from '../../src/core/expiry';
import { requireReason } from '../../src/core/reason';
import { mayDecide } from '../certification';
import { delegationProblem, LONGEST_DAYS } from '../engine/decision/review-delegation';
import { delegationsOf } from '../model/delegation';
import { PlacementState } from '../model/placement-state';
import { PageProof, Review } from '../model/request';
import { Delegation } from '../model/review';
import { mailboxOf } from '../model/sponsor-of';

/** Who may decide about an agent for its sponsor or backup, as one person sees it. */
export interface DelegatesCase {
  readonly state: PlacementState;
  readonly proof: PageProof;
  /** The person's mail address in lower case. */
  readonly person: string;
  readonly delegates: readonly Delegation[];
  /** Whether the person may name somebody, and end a delegation. */
  readonly isGiver: boolean;
  /** Why the person can't do that here. */
  readonly obstacle?: 'sign-in' | 'terminal';
  /** The first and the last day that can be chosen. */
  readonly days: readonly [first: string, last: string];
}

/** What a form said. Anything may be missing or repeated. */
export interface DelegateForm {
  readonly verdict: string;
  readonly to: string;
  readonly until: string;
  readonly reason: string;
  readonly once: string;
}

const DAY_MS = 86_400_000;

export function delegatesCase({ state, who: { reviewer: { email, relation }, proof } }: Found, canSignIn: boolean, now: Date): DelegatesCase {
  const isOfferLink = proof.proof === 'mail-link' && proof.purpose === 'offer';
  const isGiver = state.status === 'active' && relation !== 'offered' && !isOfferLink && mayDecide(relation, 'delegate');
  return {
    state,
    proof,
    person: email,
    delegates: delegationsOf(state, now),
    isGiver,
    ...(isGiver && needsSignIn(state, proof) ? { obstacle: canSignIn ? 'sign-in' : 'terminal' } : {}),
    // A day is meant with its end, and that must not be later than the longest time.
    days: [dayOf(now.getTime()), dayOf(now.getTime() + (LONGEST_DAYS - 1) * DAY_MS)],
  };
}

export function delegateForm(fields: URLSearchParams): DelegateForm {
  const text = (name: string): string => (fields.get(name) ?? '').trim();
  // A text area sends line breaks, and a reason is one line.
  return { verdict: text('verdict'), to: mailboxOf(text('to')), until: text('until'), reason: text('reason').replace(/[\r\n\t]+/g, ' '), once: text('once') };
}

/** Checks a form, in words that tell what to do. The engine checks everything again. */
export function checkDelegation(
  { verdict, to, until, reason }: DelegateForm, { state, proof, person, days: [first, last] }: DelegatesCase, now: Date,
): { readonly intent: Review } | { readonly problem: string } {
  if (verdict !== 'delegate' && verdict !== 'end-delegation') {
    return { problem: 'Choose what you decide.' };
  }
  if (!isAllowed(() => validateEmail('the address', to))) {
    return { problem: verdict === 'delegate' ? 'Give the mail address of the person who decides for you.' : 'Choose who no longer decides.' };
  }
  const end = verdict === 'delegate' ? endOf(until) : undefined;
  if (verdict === 'delegate' && (end === undefined || until < first || until > last)) {
    return { problem: `Choose the last day of it, from ${date(Date.parse(first))} to ${date(Date.parse(last))}.` };
  }
  if (!isAllowed(() => requireReason(reason))) {
    return { problem: 'Say why, in 10 to 500 characters on one line.' };
  }
  const wanted: Pick<Review, 'verdict' | 'to' | 'until'> = { verdict, to, ...(end === undefined ? {} : { until: end }) };
  const problem = delegationProblem(state, wanted, person, now);
  if (problem !== undefined) {
    return { problem: `${problem[0].toUpperCase()}${problem.slice(1)}.` };
  }
  const open = state.review?.open;
  return {
    intent: { kind: 'review', reviewId: open?.id ?? '', shown: open?.shown.sha256 ?? '', shownAt: now.toISOString(), ...wanted, reason, proven: proof },
  };
}

/** The end of a day as an instant, as at the terminal. */
function endOf(day: string): string | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && isAllowed(() => Expiry.on(day).iso) ? Expiry.on(day).iso : undefined;
}

function isAllowed(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
