import { randomUUID } from 'node:crypto';
import { keys } from './keys';
import { Table } from './table';
import { RevokerOrder } from '../../src/contract/revokers';

/** The engine invokes the function right after it has written the row. */
const VALID_SECONDS = 60;

interface Asked {
  readonly order: RevokerOrder;
  /** Seconds since 1970. DynamoDB deletes the row days later. */
  readonly ttl: number;
}

/** What the engine asks the function for revokers: one row for each invocation, which the function takes. */
export class AskLedger {
  public constructor(private readonly table: Table) {}

  /** Stores what to do. Returns the id by which it is taken. */
  public async keep(order: RevokerOrder, now: Date): Promise<string> {
    const id = randomUUID();
    const ttl = Math.floor(now.getTime() / 1000) + VALID_SECONDS;
    await this.table.put({ pk: keys.ask(id), sk: keys.askRow, order, ttl });
    return id;
  }

  /** Removes and returns what is asked, so that it is done once at most. Undefined if the engine did not ask it, if it was taken, or if it is too old. */
  public async take(id: string, now: Date): Promise<RevokerOrder | undefined> {
    const asked = await this.table.take<Asked>({ pk: keys.ask(id), sk: keys.askRow });
    return asked === undefined || asked.ttl * 1000 < now.getTime() ? undefined : asked.order;
  }
}
