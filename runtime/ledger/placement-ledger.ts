import { AdoptionLedger } from './adoptions';
import { Fleet } from './fleet';
import { keys } from './keys';
import { IS_NEW, Key, Table, Write } from './table';
import { canonicalJson } from '../../src/core/canonical-json';
import { createEvent, eventId, LifecycleEvent, Placement } from '../../src/core/lifecycle-event';
import { peerEntryOf } from '../model/peers';
import { Due, firstState, PlacementState } from '../model/placement-state';
import { applyChange, PlannedEvent, StateChange } from '../model/plan';
import { sponsorOf } from '../model/sponsor-of';

/** Limit of items in one transaction. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html */
const MOST_TOGETHER = 100;

/** What all events of a request have in common. */
export interface EventContext {
  readonly registry: string;
  readonly actor: string;
  readonly time: Date;
}

/** Computes what is due next for an agent. */
export type NextDue = (state: PlacementState) => Due | undefined;

export interface Committed {
  readonly state: PlacementState;
  /** The events that this call wrote. */
  readonly events: readonly LifecycleEvent[];
}

/**
 * State and event chain of placements. One transaction writes the state, its events and the marks that these were applied, on the condition that the
 * state has not changed since it was read. This keeps the chain free of forks and repeated events, and the state always matches the last event.
 */
export class PlacementLedger {
  public readonly fleet: Fleet;
  public readonly adoptions: AdoptionLedger;

  /** @param nextDue computes what is due next for an agent, which is stored with each write; without it, what is stored stays as it is */
  public constructor(private readonly table: Table, private readonly nextDue: NextDue = ({ due }) => due) {
    this.fleet = new Fleet(table);
    this.adoptions = new AdoptionLedger(table);
  }

  public async state(placement: Placement): Promise<PlacementState | undefined> {
    const item = await this.table.get<{ state: PlacementState }>(keys.placement(placement), keys.state);
    return item?.state;
  }

  public stateKey(placement: Placement): Key {
    return { pk: keys.placement(placement), sk: keys.state };
  }

  public async events(placement: Placement): Promise<LifecycleEvent[]> {
    const items = await this.table.query<{ event: LifecycleEvent }>(keys.placement(placement), keys.eventPrefix);
    return items.map(({ event }) => event);
  }

  /** The last events of the chain, at most `most`. */
  public async latestEvents({ placement, sequence }: Pick<PlacementState, 'placement' | 'sequence'>, most: number): Promise<LifecycleEvent[]> {
    const first = Math.max(1, sequence - most + 1);
    return this.eventsBetween(placement, first, sequence);
  }

  /** The events of the chain from one sequence number to another. */
  public async eventsBetween(placement: Placement, first: number, last: number): Promise<LifecycleEvent[]> {
    const items = await this.table.queryBetween<{ event: LifecycleEvent }>(keys.placement(placement), keys.event(first), keys.event(last));
    return items.map(({ event }) => event);
  }

  /** One event of the chain, by its sequence number. */
  public async event(placement: Placement, sequence: number): Promise<LifecycleEvent | undefined> {
    return (await this.table.get<{ event: LifecycleEvent }>(keys.placement(placement), keys.event(sequence)))?.event;
  }

  /** The events that were not sent to the bus yet. */
  public async unsent({ placement, unsent }: PlacementState): Promise<LifecycleEvent[]> {
    const events: LifecycleEvent[] = [];
    for (let start = 0; start < unsent.length; start += MOST_TOGETHER) {
      const slice = unsent.slice(start, start + MOST_TOGETHER).map((sequence) => ({ pk: keys.placement(placement), sk: keys.event(sequence) }));
      events.push(...(await this.table.getTogether(slice)).flatMap((item) => item === undefined ? [] : item.event as LifecycleEvent));
    }
    return events;
  }

  /**
   * Writes a change of the state that was read, with its events. It can be called again: an event is applied only once.
   *
   * @param also further writes of the same transaction
   * @throws RetryableError `LedgerConflict` when the state was written in between
   */
  public async commit(
    placement: Placement, before: PlacementState | undefined, change: StateChange, planned: readonly PlannedEvent[], context: EventContext,
    also: readonly Write[] = [],
  ): Promise<Committed> {
    const pending = await this.notApplied(placement, planned);
    const known = before ?? firstState(placement);
    if (before !== undefined && planned.length > 0 && pending.length === 0 && also.length === 0) {
      return { state: before, events: [] };
    }
    const changed = this.withDue(withCounted(applyChange(known, change)));
    if (before !== undefined && pending.length === 0 && also.length === 0 && canonicalJson(plain(changed)) === canonicalJson(plain(before))) {
      return { state: before, events: [] };
    }
    const events = chain(changed, pending, context);
    const now = context.time.toISOString();
    const after = this.withDue({
      ...changed,
      changedAt: isNoteOfAgenda(change) ? known.changedAt ?? now : now,
      sequence: known.sequence + events.length,
      lastHash: events.at(-1)?.hash ?? known.lastHash,
      unsent: [...known.unsent, ...events.map(({ sequence }) => Number(sequence))],
      version: known.version + 1,
    });
    await this.table.write([...this.writing(before, after, events), ...also]);
    return { state: after, events };
  }

  /** Whether all these events were written. Returns false if there are none. */
  public async isRecorded(placement: Placement, planned: readonly PlannedEvent[]): Promise<boolean> {
    return planned.length > 0 && (await this.notApplied(placement, planned)).length === 0;
  }

  /** The state after all its events were sent, and the writes that say so. */
  public sent(before: PlacementState): { readonly state: PlacementState; readonly writes: Write[] } {
    const state = this.withDue({ ...before, unsent: [], version: before.version + 1 });
    return { state, writes: [this.puttingState(before, state), ...this.fleet.following(before, state)] };
  }

  /** Follows with each write from the state and the present settings. */
  private withDue({ due: before, ...state }: PlacementState): PlacementState {
    const due = this.nextDue({ ...state, due: before });
    return due === undefined ? state : { ...state, due };
  }

  private writing(before: PlacementState | undefined, after: PlacementState, events: readonly LifecycleEvent[]): Write[] {
    const pk = keys.placement(after.placement);
    return [
      this.puttingState(before, after),
      ...events.flatMap((event) => [
        this.table.putting({ pk, sk: keys.event(Number(event.sequence)), event }, IS_NEW),
        this.table.putting({ pk, sk: keys.applied(event.id), sequence: Number(event.sequence) }, IS_NEW),
      ]),
      ...this.fleet.following(before, after),
    ];
  }

  private puttingState(before: PlacementState | undefined, after: PlacementState): Write {
    return this.table.putting({ ...this.stateKey(after.placement), state: after, version: after.version }, before === undefined
      ? IS_NEW
      : { expression: 'version = :version', values: { ':version': before.version } });
  }

  private async notApplied(placement: Placement, planned: readonly PlannedEvent[]): Promise<PlannedEvent[]> {
    const pk = keys.placement(placement);
    const marks = await this.table.getTogether(planned.map(({ key }) => ({ pk, sk: keys.applied(eventId(placement, key)) })));
    return planned.filter((_, index) => marks[index] === undefined);
  }
}

function chain(state: PlacementState, planned: readonly PlannedEvent[], { registry, time, actor }: EventContext): LifecycleEvent[] {
  const chained: LifecycleEvent[] = [];
  for (const [index, event] of planned.entries()) {
    const principal = event.roleId === undefined ? undefined : state.principals[event.roleId];
    chained.push(createEvent({
      name: event.name,
      registry,
      placement: state.placement,
      stage: event.stage,
      sequence: state.sequence + index + 1,
      time,
      actor,
      sponsorId: event.sponsorId ?? sponsorOf(state).id,
      ...(principal === undefined ? {} : { principal: { id: principal.roleId, arn: principal.roleArn } }),
      ...(event.details === undefined ? {} : { details: event.details }),
      idempotencyKey: event.key,
    }, chained.at(-1)?.hash ?? state.lastHash));
  }
  return chained;
}

/** Follows with each write from the declaration. */
function withCounted({ counted: _before, ...state }: PlacementState): PlacementState {
  const counted = peerEntryOf(state);
  return counted === undefined ? state : { ...state, counted };
}

/** What regular checks find must not postpone what is due some time after a change. */
function isNoteOfAgenda(change: StateChange): boolean {
  // With a note, trouble says what the agenda waits for.
  const parts = change.agenda === undefined ? ['agenda'] : ['agenda', 'trouble'];
  return Object.entries(change).every(([part, value]) => parts.includes(part) || (part === 'principals' && Object.keys(value as object).length === 0));
}

// The state as the table returns it: without members that are undefined.
function plain(state: PlacementState): unknown {
  return JSON.parse(JSON.stringify(state));
}
