import { Template, textIn } from './template';

export const orphanFound: Template = {
  to: () => ['operator'],
  brief: ({ agentName }) => `a role of ${agentName} is left over`,
  says: ({ agentName, details }) => ({
    what: 'CloudFormation should have deleted a role of the agent, and it is still there. No one can assume it.',
    rows: textIn(details, 'role') === '' ? [] : [['Role', textIn(details, 'role')]],
    toDo: `Run "nhi finish ${agentName}".`,
  }),
};
