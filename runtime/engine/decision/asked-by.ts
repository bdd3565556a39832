import { isRequestIdOf, VouchedSession, vouchedSession } from '../../../src/contract/request-id';
import { pageReviewerOf, Reviewer, reviewerOf } from '../../certification';
import { PlacementState } from '../../model/placement-state';
import { Approve, LifecycleRequest, Review } from '../../model/request';

/** Who decides, by the request's id: IAM limits who may store which ids. */
export function askedBy(
  state: PlacementState, request: LifecycleRequest<Review | Approve>, now: Date,
): { readonly who: string; readonly reviewer?: Reviewer } {
  const { requestId, intent: { kind, proven } } = request;
  if (isRequestIdOf(requestId, 'page', kind)) {
    return proven === undefined ? { who: 'the caller' } : { who: proven.email, reviewer: pageReviewerOf(state, proven, now) };
  }
  const session = sessionOf(request);
  return session === undefined ? { who: 'the caller' } : { who: session.sessionName, reviewer: reviewerOf(state, session, now) };
}

/** The session that IAM vouches for. The actor, which the events name, must be of that session too. */
export function sessionOf({ requestId, intent, origin }: LifecycleRequest): VouchedSession | undefined {
  const session = vouchedSession(requestId, intent.kind);
  return origin.kind === 'operator' && session !== undefined && origin.arn.split('/').at(-1) === session.sessionName ? session : undefined;
}
