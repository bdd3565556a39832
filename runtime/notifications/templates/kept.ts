import { Template, textIn } from './template';

export const kept: Template = {
  to: () => ['sponsor'],
  brief: ({ agentName }) => `${agentName} is still needed`,
  says: ({ details }) => ({
    what: 'The agent was unused, and an operator recorded that it is still needed. Its use is judged again after its longest idle time.',
    rows: [['Reason', textIn(details, 'reason')]],
  }),
};
