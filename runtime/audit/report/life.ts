import { ToldEvent } from './told-event';
import { LifecycleEventName } from '../../../src/core/event-table';

/** What an event says of the life of its agent. `unsaid`: it can stand after a leave, or before the first join. */
type Life = 'begins' | 'lives' | 'ends' | 'unsaid';

const LIFE: Readonly<Record<LifecycleEventName, Life>> = {
  'joined': 'begins',
  'adopted': 'begins',
  'left': 'ends',
  'released': 'ends',
  'moved': 'lives',
  'move-undone': 'lives',
  'sponsor-changed': 'lives',
  'sponsor-lapsed': 'lives',
  'purpose-changed': 'lives',
  'access-changed': 'lives',
  'access-key-changed': 'lives',
  'expiry-changed': 'lives',
  'renewed': 'lives',
  'principal-retired': 'lives',
  'transfer-offered': 'lives',
  'suspended': 'lives',
  'suspension-completed': 'lives',
  'suspension-reasserted': 'lives',
  'expiry-near': 'lives',
  'expired': 'lives',
  'zombie-found': 'lives',
  'kept': 'lives',
  'review-due': 'lives',
  'review-overdue': 'lives',
  'reviews-delegated': 'lives',
  'rubber-stamp-suspected': 'lives',
  'review-decided': 'lives',
  'reduced': 'lives',
  'certified': 'lives',
  'credential-deleted': 'lives',
  'credential-old': 'lives',
  'drift-found': 'lives',
  'drift-removed': 'lives',
  // A suspension outlives the agent, and roles are found and failures happen after it.
  'resumption-started': 'unsaid',
  'resumed': 'unsaid',
  'deletion-confirmed': 'unsaid',
  'orphan-found': 'unsaid',
  'teardown-incomplete': 'unsaid',
  'transition-failed': 'unsaid',
  'revocation-open': 'unsaid',
  'revocation-confirmed': 'unsaid',
  'revocations-certified': 'unsaid',
  // The first join may need an approval too.
  'approval-requested': 'unsaid',
  'approved': 'unsaid',
  'approval-declined': 'unsaid',
  'approval-used': 'unsaid',
};

export function begins({ name }: ToldEvent): boolean {
  return LIFE[name] === 'begins';
}

export function ends({ name }: ToldEvent): boolean {
  return LIFE[name] === 'ends';
}

/** Whether the agent was living after an event. Undefined if the event does not say. */
export function livesAfter(event: ToldEvent): boolean | undefined {
  const life = LIFE[event.name];
  return life === 'unsaid' ? undefined : life !== 'ends';
}

/** A review that somebody was asked for, as of an event. Undefined if the event does not say. */
export function reviewAfter(event: ToldEvent): 'open' | 'none' | undefined {
  if (event.name === 'review-due' || event.name === 'review-overdue') {
    return 'open';
  }
  return event.name === 'certified' || begins(event) || ends(event) ? 'none' : undefined;
}
