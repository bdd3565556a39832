/** How an event is mapped to OCSF. */
interface EventKind {
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
const UNENROLL = { ocsfActivityId: 7, ocsfActivityName: 'Unenroll' };
const DEACTIVATE = { ocsfActivityId: 11, ocsfActivityName: 'Deactivate' };
const SUSPEND = { ocsfActivityId: 12, ocsfActivityName: 'Suspend' };
const RESUME = { ocsfActivityId: 13, ocsfActivityName: 'Resume' };
const OTHER = { ocsfActivityId: 99, ocsfActivityName: 'Other' };
const INFORMATIONAL = 1;
const MEDIUM = 3;
const HIGH = 4;

/** Every event, in one place. */
export const EVENT_TABLE = {
  'joined': { ...CREATE, severityId: INFORMATIONAL, title: 'Agent joined' },
  'adopted': { ...ENROLL, severityId: INFORMATIONAL, title: 'Existing role became an agent' },
  'released': { ...UNENROLL, severityId: MEDIUM, title: 'Adopted role given back: it is no agent any more' },
  'moved': { ...MOVE, severityId: INFORMATIONAL, title: 'Agent moved to another stage' },
  'move-undone': { ...MOVE, severityId: MEDIUM, title: 'Move undone, the old principal restored' },
  'sponsor-changed': { ...UPDATE, severityId: INFORMATIONAL, title: 'Sponsor changed' },
  'sponsor-lapsed': { ...UPDATE, severityId: MEDIUM, title: 'Sponsor or backup is no active person' },
  'purpose-changed': { ...UPDATE, severityId: INFORMATIONAL, title: 'Purpose changed' },
  'access-changed': { ...UPDATE, severityId: INFORMATIONAL, title: 'Access changed' },
  'expiry-changed': { ...UPDATE, severityId: INFORMATIONAL, title: 'Expiry changed' },
  'renewed': { ...UPDATE, severityId: INFORMATIONAL, title: 'Later end allowed after the end' },
  'principal-retired': { ...DELETE, severityId: INFORMATIONAL, title: 'Principal retired' },
  'left': { ...DELETE, severityId: INFORMATIONAL, title: 'Agent left' },
  'deletion-confirmed': { ...DELETE, severityId: INFORMATIONAL, title: 'Roles of an agent that left are deleted' },
  'revocation-open': { ...OTHER, severityId: HIGH, title: 'A third party did not confirm that access no longer exists' },
  'revocation-confirmed': { ...DELETE, severityId: INFORMATIONAL, title: 'Access at a third party no longer exists' },
  'revocations-certified': { ...DELETE, severityId: INFORMATIONAL, title: 'Access that was open at a leave no longer exists: its certificate is continued' },
  'transfer-offered': { ...UPDATE, severityId: INFORMATIONAL, title: 'Transfer to another stack offered or withdrawn' },
  'suspended': { ...SUSPEND, severityId: MEDIUM, title: 'Agent suspended' },
  'suspension-completed': { ...SUSPEND, severityId: INFORMATIONAL, title: 'Suspension completed: what could not be switched off at first is off' },
  'suspension-reasserted': { ...SUSPEND, severityId: HIGH, title: 'Suspension reasserted after something of it was lifted' },
  'resumption-started': { ...RESUME, severityId: INFORMATIONAL, title: 'Resumption started: what denies the agent is being lifted' },
  'resumed': { ...RESUME, severityId: INFORMATIONAL, title: 'Agent resumed' },
  'expiry-near': { ...OTHER, severityId: MEDIUM, title: 'End of the agent is near or reached' },
  'expired': { ...DEACTIVATE, severityId: MEDIUM, title: 'Agent torn down by its registry' },
  'zombie-found': { ...OTHER, severityId: MEDIUM, title: 'Agent is unused' },
  'kept': { ...UPDATE, severityId: INFORMATIONAL, title: 'Unused agent is still needed' },
  'review-due': { ...OTHER, severityId: MEDIUM, title: 'Review opened, or not decided yet' },
  'review-overdue': { ...OTHER, severityId: HIGH, title: 'Review was not decided in time' },
  'reviews-delegated': { ...UPDATE, severityId: INFORMATIONAL, title: 'Somebody may decide reviews for the sponsor, or no longer' },
  'rubber-stamp-suspected': { ...OTHER, severityId: MEDIUM, title: 'A reviewer decides too fast, or keeps everything' },
  'review-decided': { ...UPDATE, severityId: INFORMATIONAL, title: 'A reviewer decided' },
  'reduced': { ...UPDATE, severityId: INFORMATIONAL, title: 'Access reduced, or given back, by a review' },
  'certified': { ...UPDATE, severityId: INFORMATIONAL, title: 'Access certified' },
  'approval-requested': { ...OTHER, severityId: MEDIUM, title: 'Approval of a move or a join was asked for' },
  'approved': { ...UPDATE, severityId: INFORMATIONAL, title: 'Move or join was approved' },
  'approval-declined': { ...UPDATE, severityId: MEDIUM, title: 'Move or join was declined' },
  'approval-used': { ...UPDATE, severityId: INFORMATIONAL, title: 'Approval was used up by a move or a join' },
  'drift-found': { ...OTHER, severityId: HIGH, title: 'Principal was changed outside of deployments' },
  'drift-removed': { ...UPDATE, severityId: MEDIUM, title: 'Policies that were added by hand are removed' },
  'access-key-changed': { ...UPDATE, severityId: INFORMATIONAL, title: 'Access key or API key of Bedrock made, rotated, made inactive or deleted' },
  'credential-deleted': { ...UPDATE, severityId: MEDIUM, title: 'Credentials that CloudFormation should have deleted are deleted' },
  'credential-old': { ...OTHER, severityId: MEDIUM, title: 'A credential is older than the stage allows' },
  'teardown-incomplete': { ...OTHER, severityId: HIGH, title: 'Teardown incomplete' },
  'transition-failed': { ...OTHER, severityId: HIGH, title: 'Join, move or leave failed' },
  'orphan-found': { ...OTHER, severityId: HIGH, title: 'Orphan found' },
} as const satisfies Readonly<Record<string, EventKind>>;

/** Names of the events, past tense. */
export type LifecycleEventName = keyof typeof EVENT_TABLE;

/** Events of agents on Google only. On AWS the engine's lock does what they are for. */
export const GOOGLE_ONLY_EVENTS = ['resumption-started'] as const satisfies readonly LifecycleEventName[];
