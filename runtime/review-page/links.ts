import { ReviewPage } from './page';
import { isOfferedTo, pageReviewerOf } from '../certification';
import { LinkRecord, OpenedLink, PageSession, Write } from '../ledger';
import { humanTaskOf, revocationReference } from '../model/human-revocation';
import { PlacementState } from '../model/placement-state';
import { LifecycleRequest, Review } from '../model/request';
import { openRevocations } from '../model/revocation';
import { hashOfLink, readLink } from '../review-link';
import { requestOf } from './requests';

/** A link of a mail may open so many sessions: a person's, and those of programs that check mails. */
const MOST_OPENINGS = 40;
const TRIES = 8;

/** What a token opens, if it is genuine and this person is still asked. It changes nothing. */
export async function linkOf({ mac, registry, desk, ledger, now }: ReviewPage, token: string): Promise<OpenedLink | undefined> {
  const claims = await readLink(mac, token, registry, now());
  if (claims === undefined) {
    return undefined;
  }
  const { purpose, account, agentName, reviewId, person } = claims;
  const link: OpenedLink = { hash: hashOfLink(claims), purpose, account, agentName, reviewId, person };
  const [state, record] = await Promise.all([desk.state({ account, agentName }), ledger.link(link.hash)]);
  return state !== undefined && isAskedFor(state, link, now()) && !await isUsed({ desk }, link, record) ? link : undefined;
}

function isAskedFor(state: PlacementState, link: OpenedLink, now: Date): boolean {
  const { purpose, person, hash, reviewId } = link;
  if (purpose === 'revocation') {
    return openRevocations(state).some((one) => revocationReference(one) === reviewId && humanTaskOf(one.revoker)?.team.includes(person) === true);
  }
  if (state.status !== 'active' || state.review?.open?.id !== reviewId) {
    return false;
  }
  const reviewer = pageReviewerOf(state, { proof: 'mail-link', email: person, link: hash, purpose }, now);
  return reviewer !== undefined && (purpose === 'offer' ? isOfferedTo(state, reviewer.email) : reviewer.relation !== 'offered');
}

/** Counts an opening. Returns false if there were too many: then only a newer mail helps. */
export async function countOpening({ ledger, now }: ReviewPage, { hash }: OpenedLink): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    const before = await ledger.link(hash);
    const opened = (before?.opened ?? 0) + 1;
    if (opened > MOST_OPENINGS) {
      return false;
    }
    if (await ledger.saveLink(hash, before, { ...before, opened }, now())) {
      return true;
    }
  }
  return false;
}

/** Whether a decision of another session has used the link of this one. Then this session decides nothing any more. */
export async function isUsedByOther({ desk, ledger }: Pick<ReviewPage, 'desk' | 'ledger'>, { link, hash }: PageSession): Promise<boolean> {
  const record = link === undefined ? undefined : await ledger.link(link.hash);
  return link !== undefined && record?.usedBy?.session !== hash && isUsed({ desk }, link, record);
}

/** The write that marks the link of a session as used by a request. Undefined if another session's decision has used it. A session that signed in has no link to use. */
export async function usingLink({ desk, ledger, now }: Pick<ReviewPage, 'desk' | 'ledger' | 'now'>, { link, hash }: PageSession, requestId: string): Promise<readonly Write[] | undefined> {
  if (link === undefined) {
    return [];
  }
  const record = await ledger.link(link.hash);
  const using = await requestsUsing({ desk }, link, record);
  if (using.length > 0 && record?.usedBy?.session !== hash) {
    return undefined;
  }
  // What the engine has not refused stays: whatever becomes of this request, a decision of before has used the link.
  const requestIds = [...new Set([...using, requestId])];
  return [ledger.savingLink(link.hash, record, { opened: record?.opened ?? 0, usedBy: { session: hash, requestIds } }, now())];
}

async function isUsed(page: Pick<ReviewPage, 'desk'>, link: OpenedLink, record: LinkRecord | undefined): Promise<boolean> {
  return (await requestsUsing(page, link, record)).length > 0;
}

/** The decisions that have used a link, or will have. One that the engine refused has used nothing. */
async function requestsUsing({ desk }: Pick<ReviewPage, 'desk'>, { account, agentName }: OpenedLink, record: LinkRecord | undefined): Promise<string[]> {
  const { requestIds = [] } = record?.usedBy ?? {};
  const outcomes = await Promise.all(requestIds.map((id) => desk.outcome(requestOf(id, { account, agentName }) as LifecycleRequest<Review>)));
  const done = requestIds.find((_, index) => outcomes[index]?.is === 'done');
  return done !== undefined ? [done] : requestIds.filter((_, index) => outcomes[index]?.is !== 'refused');
}
