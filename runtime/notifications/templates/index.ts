import { approvalRequested } from './approval-requested';
import { credentialOld } from './credential-old';
import { dependencyLeaves } from './dependency-leaves';
import { driftFound } from './drift-found';
import { expired } from './expired';
import { expiryNear } from './expiry-near';
import { joined } from './joined';
import { kept } from './kept';
import { left } from './left';
import { orphanFound } from './orphan-found';
import { orphanRole } from './orphan-role';
import { reduced } from './reduced';
import { renewed } from './renewed';
import { resumed } from './resumed';
import { reviewDecided } from './review-decided';
import { reviewDue } from './review-due';
import { reviewOverdue } from './review-overdue';
import { reviewsDelegated } from './reviews-delegated';
import { revocationOpen } from './revocation-open';
import { rubberStampSuspected } from './rubber-stamp-suspected';
import { sponsorChanged } from './sponsor-changed';
import { sponsorLapsed } from './sponsor-lapsed';
import { suspended } from './suspended';
import { sweepHeld } from './sweep-held';
import { teardownIncomplete } from './teardown-incomplete';
import { Template } from './template';
import { transitionFailed } from './transition-failed';
import { zombieFound } from './zombie-found';
import { TOLD_EVENTS, ToldEvent } from '../../../src/contract/notifications';
import { LifecycleEventName } from '../../../src/core/event-table';
import { NoticeKind } from '../../model/notice';

export type { Said, Template } from './template';

/** The template of each kind. */
export const TEMPLATES: Readonly<Record<NoticeKind, Template>> = {
  'sweep-held': sweepHeld,
  'dependency-leaves': dependencyLeaves,
  'transition-failed': transitionFailed,
  'teardown-incomplete': teardownIncomplete,
  'revocation-open': revocationOpen,
  'orphan-found': orphanFound,
  'orphan-role': orphanRole,
  'drift-found': driftFound,
  'review-overdue': reviewOverdue,
  'approval-requested': approvalRequested,
  'review-due': reviewDue,
  'rubber-stamp-suspected': rubberStampSuspected,
  'reviews-delegated': reviewsDelegated,
  'review-decided': reviewDecided,
  'reduced': reduced,
  'expiry-near': expiryNear,
  'zombie-found': zombieFound,
  'credential-old': credentialOld,
  'sponsor-lapsed': sponsorLapsed,
  'suspended': suspended,
  'expired': expired,
  'sponsor-changed': sponsorChanged,
  'joined': joined,
  'resumed': resumed,
  'kept': kept,
  'renewed': renewed,
  'left': left,
};

/** All kinds in the order of a digest: the most urgent first. */
export const KINDS: readonly NoticeKind[] = ['sweep-held', 'orphan-role', 'dependency-leaves', ...TOLD_EVENTS];

export function isTold(name: LifecycleEventName): name is ToldEvent {
  return (TOLD_EVENTS as readonly string[]).includes(name);
}
