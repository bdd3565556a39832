import { Template, textIn } from './template';
import { readableInstant } from '../texts';

export const resumed: Template = {
  to: () => ['sponsor', 'backup'],
  brief: ({ agentName }) => `${agentName} was resumed`,
  says: ({ details }) => ({
    what: 'The agent may act again, as before its suspension.',
    rows: [['Reason', textIn(details, 'reason')], ['Suspended since', readableInstant(textIn(details, 'suspendedSince'))]],
  }),
};
