import { LifecycleEventName } from '../core/event-table';

/**
 * Events of agents that people are notified of, the most urgent first. Of decisions, only offers and the answers to them are notified. Each has a template in `runtime/notifications/templates`. All other events are on
 * the bus only.
 */
export const TOLD_EVENTS = [
  'transition-failed', 'teardown-incomplete', 'revocation-open', 'orphan-found', 'drift-found', 'review-overdue', 'approval-requested', 'review-due', 'review-decided', 'rubber-stamp-suspected', 'expiry-near', 'zombie-found', 'credential-old', 'sponsor-lapsed', 'suspended', 'expired', 'sponsor-changed', 'reviews-delegated', 'reduced', 'joined', 'resumed',
  'kept', 'renewed', 'left',
] as const satisfies readonly LifecycleEventName[];

/** Name of an event that people are notified of. */
export type ToldEvent = (typeof TOLD_EVENTS)[number];

/** How people are notified. */
export interface NotificationSettings {
  readonly channel:
    | { readonly kind: 'mail'; readonly from: string }
    | { readonly kind: 'topic'; readonly topicArn: string };
  /** Hour of the day in UTC in which digests are sent. */
  readonly digestHour: number;
  /** Who is notified of what operators have to look into. */
  readonly operators: readonly string[];
}

/** Minutes of that hour at which digests are sent: the later runs only do what an earlier one could not. */
export const DIGEST_MINUTES = '0/20';

/** What the schedule sends to the function. */
export const SEND_DIGESTS = { task: 'send-digests' } as const;
