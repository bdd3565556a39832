import { Template, textIn } from './template';

export const suspended: Template = {
  to: () => ['sponsor', 'backup'],
  brief: ({ agentName }) => `${agentName} was suspended`,
  says: ({ agentName, details }) => ({
    what: 'The agent may do nothing until a person resumes it. A deployment does not change that.',
    rows: [['Reason', textIn(details, 'reason')]],
    toDo: `If that is wrong, ask an operator for "nhi resume ${agentName}", and say why.`,
  }),
};
