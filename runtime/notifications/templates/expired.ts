import { listIn, Template, textIn } from './template';
import { readableInstant } from '../texts';

export const expired: Template = {
  to: () => ['sponsor', 'backup'],
  brief: ({ agentName }) => `${agentName} was torn down`,
  says: ({ details }) => {
    const roles = listIn(details, 'stillInStack').filter((name) => typeof name === 'string');
    return {
      what: details.cause === 'unused'
        ? 'The agent was unused and nobody resumed it, so the registry tore it down. Its certificate is in the evidence.'
        : 'The agent was past its end, so the registry tore it down. Its certificate is in the evidence.',
      rows: [['Declared end', readableInstant(textIn(details, 'end'))], ...(roles.length === 0 ? [] : [['Roles that a stack still has', roles.join(', ')] as const])],
      toDo: 'Have the agent removed from its stack. If it is needed again, deploy it after that with a later end.',
    };
  },
};
