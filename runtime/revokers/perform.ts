import { appToken, SigningKeys } from './app-token';
import { KindContext } from './kind';
import { KINDS } from './kinds';
import { Send } from './outbound';
import { runOrder } from './run-order';
import { ReadSecret, secretFor } from './secrets';
import { RevokerOrder, RevokerReport } from '../../src/contract/revokers';

/** How orders reach the outside. */
export interface Outside {
  readonly send: Send;
  readonly readSecret: ReadSecret;
  readonly keys: SigningKeys;
  readonly invoke: KindContext['invoke'];
  readonly post: KindContext['post'];
  readonly now: () => Date;
}

/** Does what the engine orders, and reports what was seen. It throws for no third party. */
export function perform({ send, readSecret, keys, invoke, post, now }: Outside, order: RevokerOrder): Promise<RevokerReport> {
  const { registry, account, agentName, settings: { subject = agentName } } = order;
  return runOrder(KINDS[order.kind], {
    send,
    invoke,
    post,
    now,
    order,
    secret: (secretArn, url) => secretFor(readSecret, secretArn, agentName, url),
    appToken: (use) => appToken(keys, { ...use, registry, agentName }, now()),
    values: { registry, account, agentName, subject: String(subject) },
  });
}
