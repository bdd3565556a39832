import { ToldEvent } from '../../src/contract/notifications';
import { LinkPurpose } from '../../src/contract/review-page';
import { JsonValue } from '../../src/core/canonical-json';

/** As what a person is notified. */
export type Audience = 'sponsor' | 'backup' | 'former-sponsor' | 'offered' | 'new-sponsor' | 'offering' | 'delegate' | 'second-reviewer' | 'named' | 'team' | 'operator';

/** What a notice is about: an event of an agent, the same for those who depend on it, a sweep that was held back, or a role that belongs to no agent. */
export type NoticeKind = ToldEvent | 'dependency-leaves' | 'sweep-held' | 'orphan-role';

/** What a template knows. All of it is from outside: people wrote parts of it. */
export interface NoticeFacts {
  readonly kind: NoticeKind;
  readonly registry: string;
  readonly account: string;
  /** Empty for a notice about the registry. */
  readonly agentName: string;
  readonly stage: string;
  readonly time: string;
  readonly details: { readonly [key: string]: JsonValue };
}

/** A notice for one person about one event. */
export interface Notice {
  /** Mail address in lower case, or `operators`. */
  readonly person: string;
  readonly audience: Audience;
  readonly eventId: string;
  readonly facts: NoticeFacts;
}

const ASK_FOR_REVIEW: readonly NoticeKind[] = ['review-due', 'review-overdue', 'reviews-delegated'];

/** What a notice asks its person to decide on the page. Undefined for one that asks for nothing there. */
export function askedBy({ audience, facts: { kind } }: Pick<Notice, 'audience' | 'facts'>): LinkPurpose | undefined {
  if (kind === 'review-decided') {
    return audience === 'offered' ? 'offer' : audience === 'new-sponsor' ? 'review' : undefined;
  }
  if (kind === 'revocation-open') {
    return audience === 'team' ? 'revocation' : undefined;
  }
  return audience !== 'operator' && ASK_FOR_REVIEW.includes(kind) ? 'review' : undefined;
}
