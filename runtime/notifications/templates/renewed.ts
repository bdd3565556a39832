import { Template, textIn } from './template';
import { readableInstant } from '../texts';

export const renewed: Template = {
  to: () => ['sponsor'],
  brief: ({ agentName }) => `${agentName} may be deployed with a later end`,
  says: ({ details }) => ({
    what: 'An operator allowed the agent, which has ended, a later end. Nothing changes until it is deployed.',
    rows: [
      ['Latest end', readableInstant(textIn(details, 'until'))],
      ['Deploy before', readableInstant(textIn(details, 'deployBy'))],
      ['Reason', textIn(details, 'reason')],
    ],
    toDo: 'Have the later end declared in its code, and deployed in time.',
  }),
};
