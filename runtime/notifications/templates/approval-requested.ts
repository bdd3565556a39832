import { listIn, Template, textIn } from './template';
import { readableInstant } from '../texts';

/** The backup is asked too if the sponsor can't approve alone. */
export const approvalRequested: Template = {
  to: ({ details: { asksBackup } }) => (asksBackup === true ? ['sponsor', 'backup'] : ['sponsor']),
  brief: ({ agentName, stage }) => `approve or decline ${agentName} in ${stage}`,
  says: ({ agentName, stage, details }) => ({
    what: textIn(details, 'fromStage') === 'none'
      ? `The agent is to join in ${stage}, and was refused: it needs the approval of a person who is accountable for it.`
      : `The agent is to move from ${textIn(details, 'fromStage')} to ${stage}, and waits for the approval of a person who is accountable for it. It stays as it is until then.`,
    rows: [
      ['Asked for by', textIn(details, 'askedBy') === 'deployment' ? `a deployment of the stack ${textIn(details, 'stack')}` : textIn(details, 'askedBy')],
      ...(textIn(details, 'reason') === '' ? [] : [['Reason', textIn(details, 'reason')] as const]),
      ['It may then also', linesOf(details, 'widened')],
      ['It may no longer', linesOf(details, 'narrowed')],
      ...(textIn(details, 'omittedLines') === '0' ? [] : [['Not listed here', `${textIn(details, 'omittedLines')} more`] as const]),
      ['End', readableInstant(textIn(details, 'expires'))],
      ['People who must approve', textIn(details, 'persons')],
      ['Digest', textIn(details, 'digest')],
    ],
    toDo: `Run "nhi approve ${agentName}": it shows what will be granted. "nhi approve ${agentName} --decline" says no.`,
  }),
};

function linesOf(details: Parameters<typeof listIn>[0], name: string): string {
  return listIn(details, name).join('; ') || 'nothing';
}
