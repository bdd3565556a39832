import { AgendaSettings } from '../../../model/agenda-settings';
import { PlacementState } from '../../../model/placement-state';
import { NOTHING_TO_DO } from '../../../model/plan';
import { sponsorOf } from '../../../model/sponsor-of';
import { AgendaEntry } from '../entry';
import { instantAt } from '../instants';

/**
 * Warns before the end, and tells the end itself. After a standstill only the most urgent of the missed warnings is sent. A later or earlier end starts
 * again.
 */
export const expiryWarning: AgendaEntry = {
  reason: 'expiry-warning',
  removes: false,
  dueAt: (state, settings) => {
    const open = state.status === 'active' ? untold(state, settings) : [];
    return open.length === 0 ? undefined : instantAt(endOf(state) - Math.max(...open) * 1000);
  },
  plan: (state, _request, { now, settings }) => {
    const { declared: { expiresAt: end, stage, untilCertified }, present, agenda } = state;
    const sponsor = sponsorOf(state);
    const secondsBefore = Math.min(...untold(state, settings).filter((seconds) => endOf(state) - seconds * 1000 <= now.getTime()));
    return {
      ...NOTHING_TO_DO,
      transition: 'attend',
      change: { agenda: { ...agenda, warned: { end, secondsBefore, at: now.toISOString() } } },
      events: [{
        name: 'expiry-near',
        stage,
        roleId: present,
        details: {
          end,
          ...(untilCertified === true ? { untilCertified } : {}),
          isReached: secondsBefore === 0,
          isReminder: agenda?.warned?.end === end,
          tornDownAt: instantAt((secondsBefore === 0 ? now.getTime() : endOf(state)) + settings.teardownAfterSeconds * 1000),
          sponsor: sponsor.accountableEmail,
          backup: sponsor.backupEmail,
          advice: adviceFor(state.placement.agentName, secondsBefore, untilCertified === true ? ', then decide its review' : ''),
        },
        key: `expiry-near/${end}/${secondsBefore}`,
      }],
    };
  },
};

/** Warnings about the present end that were not sent yet, as seconds before it. */
function untold({ agenda, declared: { expiresAt } }: PlacementState, { warningSeconds }: AgendaSettings): number[] {
  const all = [...warningSeconds, 0];
  const { warned } = agenda ?? {};
  return warned?.end === expiresAt ? all.filter((seconds) => seconds < warned.secondsBefore) : all;
}

function endOf({ declared: { expiresAt } }: PlacementState): number {
  return Date.parse(expiresAt);
}

/** @param afterwards what a later end needs besides a deployment */
function adviceFor(agentName: string, secondsBefore: number, afterwards: string): string {
  return secondsBefore === 0
    ? `agent ${agentName} is denied everything now: remove it from its stack, or let an operator run \`nhi renew ${agentName}\` and deploy it with a later end${afterwards}`
    : `if its sponsor agrees, declare a later end in the code and deploy${afterwards}; otherwise remove agent ${agentName} from its stack before the end`;
}
