import { listIn, Template, textIn } from './template';

export const driftFound: Template = {
  to: () => ['operator', 'sponsor', 'backup'],
  brief: ({ agentName }) => `the role of ${agentName} was changed by hand`,
  says: ({ details }, audience) => ({
    what: 'The role that the agent uses differs from what the last deployment made of it.',
    rows: [['Appeared', 'appeared'], ['Vanished', 'vanished'], ['Changed', 'changed']]
      .map(([label, name]): [string, string] => [label, listIn(details, name).filter((line) => typeof line === 'string').join(', ')])
      .filter(([, lines]) => lines !== ''),
    toDo: audience === 'operator'
      ? textIn(details, 'advice')
      : 'Ask your platform team who changed it. What is needed has to be declared in the code and deployed, and everything else undone.',
  }),
};
