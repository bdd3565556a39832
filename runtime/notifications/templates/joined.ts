import { Template, textIn } from './template';
import { readableInstant } from '../texts';

export const joined: Template = {
  to: () => ['sponsor', 'backup'],
  brief: ({ agentName }) => `${agentName} joined`,
  says: ({ details }, audience) => ({
    what: audience === 'backup'
      ? 'You are the backup of this agent: you are asked if its sponsor does not respond or has left.'
      : 'You are accountable for this agent.',
    rows: [
      ['Purpose', textIn(details, 'purpose')],
      ['Ends at', readableInstant(textIn(details, 'expires'))],
      ...(details.certifiedUntil === undefined ? [] : [['May do nothing after, unless you have decided its review', readableInstant(textIn(details, 'certifiedUntil'))] as const]),
    ],
    toDo: 'If that is wrong, have the sponsor corrected in its code and deployed.',
  }),
};
