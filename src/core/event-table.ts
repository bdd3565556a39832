/** Names of the events, past tense. */
export type LifecycleEventName =
  | 'joined' | 'adopted' | 'moved' | 'move-undone' | 'sponsor-changed' | 'expiry-changed' | 'certified' | 'reduced' | 'suspended' | 'resumed' | 'expired'
  | 'principal-retired' | 'left'
  | 'zombie-found' | 'drift-found' | 'review-overdue' | 'sponsor-lapsed' | 'teardown-incomplete' | 'orphan-found';

/** How an event is told to systems that read OCSF. */
export interface EventKind {
  /** Activity of OCSF class 3004, Entity Management. https://schema.ocsf.io/classes/entity_management */
  readonly ocsfActivityId: number;
  readonly ocsfActivityName: string;
  /** OCSF severity: 1 informational, 3 medium, 4 high. */
  readonly severityId: number;
  readonly title: string;
}

const CREATE = { ocsfActivityId: 1, ocsfActivityName: 'Create' };
const UPDATE = { ocsfActivityId: 3, ocsfActivityName: 'Update' };
const DELETE = { ocsfActivityId: 4, ocsfActivityName: 'Delete' };
const MOVE = { ocsfActivityId: 5, ocsfActivityName: 'Move' };
const ENROLL = { ocsfActivityId: 6, ocsfActivityName: 'Enroll' };
const SUSPEND = { ocsfActivityId: 12, ocsfActivityName: 'Suspend' };
const RESUME = { ocsfActivityId: 13, ocsfActivityName: 'Resume' };
const OTHER = { ocsfActivityId: 99, ocsfActivityName: 'Other' };
const INFORMATIONAL = 1;
const MEDIUM = 3;
const HIGH = 4;

/** Every event, in one place. */
export const EVENT_TABLE: Readonly<Record<LifecycleEventName, EventKind>> = {
  'joined': { ...CREATE, severityId: INFORMATIONAL, title: 'Agent joined' },
  'adopted': { ...ENROLL, severityId: INFORMATIONAL, title: 'Agent adopted' },
  'moved': { ...MOVE, severityId: INFORMATIONAL, title: 'Agent moved to another stage' },
  'move-undone': { ...MOVE, severityId: MEDIUM, title: 'Move undone, the old principal restored' },
  'sponsor-changed': { ...UPDATE, severityId: INFORMATIONAL, title: 'Sponsor changed' },
  'expiry-changed': { ...UPDATE, severityId: INFORMATIONAL, title: 'Expiry changed' },
  'certified': { ...UPDATE, severityId: INFORMATIONAL, title: 'Access certified by the sponsor' },
  'reduced': { ...UPDATE, severityId: INFORMATIONAL, title: 'Access reduced' },
  'suspended': { ...SUSPEND, severityId: MEDIUM, title: 'Agent suspended' },
  'resumed': { ...RESUME, severityId: INFORMATIONAL, title: 'Agent resumed' },
  'expired': { ...SUSPEND, severityId: MEDIUM, title: 'Agent expired' },
  'principal-retired': { ...DELETE, severityId: INFORMATIONAL, title: 'Principal retired' },
  'left': { ...DELETE, severityId: INFORMATIONAL, title: 'Agent left' },
  'zombie-found': { ...OTHER, severityId: MEDIUM, title: 'Zombie found' },
  'drift-found': { ...OTHER, severityId: MEDIUM, title: 'Drift found' },
  'review-overdue': { ...OTHER, severityId: MEDIUM, title: 'Review overdue' },
  'sponsor-lapsed': { ...OTHER, severityId: HIGH, title: 'Sponsor lapsed' },
  'teardown-incomplete': { ...OTHER, severityId: HIGH, title: 'Teardown incomplete' },
  'orphan-found': { ...OTHER, severityId: HIGH, title: 'Orphan found' },
};
