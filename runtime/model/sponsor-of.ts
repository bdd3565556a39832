import { AskedApproval } from './approval';
import { Declared, PlacementState } from './placement-state';
import { StateChange } from './plan';
import { droppingRevokers } from './revocation';
import { SponsorCheck } from './sponsor-check';
import { SponsorRecord } from '../../src/core/sponsor-record';

/** Who is accountable for the agent: the declared sponsor, or who took over. */
export function sponsorOf({ declared: { sponsor }, succession }: Pick<PlacementState, 'declared' | 'succession'>): SponsorRecord {
  return succession?.lapsed === mailboxOf(sponsor.accountableEmail) ? succession.sponsor : sponsor;
}

/**
 * The agent as it is to the people who can approve its move or join. Of a living agent these are its present sponsor and backup, even if the move declares others. Of an agent that joins, those who
 * are declared.
 */
export function accountableFor(state: PlacementState | undefined, { declared }: Pick<AskedApproval<Declared>, 'declared'>): PlacementState {
  return state?.status === 'active' ? state : { ...state, principals: state?.principals ?? {}, declared, succession: undefined, review: undefined } as PlacementState;
}

/** Addresses of the sponsor and of the backup. Mail systems don't regard case. */
export function peopleOf({ accountableEmail, backupEmail }: SponsorRecord): [string, string] {
  return [mailboxOf(accountableEmail), mailboxOf(backupEmail)];
}

/** The last check of the sponsor, if it was about the present people. */
export function sponsorCheckOf(state: PlacementState): SponsorCheck | undefined {
  const check = state.agenda?.sponsor;
  return check?.people.join() === peopleOf(sponsorOf(state)).join() ? check : undefined;
}

/**
 * The change to another declaration. One that still declares the lapsed sponsor leaves the agent with who took over, and one whose end no reviews carry on, as in a roll-back, leaves no certified
 * end. What it drops at third parties stays to be revoked.
 */
export function redeclaring(
  state: Pick<PlacementState, 'succession' | 'certifiedUntil' | 'declared' | 'formerRevokers'>, declared: Declared,
): Pick<StateChange, 'declared' | 'succession' | 'certifiedUntil' | 'formerRevokers'> {
  const { succession, certifiedUntil } = state;
  const ends = succession !== undefined && succession.lapsed !== mailboxOf(declared.sponsor.accountableEmail);
  const isCarriedOn = declared.untilCertified === true || certifiedUntil === undefined;
  return { declared, ...(ends ? { succession: null } : {}), ...(isCarriedOn ? {} : { certifiedUntil: null }), ...droppingRevokers(state, declared) };
}

export function mailboxOf(email: string): string {
  return email.toLowerCase();
}
