import { ReviewPage } from './page';
import { isAccountable, pageReviewerOf, Reviewer } from '../certification';
import { stillValid } from '../engine/decision/promotion-record';
import { AskedApproval } from '../model/approval';
import { Declared, PlacementState } from '../model/placement-state';
import { PageProof } from '../model/request';
import { accountableFor } from '../model/sponsor-of';

/** A move that was asked for, and who may answer. */
interface Answerable {
  readonly asked: AskedApproval<Declared>;
  readonly reviewer: Reviewer;
}

/** A move that waits, as an agent's page tells it. */
export interface AgentMove {
  readonly stage: string;
  readonly at: string;
  /** Whether the person may answer on the page. */
  readonly mayAnswer: boolean;
}

/** The move of the agent that was asked for, and the person as who may answer. Undefined for anybody who is nothing to it, and if none was asked for. */
export function answerable(state: PlacementState | undefined, proof: PageProof, now: Date): Answerable | undefined {
  const asked = state?.approval;
  const reviewer = asked === undefined || asked.declined !== undefined ? undefined : pageReviewerOf(accountableFor(state, asked), proof, now);
  return asked === undefined || reviewer === undefined || !isAccountable(reviewer.relation) ? undefined : { asked, reviewer };
}

/** What waits for the approval of this person: not what the person asked for or has approved, and not what others have approved. */
export function waitingFor(state: PlacementState | undefined, proof: PageProof, now: Date): AskedApproval<Declared> | undefined {
  const { asked, reviewer } = answerable(state, proof, now) ?? {};
  return asked === undefined || reviewer === undefined || asked.requesters.includes(reviewer.email) || !isWaiting(state, asked, now)
    || stillValid(state, asked, now).some(({ by }) => by === reviewer.email) ? undefined : asked;
}

/** The move that waits, for everybody who sees the agent. A link proves enough to see that, and the move itself needs a sign-in. */
export function moveOn({ signIn, now }: Pick<ReviewPage, 'signIn' | 'now'>, state: PlacementState, proof: PageProof | undefined): AgentMove | undefined {
  const asked = state.approval;
  const mayAnswer = signIn !== undefined && proof !== undefined && answerable(state, proof, now()) !== undefined;
  return asked === undefined || asked.declined !== undefined || !isWaiting(state, asked, now()) ? undefined
    : { stage: asked.declared.stage, at: asked.at, mayAnswer };
}

function isWaiting(state: PlacementState | undefined, asked: AskedApproval<Declared>, now: Date): boolean {
  return stillValid(state, asked, now).length < asked.persons;
}
