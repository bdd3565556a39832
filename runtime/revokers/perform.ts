import { appToken, SigningKeys } from './app-token';
import { KindContext, UserOfDatabase } from './kind';
import { KINDS } from './kinds';
import { Send } from './outbound';
import { runOrder } from './run-order';
import { ReadSecret, secretFor } from './secrets';
import { DatabaseUserPlace, databaseMark } from '../../src/contract/database-users';
import { RevokerOrder, RevokerReport } from '../../src/contract/revokers';

/** How orders reach the outside. */
export interface Outside {
  readonly send: Send;
  readonly readSecret: ReadSecret;
  readonly keys: SigningKeys;
  readonly invoke: KindContext['invoke'];
  readonly post: KindContext['post'];
  /** A user of a database with the mark of its agent. */
  readonly databaseUser: (place: Omit<DatabaseUserPlace, 'objectsTo'>, mark: string) => UserOfDatabase;
  readonly now: () => Date;
}

/** Does what the engine orders, and reports what was seen. It throws for no third party. */
export function perform({ send, readSecret, keys, invoke, post, databaseUser, now }: Outside, order: RevokerOrder): Promise<RevokerReport> {
  const { registry, account, agentName, settings: { subject = agentName } } = order;
  return runOrder(KINDS[order.kind], {
    send,
    invoke,
    post,
    now,
    databaseUser: (place) => databaseUser(place, databaseMark({ registry, account, agentName })),
    order,
    secret: (secretArn, url) => secretFor(readSecret, secretArn, agentName, url),
    appToken: (use) => appToken(keys, { ...use, registry, agentName }, now()),
    values: { registry, account, agentName, subject: String(subject) },
  });
}
