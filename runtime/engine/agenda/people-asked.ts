import { secondReviewers } from '../../certification';
import { delegationsOf } from '../../model/delegation';
import { PlacementState } from '../../model/placement-state';
import { OpenReview } from '../../model/review';
import { sponsorOf } from '../../model/sponsor-of';

interface PeopleAsked {
  readonly sponsor: string;
  readonly backup: string;
  readonly delegates?: string[];
  readonly secondReviewers?: string[];
}

/** Who is accountable, and who else is asked for a decision. */
export function peopleAsked(state: PlacementState, open: OpenReview | undefined, now: Date): PeopleAsked {
  const { accountableEmail: sponsor, backupEmail: backup } = sponsorOf(state);
  const delegates = delegationsOf(state, now).map(({ to }) => to);
  return {
    sponsor,
    backup,
    ...(delegates.length === 0 ? {} : { delegates }),
    ...(open?.second === undefined ? {} : { secondReviewers: [...secondReviewers(state, open, now)] }),
  };
}
