import { detailsIn, listIn, Template, textIn } from './template';
import { NoticeFacts } from '../../model/notice';

/** Who took over is the sponsor by then. The lapsed person gets nothing. */
export const sponsorLapsed: Template = {
  to: (facts) => (ofBackup(facts) ? ['sponsor', 'operator'] : successorIn(facts) === '' ? ['operator'] : ['sponsor', 'backup', 'operator']),
  brief: (facts) => `the ${ofBackup(facts) ? 'backup' : 'sponsor'} of ${facts.agentName} is no active person`,
  says: (facts, audience) => {
    const { details, agentName } = facts;
    const lapsed = textIn(details, 'lapsed');
    const successor = successorIn(facts);
    const secrets = listIn(details, 'rotate').filter((name) => typeof name === 'string');
    return {
      what: ofBackup(facts) ? 'The directory of people says that the backup of the sponsor is no active person.'
        : successor === '' ? 'The directory of people says that the sponsor is no active person. Nobody can take over: nobody is accountable for this agent.'
          : audience === 'sponsor' ? 'You are accountable for this agent now, because the directory of people says that its sponsor is no active person.'
            : 'The directory of people says that the sponsor is no active person. Another person is accountable now.',
      rows: [
        [ofBackup(facts) ? 'Backup' : 'Former sponsor', lapsed],
        ['Directory', textIn(details, 'evidence')],
        ...(successor === '' ? [] : [['Sponsor now', successor] as const]),
        ...(secrets.length === 0 ? [] : [['Secrets to rotate', secrets.join(', ')] as const]),
      ],
      toDo: ofBackup(facts) ? 'Have an active person declared as backup in its code, and deployed.'
        : successor === '' ? `Have an active person declared as sponsor in its code, and deployed; or have it suspended: "nhi suspend ${agentName}".`
          : 'Decide whether the agent is still needed. Have its sponsor corrected in its code and deployed, and the secrets rotated that the former sponsor may have seen.',
    };
  },
};

function successorIn({ details }: NoticeFacts): string {
  return textIn(detailsIn(details, 'sponsor'), 'accountableEmail');
}

function ofBackup({ details }: NoticeFacts): boolean {
  return textIn(details, 'who') === 'backup';
}
