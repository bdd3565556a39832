import { createHash } from 'node:crypto';
import { requestIdOf } from '../../src/contract/request-id';
import { Placement } from '../../src/core/lifecycle-event';
import { PageSession } from '../ledger';
import { LifecycleRequest } from '../model/request';

/** The request of one form of one session: the same form sent twice is one decision. */
export function requestIdIn({ hash }: PageSession, once: string): string {
  return requestIdOf('page', 'review', createHash('sha256').update(`${hash}/${once}`).digest('hex').slice(0, 32));
}

/** What identifies a request of the page, to look up what became of it. */
export function requestOf(requestId: string, placement: Placement): Pick<LifecycleRequest, 'requestId' | 'placement' | 'origin'> {
  return { requestId, placement: { account: placement.account, agentName: placement.agentName }, origin: { kind: 'page', arn: '' } };
}
