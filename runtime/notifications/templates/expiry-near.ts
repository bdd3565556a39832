import { dependantRows } from './dependency-leaves';
import { Template, textIn } from './template';
import { NoticeFacts } from '../../model/notice';
import { readableInstant } from '../texts';

/** The first warning goes to the sponsor, each further one and the end itself to the backup too. */
export const expiryNear: Template = {
  to: ({ details: { isReached, isReminder } }) => (isReached === true || isReminder === true ? ['sponsor', 'backup'] : ['sponsor']),
  brief: ({ agentName, details }) => (
    details.isReached === true ? `${agentName} has ended` : `${agentName} ends at ${readableInstant(textIn(details, 'end'))}`),
  says: ({ agentName, details }) => (details.isReached === true
    ? {
      what: 'The agent has reached its end. It may do nothing from now on.',
      rows: [['Ended at', readableInstant(textIn(details, 'end'))], ['Will be torn down at', readableInstant(textIn(details, 'tornDownAt'))], ...dependantRows(details)],
      toDo: `Still needed: before the teardown, ask an operator for "nhi renew ${agentName}", and have it deployed with a later end.${afterwards(details)} Not needed: have it removed from its stack.`,
    }
    : {
      what: 'The agent ends soon. From then on it may do nothing.',
      rows: [['Ends at', readableInstant(textIn(details, 'end'))], ['Will be torn down at', readableInstant(textIn(details, 'tornDownAt'))], ...dependantRows(details)],
      toDo: `Still needed: have a later end declared in its code, and deployed before the end.${afterwards(details)} Not needed: have it removed from its stack.`,
    }),
};

/** A deployment with a later end is not enough for an agent that only reviews carry on. */
function afterwards({ untilCertified }: NoticeFacts['details']): string {
  return untilCertified === true ? ' Then decide its review, which carries it on.' : '';
}
