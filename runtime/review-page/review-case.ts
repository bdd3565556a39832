import { Change } from './views/item-card';
import { LOW_RISK_STAGES } from '../../src/contract/review-page';
import { Placement, placementKey } from '../../src/core/lifecycle-event';
import { pageReviewerOf, Reviewer, ShownAccess, ShownItem, undecided } from '../certification';
import { PageSession } from '../ledger';
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
const ITEMS_IN_PART = 12;
const ORDER: readonly Change[] = ['new', 'changed', 'first', 'same'];

/** How the person of a session proved to be somebody, for one agent. A link proves it for its own agent and review only. */
export function proofFor({ identity, link }: PageSession, placement: Placement, open: OpenReview | undefined): PageProof | undefined {
  if (identity !== undefined) {
    return { proof: 'sign-in', ...identity };
  }
  return link !== undefined && placementKey(link) === placementKey(placement) && link.reviewId === open?.id
    ? { proof: 'mail-link', email: link.person, link: link.hash } : undefined;
}

/** Who the person of a session is to an agent. Undefined for anybody who is nothing to it. */
export function reviewerIn(session: PageSession, state: PlacementState): { readonly reviewer: Reviewer; readonly proof: PageProof } | undefined {
  const proof = proofFor(session, state.placement, state.review?.open);
  const reviewer = proof === undefined ? undefined : pageReviewerOf(state, proof);
  return proof === undefined || reviewer === undefined ? undefined : { reviewer, proof };
}

export function reviewCase(
  state: PlacementState, open: OpenReview, shown: ShownAccess, { reviewer, proof }: NonNullable<ReturnType<typeof reviewerIn>>,
  { wantedPart, canSignIn, now }: { readonly wantedPart: number; readonly canSignIn: boolean; readonly now: Date },
): ReviewCase {
  const left = new Set(undecided(open, state.declared.profile.twoReviewers === true ? 2 : 1).map(({ service }) => service));
  const kept = new Set(open.decisions.filter(({ by, verdict }) => by === reviewer.email && verdict === 'keep')
    .flatMap(({ items }) => Object.entries(items).map(([service, digest]) => `${service} ${digest}`)));
  const certified = state.review?.certified;
  const all = shown.items.map((item): CaseItem => ({
    item,
    change: certified === undefined ? 'first' : certified[item.service] === undefined ? 'new' : certified[item.service] === item.digest ? 'same' : 'changed',
    isDecided: !left.has(item.service) || kept.has(`${item.service} ${item.digest}`),
  })).sort((one, other) => ORDER.indexOf(one.change) - ORDER.indexOf(other.change) || Number(other.item.hasFindings) - Number(one.item.hasFindings));
  const parts = Math.max(1, Math.ceil(all.length / ITEMS_IN_PART));
  const part = Number.isInteger(wantedPart) && wantedPart >= 1 && wantedPart <= parts ? wantedPart : 1;
  const obstacle = obstacleOf(state, proof, canSignIn);
  return {
    state,
    open,
    shown,
    reviewer,
    proof,
    part,
    parts,
    items: all.slice((part - 1) * ITEMS_IN_PART, part * ITEMS_IN_PART),
    choices: choicesOf(state, reviewer),
    ...(obstacle === undefined ? {} : { obstacle }),
    shownAt: now.toISOString(),
  };
}

function choicesOf({ reduction }: PlacementState, { relation }: Reviewer): readonly Verdict[] {
  return relation === 'offered' ? ['accept', 'decline']
    : ['keep', 'reduce', ...((reduction?.denied.length ?? 0) > 0 ? ['restore' as const] : []), 'request-change', 'transfer', 'leave'];
}

function obstacleOf({ declared: { stage }, placement: { agentName } }: PlacementState, { proof }: PageProof, canSignIn: boolean): string | undefined {
  if (proof === 'sign-in' || LOW_RISK_STAGES.includes(stage)) {
    return undefined;
  }
  return canSignIn ? 'sign-in' : `The link of a mail is not enough to decide about an agent in this stage, and this page has no sign-in. Decide at the terminal: nhi review decide ${agentName}`;
}
