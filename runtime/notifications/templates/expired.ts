import { listIn, Template, textIn } from './template';
import { readableInstant } from '../texts';

const CAUSES: Readonly<Record<string, string>> = {
  end: 'The agent was past its end',
  unused: 'The agent was unused and nobody resumed it',
  review: 'A reviewer let the agent leave, or nobody decided its review',
  offboard: 'An operator let the agent leave',
  leave: 'The agent was leaving',
};

export const expired: Template = {
  to: () => ['sponsor', 'backup'],
  brief: ({ agentName }) => `${agentName} was torn down`,
  says: ({ details }) => {
    const roles = listIn(details, 'stillInStack').filter((name) => typeof name === 'string');
    return {
      what: `${CAUSES[textIn(details, 'cause')] ?? CAUSES.end}, so the registry tore it down. Its certificate is in the evidence.`,
      rows: [['Declared end', readableInstant(textIn(details, 'end'))], ...(roles.length === 0 ? [] : [['Roles that a stack still has', roles.join(', ')] as const])],
      toDo: textIn(details, 'cause') === 'offboard'
        ? 'Have the agent removed from its stack. If it is needed again, a person has to resume it before it is deployed.'
        : 'Have the agent removed from its stack. If it is needed again, deploy it after that with a later end.',
    };
  },
};
