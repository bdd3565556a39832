import * as z from 'zod';
import { ORDER_SECONDS, orderId, orderIssuer, OrderClaims } from '../../../src/contract/orders';
import { entrusting } from '../kind';

const settings = z.object({ worker: z.string() });

/**
 * An account that only a worker on premises reaches. The worker gets a signed order, and answers when it has looked, acted and checked again. The order is the same each time that it is sent in one leave,
 * except for its time.
 */
export const queue = entrusting(settings, async ({ worker }, { post, order, values, now }) => {
  const { registry, account, agentName, revoker } = order;
  const iat = Math.floor(now().getTime() / 1000);
  const claims: OrderClaims = {
    iss: orderIssuer(account, registry),
    aud: worker,
    sub: agentName,
    jti: orderId(order),
    iat,
    exp: iat + ORDER_SECONDS,
    action: 'revoke',
    revoker,
    subject: values.subject,
  };
  await post(worker, claims);
  return `the worker ${worker} was asked, and has not answered`;
});
