import { textIn } from './templates/template';
import { delegatesPath, MOVES_PATH, OPEN_PATH } from '../../src/contract/review-page';
import { askedBy, Notice } from '../model/notice';
import { Mac, signLink } from '../review-link';

/** What makes links to the page for reviewers. */
export interface ReviewLinks {
  /** Scheme and host of the page, without a slash at the end. */
  readonly origin: string;
  readonly lifetimeSeconds: number;
  /** Whether people can sign in at the page. Only then can they approve moves there. */
  readonly canSignIn: boolean;
  readonly mac: Pick<Mac, 'generate'>;
  /** Makes each link another one: 22 or more of `[A-Za-z0-9_-]`. */
  readonly nonce: () => string;
}

const LONGEST_REVIEW_ID = 40;

/**
 * A link for each notice that asks its person for a decision, by the event's id. A link is made for the mail that is about to be sent and is stored nowhere: anyone who has it can open the review.
 */
export async function linksOf(
  { origin, lifetimeSeconds, canSignIn, mac, nonce }: ReviewLinks, notices: readonly Notice[], now: Date,
): Promise<ReadonlyMap<string, string>> {
  const expiresAtEpochSeconds = Math.floor(now.getTime() / 1000) + lifetimeSeconds;
  const links = await Promise.all(notices.map(async (notice): Promise<[string, string] | undefined> => {
    const { person, eventId, facts: { registry, account, agentName, details } } = notice;
    const purpose = askedBy(notice);
    const reviewId = textIn(details, purpose === 'revocation' ? 'confirmation' : 'review');
    return purpose === undefined || reviewId === '' || reviewId.length > LONGEST_REVIEW_ID ? undefined
      : [eventId, `${origin}${OPEN_PATH}${await signLink(mac, { purpose, registry, account, agentName, reviewId, person, expiresAtEpochSeconds, nonce: nonce() })}`];
  }));
  // These addresses prove nothing: the person who opens one has to sign in.
  const addresses = notices.flatMap((notice): [string, string][] => {
    const path = canSignIn ? pathOf(notice) : undefined;
    return path === undefined ? [] : [[notice.eventId, `${origin}${path}`]];
  });
  return new Map([...addresses, ...links.filter((link) => link !== undefined)]);
}

function pathOf(notice: Notice): string | undefined {
  const { facts: { kind, account, agentName } } = notice;
  return kind === 'approval-requested' ? `${MOVES_PATH}/${account}/${agentName}`
    : endsDelegation(notice) ? delegatesPath({ account, agentName }) : undefined;
}

/** Whether a notice says who may decide while no review is open, to people who can end that. */
export function endsDelegation({ audience, facts: { kind, details } }: Pick<Notice, 'audience' | 'facts'>): boolean {
  return kind === 'reviews-delegated' && audience !== 'delegate' && textIn(details, 'review') === '';
}
