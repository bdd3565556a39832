import { DirectoryAnswer, NO_ANSWER } from '../../../../src/contract/sponsor-directory';
import { SponsorRecord } from '../../../../src/core/sponsor-record';
import { AgendaSettings } from '../../../model/agenda-settings';
import { answerAbout } from '../../../model/directory';
import { PlacementState } from '../../../model/placement-state';
import { NOTHING_TO_DO, Plan, PlannedEvent } from '../../../model/plan';
import { SponsorCheck, SponsorLapse } from '../../../model/sponsor-check';
import { mailboxOf, peopleOf, sponsorCheckOf, sponsorOf } from '../../../model/sponsor-of';
import { AgendaEntry, AttendContext } from '../entry';
import { instantAt, laterOf, nextMoment } from '../instants';
import { successorOf } from '../sponsors/successor';

/** The longest time until the directory is asked again when it did not answer. */
const AGAIN_AFTER_SECONDS = 3_600;
/** Names of secrets in an event. */
const MOST_SECRETS = 50;

/** Looks up sponsor and backup, after a change of them and then regularly. A lapse is only recorded here: what follows from it is counted by the limit. */
export const sponsorCheck: AgendaEntry = {
  reason: 'sponsor-check',
  removes: false,
  observes: 'sponsors',
  dueAt: (state, { sponsorCheckSeconds }) => {
    const { status, changedAt, joinedAt } = state;
    if (sponsorCheckSeconds === undefined || status !== 'active') {
      return undefined;
    }
    return sponsorCheckOf(state)?.checkAt ?? instantAt(Date.parse(changedAt ?? joinedAt));
  },
  plan: (state, _request, context) => {
    const [sponsor, backup] = bothOf(state, context);
    if (sponsor.status === NO_ANSWER) {
      return attended(state, silent(state, sponsor, context));
    }
    const before = sponsorCheckOf(state);
    const now = context.now.toISOString();
    const lapsedSince = hasLapsed(backup) ? before?.backupLapsedSince ?? now : backup.status === NO_ANSWER ? before?.backupLapsedSince : undefined;
    const lapse = hasLapsed(sponsor) ? before?.lapse ?? { since: now, status: sponsor.status, evidence: sponsor.evidence } : undefined;
    return attended(state, {
      people: peopleOf(sponsorOf(state)),
      // By the sponsor's address: one answer of the directory is enough for all agents that are due together.
      checkAt: nextMoment(mailboxOf(sponsor.email), context.settings.sponsorCheckSeconds!, context.now),
      ...(lapse === undefined ? {} : { lapse }),
      ...(lapsedSince === undefined ? {} : { backupLapsedSince: lapsedSince }),
    }, lapsedSince !== undefined && before?.backupLapsedSince === undefined ? [backupLapsed(state, backup, lapsedSince)] : []);
  },
};

/** Passes an agent on from a lapsed sponsor to the backup or the default owner, if the directory confirms the lapse. */
export const sponsorLapsed: AgendaEntry = {
  reason: 'sponsor-lapsed',
  removes: true,
  observes: 'sponsors',
  dueAt: (state, { sponsorCheckSeconds }) => {
    const { lapse } = sponsorCheckOf(state) ?? {};
    return sponsorCheckSeconds === undefined || state.status !== 'active' || lapse === undefined || lapse.toldAt !== undefined
      ? undefined
      : laterOf(instantAt(Date.parse(lapse.since)), lapse.passAgainAt);
  },
  plan: (state, _request, context) => {
    const { lapse: found, ...check } = sponsorCheckOf(state)!;
    const lapse = found!;
    const [sponsor] = bothOf(state, context);
    if (sponsor.status === 'active') {
      return attended(state, check);
    }
    const successor = sponsor.status === NO_ANSWER ? 'wait' : successorOf(sponsorOf(state), context.sponsors, context.settings);
    if (successor === 'wait') {
      return attended(state, { ...check, lapse: { ...lapse, passAgainAt: again(context) } });
    }
    const event = passedOn(state, sponsor, lapse, successor);
    return successor === 'nobody'
      ? attended(state, { ...check, lapse: { ...lapse, toldAt: context.now.toISOString() } }, [event])
      : {
        ...NOTHING_TO_DO,
        transition: 'attend',
        change: { succession: { lapsed: mailboxOf(state.declared.sponsor.accountableEmail), sponsor: successor, since: context.now.toISOString() } },
        events: [event],
      };
  },
};

function bothOf(state: PlacementState, { sponsors }: AttendContext): [DirectoryAnswer, DirectoryAnswer] {
  const [sponsor, backup] = peopleOf(sponsorOf(state)).map((email) => answerAbout(sponsors, email));
  return [sponsor, backup];
}

type Lapsed = DirectoryAnswer & { readonly status: SponsorLapse['status'] };

function hasLapsed(answer: DirectoryAnswer): answer is Lapsed {
  return answer.status === 'inactive' || answer.status === 'unknown';
}

/** Nothing changes but when the directory is asked again. */
function silent(state: PlacementState, { evidence }: DirectoryAnswer, context: AttendContext): SponsorCheck {
  const before = sponsorCheckOf(state);
  return {
    ...before,
    people: peopleOf(sponsorOf(state)),
    checkAt: again(context),
    unanswered: { since: before?.unanswered?.since ?? context.now.toISOString(), reason: evidence },
  };
}

function again({ now, settings: { sponsorCheckSeconds = AGAIN_AFTER_SECONDS } }: { readonly now: Date; readonly settings: AgendaSettings }): string {
  return instantAt(now.getTime() + Math.min(AGAIN_AFTER_SECONDS, sponsorCheckSeconds) * 1000);
}

function attended({ agenda }: PlacementState, sponsor: SponsorCheck, events: readonly PlannedEvent[] = []): Plan {
  return { ...NOTHING_TO_DO, transition: 'attend', change: { agenda: { ...agenda, sponsor } }, events };
}

function passedOn(state: PlacementState, { status, evidence }: DirectoryAnswer, { since }: SponsorLapse, successor: SponsorRecord | 'nobody'): PlannedEvent {
  const { declared: { stage, ownSecrets }, present, placement: { agentName } } = state;
  const lapsed = sponsorOf(state).accountableEmail;
  return {
    name: 'sponsor-lapsed',
    stage,
    roleId: present,
    details: {
      who: 'sponsor',
      lapsed,
      status,
      evidence,
      ...(successor === 'nobody' ? {} : { sponsor: { ...successor } }),
      rotate: ownSecrets.slice(0, MOST_SECRETS),
      omittedSecrets: Math.max(0, ownSecrets.length - MOST_SECRETS),
      advice: successor === 'nobody'
        ? `nobody is accountable for agent ${agentName}: declare an active person as its sponsor and deploy, or run \`nhi suspend ${agentName}\``
        : `declare ${successor.accountableEmail} or another active person as the sponsor of agent ${agentName} and deploy; rotate the secrets that ${lapsed} may have seen`,
    },
    key: `sponsor-lapsed/${lapsed}/${since}`,
  };
}

function backupLapsed(state: PlacementState, { email: lapsed, status, evidence }: DirectoryAnswer, since: string): PlannedEvent {
  const { declared: { stage }, present, placement: { agentName } } = state;
  return {
    name: 'sponsor-lapsed',
    stage,
    roleId: present,
    details: { who: 'backup', lapsed, status, evidence, advice: `declare an active person as the backup of agent ${agentName}, and deploy` },
    key: `sponsor-lapsed/backup/${lapsed}/${since}`,
  };
}
