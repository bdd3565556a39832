import { deciderOf, pageReviewerOf, undecidedFor } from '../certification';
import { SignedIn } from '../ledger';
import { bytesOf, inParts, partIn } from './in-parts';
import { waitingFor } from './move-waiting';
import { ReviewPage } from './page';
import { signedInAs } from './review-case';
import { LineOf } from './views/my-reviews';
import { LOW_RISK_STAGES } from '../../src/contract/review-page';
import { Placement } from '../../src/core/lifecycle-event';
import { humanTaskOf, revocationReference } from '../model/human-revocation';
import { PlacementState } from '../model/placement-state';
import { openRevocations } from '../model/revocation';

interface Line {
  readonly placement: Placement;
  readonly stage: string;
  readonly purpose: string;
}

/** A review in the list of a person. */
export interface MyReview extends Line {
  readonly is: 'review';
  readonly deadline: string;
  readonly isMissed: boolean;
  readonly left: number;
}

/** A move, or a join, that waits for the person's approval. Its stage is the one into which the agent is to get. */
export interface MyMove extends Line {
  readonly is: 'move';
  /** The stage in which the agent is. Absent for a join. */
  readonly from?: string;
  readonly askedAt: string;
}

/** Access that the person has to revoke by hand. */
export interface MyRevocation extends Line {
  readonly is: 'revocation';
  readonly revoker: string;
  readonly reference: string;
  readonly since: string;
}

/** What the query asks for. */
interface Wanted {
  readonly show: string;
  readonly sort: string;
  readonly wantedPart?: string;
}

export type MyLine = MyReview | MyMove | MyRevocation;

/** What a person has to decide, as far as one page shows it. */
export interface MyReviews {
  /** Moves come first: nothing is deployed while they wait. */
  readonly lines: readonly MyLine[];
  readonly part: number;
  readonly parts: number;
  /** Whether there may be more than were looked at. */
  readonly isCut: boolean;
}

/** Agents that are looked at for one page. A person was asked to decide about more of them in a year only in the largest fleets. */
const MOST = 200;
const LIST = { most: 40, bytes: 40_000 };

/** What waits for a person. What was asked of the person is looked up by the address, and compared with the agents as they are. */
export async function myReviews({ ledger, desk, now }: ReviewPage, identity: SignedIn, { show, sort, wantedPart }: Wanted): Promise<MyReviews> {
  const asked = await ledger.reviewedBy(identity.email, MOST);
  const found = (await Promise.all(asked.map(async (placement) => {
    const state = await desk.state(placement);
    return [moveIn(state, placement, identity, now()), reviewIn(state, identity, now()), ...revocationsIn(state, identity)];
  }))).flat().filter((line) => line !== undefined);
  const wanted = found.filter((line) => (show === 'late' ? line.is === 'review' && line.isMissed : show === 'production' ? !LOW_RISK_STAGES.includes(line.stage) : true));
  const timeOf = (line: MyLine): string => (line.is === 'move' ? line.askedAt : line.is === 'review' ? line.deadline : line.since);
  const keyOf = (line: MyLine): string => `${line.is} ${sort === 'agent' ? '' : timeOf(line)} ${line.placement.agentName}`;
  const sorted = wanted.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const parts = inParts(sorted, (line) => bytesOf(LineOf({ line, now: now() })), LIST);
  const part = partIn(wantedPart, parts.length);
  return { lines: parts[part - 1], part, parts: parts.length, isCut: asked.length === MOST };
}

function moveIn(state: PlacementState | undefined, placement: Placement, identity: SignedIn, now: Date): MyMove | undefined {
  const asked = waitingFor(state, signedInAs(identity), now);
  return asked === undefined ? undefined : {
    is: 'move', placement, stage: asked.declared.stage, purpose: asked.declared.purpose, askedAt: asked.at, ...(state?.status === 'active' ? { from: state.declared.stage } : {}),
  };
}

function reviewIn(state: PlacementState | undefined, identity: SignedIn, now: Date): MyReview | undefined {
  const open = state?.review?.open;
  const reviewer = open === undefined || state?.status !== 'active' ? undefined : pageReviewerOf(state, signedInAs(identity), now);
  if (state === undefined || open === undefined || reviewer === undefined) {
    return undefined;
  }
  const { placement, declared: { stage, purpose } } = state;
  return { is: 'review', placement, stage, purpose, deadline: open.deadline, isMissed: open.missedAt !== undefined, left: undecidedFor(state, deciderOf(reviewer)).length };
}

function revocationsIn(state: PlacementState | undefined, { email }: SignedIn): MyRevocation[] {
  return state === undefined ? [] : openRevocations(state).filter(({ revoker }) => humanTaskOf(revoker)?.team.includes(email)).map((record) => ({
    is: 'revocation', placement: state.placement, stage: state.declared.stage, purpose: state.declared.purpose, revoker: record.revoker.id, reference: revocationReference(record), since: record.since,
  }));
}
