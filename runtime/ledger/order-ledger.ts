import { keys } from './keys';
import { Table } from './table';
import { HeardAnswer, ORDER_SECONDS, saysRemoved } from '../../src/contract/orders';

/** An order is sent again until it is answered, so its answer is needed for a while longer than the order is valid. */
const KEPT_SECONDS = 15 * ORDER_SECONDS;

/** What workers on premises have answered: one row an order. */
export class OrderLedger {
  public constructor(private readonly table: Table) {}

  public async answer(orderId: string): Promise<HeardAnswer | undefined> {
    return (await this.table.get<{ answer: HeardAnswer }>(keys.order(orderId), keys.orderAnswer))?.answer;
  }

  /** Keeps an answer. That the access no longer exists is the last one: what a doubled message says later replaces nothing. */
  public async keep(orderId: string, answer: HeardAnswer, now: Date): Promise<void> {
    const key = { pk: keys.order(orderId), sk: keys.orderAnswer };
    const ttl = Math.floor(now.getTime() / 1000) + KEPT_SECONDS;
    await this.table.put({ ...key, answer, isLast: saysRemoved(answer), ttl }, { expression: 'attribute_not_exists(pk) OR isLast = :no', values: { ':no': false } });
  }
}
