import { RecordContent, Wanted } from './wanted';

/** Status of a record. https://docs.aws.amazon.com/agent-registry-control/latest/APIReference/API_GetRegistryRecord.html */
export type RecordStatus = 'CREATING' | 'CREATE_FAILED' | 'CREATE_PENDING_AUTH' | 'UPDATING' | 'UPDATE_FAILED' | 'UPDATE_PENDING_AUTH'
  | 'DRAFT' | 'PENDING_APPROVAL' | 'APPROVED' | 'REJECTED' | 'DEPRECATED';

/** A record as it was found. */
export interface FoundRecord extends RecordContent {
  readonly id: string;
  readonly status: RecordStatus;
  /** When it was last changed. Of a deprecated record, which can't be changed, this is when it was deprecated. */
  readonly updatedAt: Date;
}

/** What brings a record closer to what is wanted. wait: the service is still at work. done: nothing is left to do. */
export type Step = 'create' | 'update' | 'submit' | 'deprecate' | 'delete' | 'wait' | 'done';

/** A record that was never made. Its name is taken until it is deleted. */
const NEVER_MADE: readonly RecordStatus[] = ['CREATE_FAILED', 'CREATE_PENDING_AUTH'];
const NOT_UPDATED: readonly RecordStatus[] = ['UPDATE_FAILED', 'UPDATE_PENDING_AUTH'];

/**
 * The next step. Each table of decisions by status is what AWS documents: a change makes a new draft, which has to be submitted, and a deprecated record can't be changed.
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/registry-record-lifecycle.html
 */
export function nextStep(wanted: Wanted, found: FoundRecord | undefined, now: Date, deleteAfterSeconds: number): Step {
  if (found === undefined) {
    return wanted.kind === 'listed' ? 'create' : 'done';
  }
  const { status } = found;
  if (status === 'CREATING' || status === 'UPDATING') {
    return 'wait';
  }
  if (wanted.kind === 'unknown' || NEVER_MADE.includes(status)) {
    return 'delete';
  }
  if (wanted.kind === 'departed') {
    return status !== 'DEPRECATED' ? 'deprecate' : isOver(found, now, deleteAfterSeconds) ? 'delete' : 'done';
  }
  if (status === 'DEPRECATED') {
    return 'delete';
  }
  if (NOT_UPDATED.includes(status) || !isSame(wanted.content, found)) {
    return 'update';
  }
  // A rejection is a decision of the catalogue's curators: the same content is not submitted again.
  return status === 'DRAFT' ? 'submit' : 'done';
}

/** Whether a deprecated record was kept for long enough. */
export function isOver({ updatedAt }: Pick<FoundRecord, 'updatedAt'>, now: Date, deleteAfterSeconds: number): boolean {
  return updatedAt.getTime() + deleteAfterSeconds * 1000 <= now.getTime();
}

function isSame(one: RecordContent, other: RecordContent): boolean {
  return one.data === other.data && one.description === other.description && one.displayName === other.displayName;
}
