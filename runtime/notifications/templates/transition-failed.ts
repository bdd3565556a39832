import { Template, textIn } from './template';

export const transitionFailed: Template = {
  to: () => ['operator'],
  brief: ({ agentName }) => `a change of ${agentName} failed`,
  says: ({ details }) => ({
    what: 'A join, move or leave of the agent failed.',
    rows: [['Code', textIn(details, 'code')], ['Message', textIn(details, 'message')]],
    toDo: 'Run "nhi list" to see whether a later change fixed it. The execution in Step Functions shows why it failed.',
  }),
};
