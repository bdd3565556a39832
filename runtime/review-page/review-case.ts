import { bytesOf, inParts, partIn } from './in-parts';
import { Change, ItemCard } from './views/item-card';
import { LOW_RISK_STAGES } from '../../src/contract/review-page';
import { Placement, placementKey } from '../../src/core/lifecycle-event';
import { deciderOf, isOfferedTo, mayDecide, pageReviewerOf, Reviewer, ShownAccess, ShownItem, undecidedFor } from '../certification';
import { PageSession, SignedIn } from '../ledger';
import { PlacementState } from '../model/placement-state';
import { PageProof } from '../model/request';
import { OpenReview, Verdict } from '../model/review';

/** An item as this reviewer sees it. */
export interface CaseItem {
  readonly item: ShownItem;
  readonly change: Change;
  /** Nothing is left to decide, or nothing for this reviewer: another one's decision stays hidden. */
  readonly isDecided: boolean;
}

/** A review as one person sees it. */
export interface ReviewCase {
  readonly state: PlacementState;
  readonly open: OpenReview;
  readonly shown: ShownAccess;
  readonly reviewer: Reviewer;
  readonly proof: PageProof;
  /** The items of this part, what changed first. */
  readonly items: readonly CaseItem[];
  readonly part: number;
  readonly parts: number;
  readonly choices: readonly Verdict[];
  /** Why the person can't decide here: a sign-in is needed, or a sentence. */
  readonly obstacle?: string;
  readonly shownAt: string;
}

/** More services than that are shown in parts, so that a page stays small. */
const ITEMS = { most: 12, bytes: 22_000 };
const ORDER: readonly Change[] = ['new', 'changed', 'first', 'same'];

/** Page with the whole policy of one service. */
export function policyHref({ account, agentName }: Placement, { service }: ShownItem): string {
  return `/policies/${account}/${agentName}?service=${encodeURIComponent(service)}`;
}

/** How the person of a session proved to be somebody, for one agent. A link proves it for its own agent and review only. */
export function proofFor({ identity, link }: PageSession, placement: Placement, open: OpenReview | undefined): PageProof | undefined {
  if (identity !== undefined) {
    return signedInAs(identity);
  }
  return link !== undefined && placementKey(link) === placementKey(placement) && link.reviewId === open?.id
    ? { proof: 'mail-link', email: link.person, link: link.hash, purpose: link.purpose } : undefined;
}

export function signedInAs({ email, issuer, subject }: SignedIn): PageProof {
  return { proof: 'sign-in', email, issuer, subject };
}

/** Who the person of a session is to an agent. Undefined for anybody who is nothing to it. */
export function reviewerIn(
  session: PageSession, state: PlacementState, now: Date,
): { readonly reviewer: Reviewer; readonly proof: PageProof } | undefined {
  const proof = proofFor(session, state.placement, state.review?.open);
  const reviewer = proof === undefined ? undefined : pageReviewerOf(state, proof, now);
  return proof === undefined || reviewer === undefined ? undefined : { reviewer, proof };
}

export function reviewCase(
  state: PlacementState, open: OpenReview, shown: ShownAccess, { reviewer, proof }: NonNullable<ReturnType<typeof reviewerIn>>,
  { wantedPart, canSignIn, now }: { readonly wantedPart?: string; readonly canSignIn: boolean; readonly now: Date },
): ReviewCase {
  const left = new Set(undecidedFor(state, deciderOf(reviewer)).map(({ service }) => service));
  const certified = state.review?.certified;
  const all = shown.items.map((item): CaseItem => ({
    item,
    change: certified === undefined ? 'first' : certified[item.service] === undefined ? 'new' : certified[item.service] === item.digest ? 'same' : 'changed',
    isDecided: !left.has(item.service),
  })).sort((one, other) => ORDER.indexOf(one.change) - ORDER.indexOf(other.change) || Number(other.item.hasFindings) - Number(one.item.hasFindings));
  const parts = inParts(all, (one) => bytesOf(ItemCard({ ...one, now, policyHref: policyHref(state.placement, one.item) })), ITEMS);
  const part = partIn(wantedPart, parts.length);
  const choices = choicesOf(state, reviewer, proof);
  const obstacle = obstacleOf(state, proof, choices, canSignIn);
  return {
    state,
    open,
    shown,
    reviewer,
    proof,
    part,
    parts: parts.length,
    items: parts[part - 1],
    choices,
    ...(obstacle === undefined ? {} : { obstacle }),
    shownAt: now.toISOString(),
  };
}

/** What the person can decide with this proof: the link of an offer is good for the answer to it only, and the link of a review is not. */
function choicesOf(state: PlacementState, { relation, email }: Reviewer, proof: PageProof): readonly Verdict[] {
  const [isOfferLink, isReviewLink] = (['offer', 'review'] as const).map((purpose) => proof.proof === 'mail-link' && proof.purpose === purpose);
  const restore: readonly Verdict[] = (state.reduction?.denied.length ?? 0) > 0 ? ['restore'] : [];
  const all: readonly Verdict[] = ['keep', 'reduce', ...restore, 'request-change', 'transfer', 'leave'];
  return [
    ...(isOfferedTo(state, email) && !isReviewLink ? ['accept', 'decline'] as const : []),
    ...(relation === 'offered' || isOfferLink ? [] : all.filter((verdict) => mayDecide(relation, verdict))),
  ];
}

/** Whether the link of a mail is not enough to decide about the agent. */
export function needsSignIn({ declared: { stage } }: Pick<PlacementState, 'declared'>, { proof }: PageProof): boolean {
  return proof !== 'sign-in' && !LOW_RISK_STAGES.includes(stage);
}

function obstacleOf(state: PlacementState, proof: PageProof, choices: readonly Verdict[], canSignIn: boolean): string | undefined {
  const { placement: { agentName } } = state;
  if (choices.length === 0) {
    return 'You have answered what this link was for. If you accepted, the next mail has the link to the review.';
  }
  if (!needsSignIn(state, proof)) {
    return undefined;
  }
  return canSignIn ? 'sign-in' : `The link of a mail is not enough to decide about an agent in this stage, and this page has no sign-in. Decide at the terminal: nhi review decide ${agentName}`;
}
