import { createHash } from 'node:crypto';
import { requestIdOf } from '../../src/contract/request-id';
import { Placement } from '../../src/core/lifecycle-event';
import { PageSession } from '../ledger';
import { LifecycleRequest, PageIntent } from '../model/request';

/** The request of one form of one session: the same form sent twice is one decision. */
export function requestIdIn({ hash }: PageSession, once: string, intent: PageIntent['kind']): string {
  return requestIdOf('page', intent, createHash('sha256').update(`${hash}/${once}`).digest('hex').slice(0, 32));
}

const ONCE = /^[A-Za-z0-9_-]{22}$/;
export const ONCE_BYTES = 16;

/** Whether a form names itself as the page made it. */
export function isOnce(text: string): boolean {
  return ONCE.test(text);
}

/** What identifies a request of the page, to look up what became of it. */
export function requestOf(requestId: string, placement: Placement): Pick<LifecycleRequest, 'requestId' | 'placement' | 'origin'> {
  return { requestId, placement: { account: placement.account, agentName: placement.agentName }, origin: { kind: 'page', arn: '' } };
}
