import { cutOfCredential } from '../../../../src/contract/own-credentials';
import { credentialsOf } from '../../../model/own-credentials';
import { NOTHING_TO_DO } from '../../../model/plan';
import { planReassertion } from '../../decision/suspend';
import { AgendaEntry } from '../entry';
import { instantAt, laterOf } from '../instants';

const EVERY_MS = 3_600_000;

/**
 * Checks whether a credential of a suspended agent is on, and denies the agent again then: a deployment that was running when the agent was suspended may have made it, and CloudTrail may not report who
 * switched one on.
 */
export const suspendedCredentials: AgendaEntry = {
  reason: 'suspended-credentials',
  removes: false,
  observes: 'credentials',
  dueAt: (state) => {
    const { status, suspension, agenda } = state;
    return status !== 'active' || suspension === undefined || !credentialsOf(state).some(({ kind }) => cutOfCredential(kind) !== undefined) ? undefined
      : laterOf(instantAt(Date.parse(suspension.since) + EVERY_MS), agenda?.switchedCheckAt);
  },
  plan: (state, _request, { now, credentialsOn }) => {
    const change = { agenda: { ...state.agenda, switchedCheckAt: instantAt(now.getTime() + EVERY_MS) } };
    // A look that failed is no proof that all are off.
    return credentialsOn?.length === 0 ? { ...NOTHING_TO_DO, transition: 'attend', change } : { ...planReassertion(state, 'reassert'), note: change };
  },
};
