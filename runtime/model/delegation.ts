import { PlacementState } from './placement-state';
import { Delegation } from './review';
import { peopleOf, sponsorOf } from './sponsor-of';

type Named = Pick<PlacementState, 'declared' | 'succession' | 'delegations'>;

/** Who may decide now for sponsor or backup. */
export function delegationsOf(state: Named, now: Date): Delegation[] {
  return lasting(state).filter(({ until }) => Date.parse(until) > now.getTime());
}

/** Delegations without those of somebody who is neither sponsor nor backup any more, and without those to somebody who has left. */
export function lasting(state: Named): Delegation[] {
  const { delegations = [], succession } = state;
  const givers = peopleOf(sponsorOf(state)).filter((email) => email !== succession?.lapsed);
  return delegations.filter(({ by, to }) => givers.includes(by) && to !== succession?.lapsed);
}
