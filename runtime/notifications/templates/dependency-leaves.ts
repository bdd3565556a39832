import { listIn, Template, textIn } from './template';
import { readableInstant } from '../texts';

/** For the sponsors of agents that call an agent or delegate to it. */
export const dependencyLeaves: Template = {
  to: () => ['sponsor'],
  brief: ({ agentName, details }) => (details.hasLeft === true ? `${agentName} left, and an agent of yours depends on it`
    : `${agentName} ends at ${readableInstant(textIn(details, 'end'))}, and an agent of yours depends on it`),
  says: ({ agentName, details }) => ({
    what: details.hasLeft === true ? 'The agent left. What your agents ask of it fails from now on.'
      : 'The agent ends soon, unless its sponsor carries it on. What your agents ask of it fails from then on.',
    rows: [
      ...(details.hasLeft === true ? [] : [['Ends at', readableInstant(textIn(details, 'end'))] as const]),
      ...dependantRows(details),
      ['Sponsor of the agent', textIn(details, 'sponsorOfAgent')],
    ],
    toDo: details.hasLeft === true ? `Have what your agents do with ${agentName} removed from their code, or ask its sponsor what does its work now.`
      : `Ask its sponsor whether it stays. If not, have what your agents do with ${agentName} removed from their code before the end.`,
  }),
};

/** Who depends on the agent, a row each. */
export function dependantRows(details: Parameters<typeof listIn>[0]): (readonly [label: string, value: string])[] {
  return listIn(details, 'dependants').map((line) => ['Depends on it', String(line)]);
}
