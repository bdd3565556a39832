import { listIn, Template, textIn } from './template';

export const sweepHeld: Template = {
  to: () => ['operator'],
  brief: ({ details }) => `a sweep holds back ${textIn(details, 'agents')} agents`,
  says: ({ details }) => ({
    what: `A sweep would suspend or remove ${textIn(details, 'agents')} agents, ${textIn(details, 'allowed')} would be allowed. None of them was touched.`,
    rows: [['List', textIn(details, 'digest')], ['First of it', listIn(details, 'first').filter((line) => typeof line === 'string').join(', ')]],
    toDo: 'Run "nhi approve-sweep" to see the whole list. Approve it, or have the agents extended that are still needed.',
  }),
};
