import { listIn, Template, textIn } from './template';
import { readableInstant } from '../texts';

/** The sponsor is asked first. From the escalation on, the backup is too. */
export const reviewDue: Template = {
  to: ({ details: { isEscalated } }) => (isEscalated === true ? ['sponsor', 'backup'] : ['sponsor']),
  brief: ({ agentName, details }) => `decide the access of ${agentName} before ${readableInstant(textIn(details, 'deadline'))}`,
  says: ({ agentName, details }) => ({
    what: textIn(details, 'step') === 'changed'
      ? 'A deployment changed the agent during its review. What changed has to be decided again.'
      : 'Its access is to be reviewed: which services does it still need? If nobody decides, it may do nothing after the deadline.',
    rows: [
      ['Deadline', readableInstant(textIn(details, 'deadline'))],
      ...(details.accessEndsAt === undefined ? [] : [['Its access ends, unless you decide, at', readableInstant(textIn(details, 'accessEndsAt'))] as const]),
      ['Will be torn down at', readableInstant(textIn(details, 'tornDownAt'))],
      ['Services', listIn(details, 'services').join(', ')],
      ['With findings', listIn(details, 'withFindings').join(', ') || 'none'],
    ],
    toDo: `Run "nhi review show ${agentName}", then "nhi review decide ${agentName}".`,
  }),
};
