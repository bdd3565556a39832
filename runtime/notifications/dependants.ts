import { Notifier } from './notifier';
import { recipientsOf } from './recipients';
import { dependantLine, KnownDependant, livingDependants } from '../model/dependants';
import { Notice, NoticeFacts } from '../model/notice';
import { PlacementState } from '../model/placement-state';
import { sponsorOf } from '../model/sponsor-of';

/** Those who depend on an agent that leaves or is about to: they are notified with the first warning, and when it left. */
export async function dependantsTold(
  { ledger }: Notifier, { kind, details }: NoticeFacts, state: PlacementState,
): Promise<readonly KnownDependant[]> {
  const isTold = kind === 'left' || (kind === 'expiry-near' && details.isReminder !== true);
  // The agents to which it delegates lose nothing.
  return isTold ? (await livingDependants(state, (agentName, account) => ledger.state({ account, agentName }))).agents.filter(({ relation }) => relation !== 'serves') : [];
}

/** The facts with all who depend on the agent, for its own sponsor. */
export function withDependants(facts: NoticeFacts, dependants: readonly KnownDependant[]): NoticeFacts {
  return dependants.length === 0 ? facts : { ...facts, details: { ...facts.details, dependants: dependants.map(dependantLine) } };
}

/** A notice for each of their sponsors, with that person's agents. Who is notified of the event anyway sees all of them there. */
export function noticesForDependants(
  { settings }: Notifier, eventId: string, facts: NoticeFacts, state: PlacementState, dependants: readonly KnownDependant[], told: readonly Notice[],
): Notice[] {
  const theirs = new Map<string, { readonly audience: Notice['audience']; readonly lines: string[] }>();
  for (const dependant of dependants) {
    for (const { person, audience } of recipientsOf({ ...facts, kind: 'dependency-leaves' }, sponsorOf(dependant.state), settings.operators)) {
      const { lines } = theirs.get(person) ?? { lines: [] };
      theirs.set(person, { audience, lines: [...lines, dependantLine({ agentName: dependant.agentName, relation: dependant.relation })] });
    }
  }
  return [...theirs].filter(([person]) => !told.some((notice) => notice.person === person)).map(([person, { audience, lines }]): Notice => ({
    person,
    audience,
    eventId,
    facts: {
      ...facts,
      kind: 'dependency-leaves',
      details: { hasLeft: facts.kind === 'left', end: facts.details.end ?? '', dependants: lines, sponsorOfAgent: sponsorOf(state).accountableEmail },
    },
  }));
}
