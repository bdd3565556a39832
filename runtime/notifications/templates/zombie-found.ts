import { detailsIn, listIn, Template, textIn } from './template';
import { readableInstant } from '../texts';

/** The backup is notified too if the agent will be suspended. */
export const zombieFound: Template = {
  to: ({ details }) => (textIn(details, 'suspendedAt') === '' ? ['sponsor'] : ['sponsor', 'backup']),
  brief: ({ agentName }) => `${agentName} is unused`,
  says: ({ agentName, details }) => {
    const suspendedAt = textIn(details, 'suspendedAt');
    return {
      what: `No source knows of a use of the agent within ${textIn(details, 'idleDays')} days.`,
      rows: [
        ...listIn(details, 'evidence').map((signal): [string, string] => {
          const of = detailsIn({ signal }, 'signal');
          return [`Source ${textIn(of, 'source')}`, textIn(of, 'evidence')];
        }),
        ...(suspendedAt === '' ? [] : [['Will be suspended at', readableInstant(suspendedAt)] as const]),
      ],
      toDo: `Still needed: tell an operator why, for "nhi keep ${agentName}". Not needed: have it removed from its stack.`,
    };
  },
};
