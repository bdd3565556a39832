import { Template, textIn } from './template';
import { readableInstant } from '../texts';

export const reviewsDelegated: Template = {
  to: () => ['delegate', 'sponsor', 'backup'],
  brief: ({ agentName, details }) => `${textIn(details, 'to')} ${textIn(details, 'until') === '' ? 'no longer decides' : 'may decide'} the reviews of ${agentName}`,
  says: ({ agentName, details }, audience) => {
    const [until, by] = [textIn(details, 'until'), textIn(details, 'by')];
    const who = audience === 'delegate' ? 'You' : textIn(details, 'to');
    return {
      what: until === '' ? `${who} can't decide any more for the sponsor or backup. What was decided until now counts.`
        : `${who} may decide for ${by}, and can't pass that on. ${by} stays accountable.`,
      rows: [
        ...(until === '' ? [] : [['Until', readableInstant(until)]] as [string, string][]),
        ['Named by', by],
        ['Reason', textIn(details, 'reason')],
      ],
      toDo: audience === 'delegate' ? undefined : `If that is wrong, run "nhi review delegate ${agentName} ${textIn(details, 'to')} --end".`,
    };
  },
};
