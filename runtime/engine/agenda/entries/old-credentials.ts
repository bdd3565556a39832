import { LONGEST_KEY_ROTATION_DAYS } from '../../../../src/contract/access-keys';
import { agingCredentials, CredentialRecord } from '../../../model/own-credentials';
import { PlacementState } from '../../../model/placement-state';
import { NOTHING_TO_DO } from '../../../model/plan';
import { sponsorOf } from '../../../model/sponsor-of';
import { AgendaEntry } from '../entry';
import { instantAt } from '../instants';

const DAY_MS = 86_400_000;
const AGAIN_AFTER_MS = 30 * DAY_MS;

/** Tells the sponsor of credentials that are older than the stage allows, until a deployment replaces them: CloudFormation made them, so the engine can't. */
export const oldCredentials: AgendaEntry = {
  reason: 'old-credentials',
  removes: false,
  dueAt: (state) => {
    const dues = state.status === 'active' && state.suspension === undefined ? agingCredentials(state).map((one) => tellAt(state, one)) : [];
    return dues.length === 0 ? undefined : instantAt(Math.min(...dues));
  },
  plan: (state, _request, { now }) => {
    const { declared: { stage }, present, credentials = [], placement: { agentName } } = state;
    const old = agingCredentials(state).filter((one) => tellAt(state, one) <= now.getTime());
    const sponsor = sponsorOf(state);
    const toldAt = now.toISOString();
    return {
      ...NOTHING_TO_DO,
      transition: 'attend',
      change: { credentials: credentials.map((one) => (old.includes(one) ? { ...one, toldAt } : one)) },
      events: old.length === 0 ? [] : [{
        name: 'credential-old',
        stage,
        roleId: present,
        details: {
          credentials: old.map(({ kind, name, since }) => ({ kind, name, since })),
          allowedDays: allowedDays(state),
          sponsor: sponsor.accountableEmail,
          backup: sponsor.backupEmail,
          advice: `give each of them in the code of agent ${agentName} the next \`generation\` and deploy: CloudFormation makes another one and deletes this one`,
        },
        key: `credential-old/${present}/${toldAt}`,
      }],
    };
  },
};

function tellAt(state: PlacementState, { since, toldAt }: CredentialRecord): number {
  return toldAt === undefined ? Date.parse(since) + allowedDays(state) * DAY_MS : Date.parse(toldAt) + AGAIN_AFTER_MS;
}

/** A profile that was stored before credentials were watched has no such limit. */
function allowedDays({ declared: { profile } }: PlacementState): number {
  return (profile as Partial<typeof profile>).maxKeyAgeDays ?? LONGEST_KEY_ROTATION_DAYS;
}
