import { StackContext } from './context';
import { DirectoryAnswer, NO_ANSWER } from '../../../src/contract/sponsor-directory';
import { shown } from '../../../src/core/shown';
import { answerAbout } from '../../model/directory';
import { PlacementState } from '../../model/placement-state';
import { Refusal, refuse } from '../../model/plan';
import { Change, Join, LifecycleRequest } from '../../model/request';
import { peopleOf, sponsorOf } from '../../model/sponsor-of';
import { phaseOf, StackView } from '../../model/stack-view';

type Declaring = LifecycleRequest<Join | Change>;

/**
 * Whether the directory must confirm the declared sponsor: the agent joins, gets another principal, or its declaration names other people than the last
 * one. Any other deployment doesn't depend on the directory, and neither does a roll-back.
 */
export function needsDirectory(state: PlacementState | undefined, { intent: { principal, declared } }: Declaring, stack: StackView): boolean {
  if (phaseOf(stack.status) === 'undoing-update') {
    return false;
  }
  return state?.declared === undefined || state.status !== 'active' || state.principals[principal.roleId] === undefined
    || peopleOf(state.declared.sponsor).join() !== peopleOf(declared.sponsor).join();
}

/** The refusal of a sponsor who is no active person as far as the directory says, or of a backup where the stage demands two people. */
export function checkSponsors(state: PlacementState | undefined, request: Declaring, { directory, stack }: StackContext): Refusal | undefined {
  if (directory === undefined || !needsDirectory(state, request, stack)) {
    return undefined;
  }
  const { declared: { sponsor, profile, stage } } = request.intent;
  // A profile that was stored before this demand existed doesn't have it.
  const { minimumSponsors = 1 } = profile as { minimumSponsors?: number };
  return [
    { email: sponsor.accountableEmail, role: 'sponsor', demand: '' },
    { email: sponsor.backupEmail, role: 'backup', demand: ` (stage ${stage} demands an active backup)` },
  ].slice(0, minimumSponsors).map((person) => refusalOf(state, request, answerAbout(directory, person.email), person))
    .find((refusal) => refusal !== undefined);
}

interface Person {
  readonly email: string;
  /** As what the person is declared. */
  readonly role: string;
  readonly demand: string;
}

function refusalOf(
  state: PlacementState | undefined, { placement: { agentName } }: Declaring, { status, evidence }: DirectoryAnswer, { email, role, demand }: Person,
): Refusal | undefined {
  const person = `the ${role} ${shown(email)} of agent ${agentName}${demand}`;
  switch (status) {
    case 'active': return undefined;
    case NO_ANSWER: return refuse('SponsorUnverified',
      `the directory of people did not answer about ${person}: ${evidence}; nothing was changed: deploy again when the directory answers`);
    case 'inactive': return refuse('SponsorInactive',
      `${person} is no active person: ${evidence}; declare an active person as ${role} and deploy again${instead(state, email)}`);
    case 'unknown': return refuse('SponsorUnknown',
      `${person} is not in the directory of people: ${evidence}; declare a person whom it has as ${role}, or have the person added, and deploy again${instead(state, email)}`);
  }
}

/** Who is accountable now, if that is not who the code still declares. */
function instead(state: PlacementState | undefined, email: string): string {
  const successor = state?.declared === undefined || state.succession?.lapsed !== email.toLowerCase() ? undefined : sponsorOf(state).accountableEmail;
  return successor === undefined ? '' : `; ${successor} took over and is accountable now`;
}
