import { Said, Template, textIn } from './template';
import { Audience, NoticeFacts } from '../../model/notice';
import { readableInstant } from '../texts';

/** Who is notified of an offer and of the answer to it, by the verdict. */
const CONCERNED: Readonly<Record<string, readonly Audience[] | undefined>> = {
  transfer: ['offered'], accept: ['new-sponsor', 'offering'], decline: ['offering'],
};

/** The person to whom an agent is offered is asked, and both learn the answer. */
export const reviewOffer: Template = {
  to: ({ details }) => CONCERNED[textIn(details, 'verdict')] ?? [],
  brief: ({ agentName, details }) => ({
    transfer: `${textIn(details, 'by')} asks you to be accountable for ${agentName}`,
    accept: `${textIn(details, 'by')} is accountable for ${agentName} from now on`,
  })[textIn(details, 'verdict')] ?? `${textIn(details, 'by')} declined to be accountable for ${agentName}`,
  says: (facts, audience) => ({ ...(SAYS[audience] ?? answered)(facts), rows: rowsOf(facts) }),
};

type Says = (facts: NoticeFacts) => Omit<Said, 'rows'>;

const SAYS: Readonly<Partial<Record<Audience, Says>>> = {
  'offered': ({ agentName }) => ({
    what: 'You are asked to be the person who is accountable for this agent. Nothing changes before you accept. Then its review is yours to decide, and its code must name you as sponsor.',
    toDo: `Accept: run "nhi review decide ${agentName} accept --reason ...". Decline: "nhi review decide ${agentName} decline --reason ...".`,
  }),
  'new-sponsor': ({ agentName }) => ({
    what: 'You accepted to be accountable for this agent. Its review is not over yet: which services does it still need?',
    toDo: `Run "nhi review show ${agentName}", then "nhi review decide ${agentName}". Have yourself declared as sponsor in its code.`,
  }),
};

/** For the person who offered the agent. */
function answered({ details, agentName }: NoticeFacts): ReturnType<Says> {
  return textIn(details, 'verdict') === 'accept'
    ? { what: 'The person to whom you offered this agent accepted.', toDo: 'Have the new sponsor declared in its code, and deployed.' }
    : {
      what: 'The person to whom you offered this agent declined. You are still accountable for it.',
      toDo: `Decide its review, or offer the agent to somebody else: nhi review decide ${agentName}.`,
    };
}

function rowsOf({ details }: NoticeFacts): [string, string][] {
  const deadline = textIn(details, 'deadline');
  return [
    ['Because', textIn(details, 'reason')],
    ...(deadline === '' ? [] : [['Deadline of its review', readableInstant(deadline)] satisfies [string, string]]),
  ];
}
