import type { Context } from 'hono';
import { requireShown } from './desk';
import { isUsedByOther } from './links';
import { ReviewPage } from './page';
import { ReviewCase, reviewCase, reviewerIn } from './review-case';
import { sessionOf } from './sessions';
import { LifecycleEvent, Placement } from '../../src/core/lifecycle-event';
import { isBlind } from '../certification';
import { PageSession } from '../ledger';
import { PlacementState } from '../model/placement-state';

/** Path of an agent, after `/reviews` or `/agents`. */
export const AGENT = '/:account{[0-9]{12}}/:agentName{[a-z0-9-]{1,64}}';

/** An agent that the person of a session may see. */
export interface Seen {
  readonly session: PageSession;
  readonly state: PlacementState;
  /** Absent for an operator who is nothing to the agent. */
  readonly who?: ReturnType<typeof reviewerIn>;
}

/** An agent that the person of a session has to do with. */
export interface Found extends Seen {
  readonly who: NonNullable<Seen['who']>;
}

/** The agent in the path, of a person who may review it. Undefined for an agent that is not this person's, as for one that doesn't exist. */
export async function agentOf(context: Context, page: ReviewPage): Promise<Found | undefined> {
  const seen = await agentSeenBy(context, page);
  return seen?.who === undefined ? undefined : { ...seen, who: seen.who };
}

/** The agent in the path, if it is this person's, or the person is an operator. */
export async function agentSeenBy(context: Context, page: ReviewPage): Promise<Seen | undefined> {
  const session = await sessionOf(context, page);
  if (session === undefined || await isUsedByOther(page, session)) {
    return undefined;
  }
  const state = await page.desk.state(placementIn(context));
  const who = state?.declared === undefined ? undefined : reviewerIn(session, state, page.now());
  return state?.declared === undefined || (who === undefined && session.isOperator !== true) ? undefined : { session, state, who };
}

/** The review of the agent, in the part that the query names. Undefined if nothing is to be decided. */
export async function caseOf(context: Context, { desk, signIn, now }: ReviewPage, { state, who }: Found): Promise<ReviewCase | undefined> {
  const open = state.status === 'active' ? state.review?.open : undefined;
  const part = { wantedPart: context.req.query('part'), canSignIn: signIn !== undefined, now: now() };
  return open === undefined ? undefined : reviewCase(state, open, await requireShown(desk, open), who, part);
}

/** Where two people decide independently, neither sees the other's decision before the review is over. */
export function visibleTo({ state, who }: Seen, events: readonly LifecycleEvent[]): readonly LifecycleEvent[] {
  const open = state.review?.open;
  return open === undefined || !isBlind(state) ? events : events.filter(({ data }) => {
    const { details = {} } = data.unmapped as { readonly details?: { readonly review?: unknown; readonly by?: unknown } };
    return details.review !== open.id || details.by === undefined || details.by === who?.reviewer.email;
  });
}

export function placementIn({ req }: Context): Placement {
  return { account: req.param('account') ?? '', agentName: req.param('agentName') ?? '' };
}
