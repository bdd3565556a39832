import { detailsIn, Template, textIn } from './template';
import { NoticeFacts } from '../../model/notice';

/** Both the former and the present sponsor are notified, so that nobody hands over an agent unseen. */
export const sponsorChanged: Template = {
  to: () => ['sponsor', 'backup', 'former-sponsor'],
  brief: ({ agentName }) => `the sponsor entry of ${agentName} changed`,
  says: ({ details }, audience) => ({
    what: audience === 'former-sponsor'
      ? 'You are no longer the sponsor of this agent.'
      : `You are the ${audience} of this agent. Its sponsor entry was changed by a deployment.`,
    rows: rowsOf(details),
    toDo: 'If that is wrong, have the sponsor corrected in its code and deployed.',
  }),
};

const LABELS: readonly (readonly [string, string])[] = [['accountableName', 'Sponsor'], ['accountableEmail', 'Address'], ['backupEmail', 'Backup'], ['name', 'Team'], ['costCenter', 'Cost centre']];

function rowsOf(details: NoticeFacts['details']): [string, string][] {
  const changed = detailsIn(details, 'changed');
  return LABELS.filter(([field]) => changed[field] !== undefined).map(([field, label]) => {
    const change = detailsIn(changed, field);
    return [label, `${textIn(change, 'from') || 'none'}, now ${textIn(change, 'to') || 'none'}`];
  });
}
