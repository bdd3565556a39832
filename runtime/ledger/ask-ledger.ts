import { randomUUID } from 'node:crypto';
import { keys } from './keys';
import { Table } from './table';
import { LONGEST_ACT_SECONDS, RevokerAction, RevokerOrder } from '../../src/contract/revokers';
import { Placement } from '../../src/core/lifecycle-event';

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

  /** Stores what to do, and with it that a call may be under way which changes something. Returns the id by which it is taken. */
  public async keep(order: RevokerOrder, now: Date): Promise<string> {
    const id = randomUUID();
    const seconds = Math.floor(now.getTime() / 1000);
    const asked = this.table.putting({ pk: keys.ask(id), sk: keys.askRow, order, ttl: seconds + VALID_SECONDS });
    const until = seconds + VALID_SECONDS + LONGEST_ACT_SECONDS;
    const { action } = order;
    await this.table.write([asked, ...(action === 'look' ? [] : [this.table.putting({ pk: keys.placement(order), sk: keys.underWay(id), action, until, ttl: until })])]);
    return id;
  }

  /** Forgets a call, because the function has answered: nothing of it is under way any more. */
  public async over(placement: Placement, id: string): Promise<void> {
    await this.table.delete({ pk: keys.placement(placement), sk: keys.underWay(id) });
  }

  /** Until when a call for the agent may still act whose answer nobody got. Undefined if none may. */
  public async underWayUntil(placement: Placement, actions: readonly RevokerAction[], now: Date): Promise<Date | undefined> {
    const calls = await this.table.query<{ action: RevokerAction; until: number }>(keys.placement(placement), keys.underWay());
    const until = Math.max(0, ...calls.filter(({ action }) => actions.includes(action)).map((call) => call.until * 1000));
    return until > now.getTime() ? new Date(until) : undefined;
  }

  /** Removes and returns what is asked, so that it is done once at most. Undefined if the engine did not ask it, if it was taken, or if it is too old. */
  public async take(id: string, now: Date): Promise<RevokerOrder | undefined> {
    const asked = await this.table.take<Asked>({ pk: keys.ask(id), sk: keys.askRow });
    return asked === undefined || asked.ttl * 1000 < now.getTime() ? undefined : asked.order;
  }
}
