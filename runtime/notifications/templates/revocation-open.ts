import { listIn, Said, Template, textIn } from './template';
import { NoticeFacts } from '../../model/notice';
import { readableInstant } from '../texts';

/** Access that a server did not confirm as gone is for the operators. Access that people revoke is for them, and the sponsor sees that it is open. */
export const revocationOpen: Template = {
  to: ({ details }) => (isForPeople(details) ? ['team', 'sponsor', 'operator'] : ['sponsor', 'operator']),
  brief: ({ agentName, details }) => (!isForPeople(details) ? `access of ${agentName} at a third party may still work`
    : `${details.isReminder === true ? 'still open: ' : ''}remove the access of ${agentName} at ${textIn(details, 'revoker')}`),
  says: (facts, audience) => (!isForPeople(facts.details) ? ofServer(facts) : audience === 'team' ? forTeam(facts) : ofTeam(facts)),
};

function isForPeople({ kind }: NoticeFacts['details']): boolean {
  return kind === 'human';
}

function ofServer({ agentName, details }: NoticeFacts): Said {
  return {
    what: `The agent left, and it is not confirmed that its access at ${textIn(details, 'revoker')} no longer exists. The registry tries again.`,
    toDo: `See why with nhi show ${agentName}. If you know that the access no longer exists, run nhi confirm ${agentName} ${textIn(details, 'revoker')} with a reason.`,
  };
}

function forTeam({ agentName, details }: NoticeFacts): Said {
  const revoker = textIn(details, 'revoker');
  const again = details.isReminder === true ? ` You were asked at ${readableInstant(textIn(details, 'since'))}, and nobody has confirmed it yet.` : '';
  return {
    what: `The agent leaves, and nothing but people can remove its access at ${revoker}. Its code names you for that.${again} You are reminded until somebody of you confirms that it is done.`,
    rows: [
      ['Purpose of the agent', textIn(details, 'purpose')],
      ['Its name there', textIn(details, 'subject') || agentName],
      ...listIn(details, 'steps').map((step, index) => [`Step ${index + 1}`, String(step)] as const),
    ],
    toDo: `Do these steps. Then tell the operators of the registry, who record it with nhi confirm ${agentName} ${revoker}.`,
  };
}

function ofTeam({ agentName, details }: NoticeFacts): Said {
  const revoker = textIn(details, 'revoker');
  return {
    what: `The agent left, and people have to remove its access at ${revoker}. Until one of them confirms that, the leave stays open.`,
    rows: [['Asked since', readableInstant(textIn(details, 'since'))], ['Who was asked', listIn(details, 'team').join(', ')]],
    toDo: `Ask them if it takes long. If you know that the access no longer exists, run nhi confirm ${agentName} ${revoker} with a reason.`,
  };
}
