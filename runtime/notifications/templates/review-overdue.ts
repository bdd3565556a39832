import { Template, textIn } from './template';
import { readableInstant } from '../texts';

export const reviewOverdue: Template = {
  to: () => ['sponsor', 'backup', 'operator'],
  brief: ({ agentName }) => `nobody decided the review of ${agentName}`,
  says: ({ agentName, details }) => ({
    what: 'The deadline of its review has passed. The agent may do nothing until its sponsor or backup decides.',
    rows: [
      ['Deadline', readableInstant(textIn(details, 'deadline'))],
      ...(details.tornDownAt === undefined ? [] : [['Will be torn down at', readableInstant(textIn(details, 'tornDownAt'))] as const]),
    ],
    toDo: `Still needed: run "nhi review show ${agentName}", then "nhi review decide ${agentName}". Not needed: have it removed from its stack.`,
  }),
};
