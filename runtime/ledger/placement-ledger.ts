import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from './keys';
import { Item, Table } from './table';
import { canonicalJson } from '../../src/core/canonical-json';
import { RetryableError } from '../../src/core/errors';
import { createEvent, eventId, LifecycleEvent, Placement } from '../../src/core/lifecycle-event';
import { firstState, PlacementState } from '../lifecycle/placement-state';
import { applyChange, PlannedEvent, StateChange } from '../lifecycle/plan';

/** What every event of a request has in common. */
export interface EventContext {
  readonly registry: string;
  readonly actor: string;
  readonly time: Date;
}

/** What a list of the fleet shows of a placement. */
export interface PlacementSummary {
  readonly account: string;
  readonly agentName: string;
  readonly status: PlacementState['status'];
  readonly stage: string;
  readonly sponsorId: string;
  readonly expiresAt: string;
  readonly stackName: string;
}

/**
 * State and event chain of placements. State, events and the marks that they were applied are written in one transaction, on condition that
 * nobody has written since: so the chain has no fork, no event twice, and the state is always that of its last event.
 */
export class PlacementLedger {
  public constructor(private readonly table: Table) {}

  public async state(placement: Placement): Promise<PlacementState | undefined> {
    const item = await this.table.get<{ state: PlacementState }>(keys.placement(placement), keys.state);
    return item?.state;
  }

  public async events(placement: Placement): Promise<LifecycleEvent[]> {
    const items = await this.table.query<{ event: LifecycleEvent }>(keys.placement(placement), keys.eventPrefix);
    return items.map(({ event }) => event);
  }

  /** Everything the registry has ever held, tombstones too. */
  public async fleet(): Promise<PlacementSummary[]> {
    const items = await this.table.query<{ summary: PlacementSummary }>(keys.registry, keys.summaryPrefix);
    return items.map(({ summary }) => summary);
  }

  /**
   * Writes a change with its events. May be called again: what was applied is not applied twice.
   *
   * @throws RetryableError `LedgerConflict` when somebody else wrote in between
   */
  public async commit(placement: Placement, change: StateChange, events: readonly PlannedEvent[], context: EventContext): Promise<PlacementState> {
    const before = await this.state(placement);
    const pending = [];
    for (const event of events) {
      if (await this.table.get(keys.placement(placement), keys.applied(eventId(placement, event.key))) === undefined) {
        pending.push(event);
      }
    }
    if (before !== undefined && events.length > 0 && pending.length === 0) {
      return before;
    }
    const base = before ?? firstState(placement);
    const changed = applyChange(base, change);
    if (before !== undefined && pending.length === 0 && canonicalJson(plain(changed)) === canonicalJson(before)) {
      return before;
    }
    const chained = this.chain(changed, pending, context);
    const last = chained.at(-1);
    const after: PlacementState = {
      ...changed,
      sequence: base.sequence + chained.length,
      lastHash: last?.hash ?? base.lastHash,
      version: base.version + 1,
    };
    await this.write(placement, before, after, chained);
    return after;
  }

  private chain(state: PlacementState, planned: readonly PlannedEvent[], context: EventContext): LifecycleEvent[] {
    const chained: LifecycleEvent[] = [];
    let previousHash = state.lastHash;
    for (const [index, event] of planned.entries()) {
      const principal = event.roleId === undefined ? undefined : state.principals[event.roleId];
      const created = createEvent({
        name: event.name,
        registry: context.registry,
        placement: state.placement,
        stage: event.stage,
        sequence: state.sequence + index + 1,
        time: context.time,
        actor: context.actor,
        sponsorId: state.declared.sponsor.id,
        ...(principal === undefined ? {} : { principal: { id: principal.roleId, arn: principal.roleArn } }),
        ...(event.details === undefined ? {} : { details: event.details }),
        idempotencyKey: event.key,
      }, previousHash);
      chained.push(created);
      previousHash = created.hash;
    }
    return chained;
  }

  private async write(
    placement: Placement, before: PlacementState | undefined, after: PlacementState, events: readonly LifecycleEvent[],
  ): Promise<void> {
    const pk = keys.placement(placement);
    const put = (item: Item, condition?: Item): { Put: Item & { TableName: string; Item: Item } } => (
      { Put: { TableName: this.table.name, Item: item, ...condition } });
    const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
    try {
      await this.table.client.send(new TransactWriteCommand({
        TransactItems: [
          put({ pk, sk: keys.state, state: after, version: after.version }, before === undefined
            ? isNew
            : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': before.version } }),
          ...events.flatMap((event) => {
            const sequence = Number(event.sequence);
            return [
              put({ pk, sk: keys.event(sequence), event }, isNew),
              put({ pk, sk: keys.applied(event.id), sequence }, isNew),
              put({ pk, sk: keys.outbox(sequence), event }),
            ];
          }),
          // A note before the join has no declaration yet, and nothing to show.
          ...(after.declared === undefined ? [] : [put({ pk: keys.registry, sk: keys.summary(placement), summary: summaryOf(after) })]),
        ],
      }));
    } catch (error) {
      if (error instanceof Error && /TransactionCanceled|TransactionConflict|TransactionInProgress/.test(error.name)) {
        throw new RetryableError('LedgerConflict', `the ledger of agent ${placement.agentName} was written by somebody else in between`, { cause: error });
      }
      throw error;
    }
  }
}

function summaryOf(state: PlacementState): PlacementSummary {
  return {
    account: state.placement.account,
    agentName: state.placement.agentName,
    status: state.status,
    stage: state.declared.stage,
    sponsorId: state.declared.sponsor.id,
    expiresAt: state.declared.expiresAt,
    stackName: state.owner.stackName,
  };
}

// As the table will hold it: without members that are undefined.
function plain(state: PlacementState): unknown {
  return JSON.parse(JSON.stringify(state));
}
