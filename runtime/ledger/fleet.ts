import { createHash } from 'node:crypto';
import { keys } from './keys';
import { PeerCounters } from './peer-counters';
import { Item, Table, Write } from './table';
import { DUE_INDEX } from '../../src/contract/registry-names';
import { canonicalJson } from '../../src/core/canonical-json';
import { Placement, placementKey } from '../../src/core/lifecycle-event';
import { certifiedEnd } from '../model/certified-end';
import { agingCredentials } from '../model/own-credentials';
import { PeerCounts } from '../model/peers';
import { driftOf, Due, DueReason, isAdopted, isKept, isLiving, PlacementState, RoleId, statusOf, SuspensionStatus, Trouble } from '../model/placement-state';
import { monthlyCosts, noLongerPaid, openRevocations, unknownCosts } from '../model/revocation';
import { sponsorOf } from '../model/sponsor-of';

/** A placement as a list of the fleet shows it. */
export interface PlacementSummary {
  readonly account: string;
  readonly agentName: string;
  readonly status: SuspensionStatus;
  readonly stage: string;
  readonly sponsorId: string;
  readonly expiresAt: string;
  /** When its access ends before that, unless a review carries it on. Absent while it is suspended. */
  readonly certifiedUntil?: string;
  readonly stackName: string;
  readonly trouble?: Trouble;
  /** Since when its principal is known to be changed outside of deployments. */
  readonly driftSince?: string;
  /** Since when its sponsor knows that it is unused. Absent in rows of an earlier version. */
  readonly unusedSince?: string;
  /** What it costs each month at third parties, by currency. Absent if nothing is known. */
  readonly monthlyCosts?: Readonly<Record<string, number>>;
  /** Integrations whose cost would be looked up and is not known. Absent if all are known. */
  readonly unknownCosts?: number;
  /** What is no longer paid each month since it left, by currency. */
  readonly noLongerPaid?: Readonly<Record<string, number>>;
  /** Ids of revokers of which third parties have not confirmed that the access no longer exists. */
  readonly openRevocations?: readonly string[];
  /** Names of credentials of which its sponsor knows that they are older than its stage allows. */
  readonly oldCredentials?: readonly string[];
  /** Its open review. */
  readonly review?: { readonly id: string; readonly deadline: string; readonly missed: boolean };
  /** Its present role existed before it became an agent. */
  readonly adopted?: true;
  /** Ids of the roles that the agent has or that its stack has not deleted yet. Absent in rows of an earlier version. */
  readonly roleIds?: readonly RoleId[];
}

/** A placement as a list reads it: its row, with what is due next. */
export interface ListedPlacement extends PlacementSummary {
  /** Absent if nothing is ever due for the agent. */
  readonly due?: Due;
}

/** An agent in the index of due dates. */
export interface DueEntry {
  readonly summary: PlacementSummary;
  /** Absent if nothing is ever due for the agent. Such an agent is not in the index. */
  readonly dueAt?: string;
  readonly dueReason?: DueReason;
  readonly removal?: Due['removal'];
  readonly besidesAt?: string;
}

/** A part of a list of agents by name. */
export interface ByName {
  readonly account: string;
  readonly begins?: string;
  /** Name of the last agent of the part before. */
  readonly after?: string;
  readonly limit: number;
}

/** Agents by name, and the last of them if others follow. */
export interface NamedPage {
  readonly agents: readonly PlacementSummary[];
  readonly next?: string;
}

/** Where a walk through the index continues. */
export interface DueCursor {
  readonly shard: number;
  /** Key of the last row that was read. */
  readonly after?: Item;
}

/** A part of what is due. */
export interface DuePage {
  readonly entries: readonly DueEntry[];
  /** Absent after the last page. */
  readonly next?: DueCursor;
}

/**
 * Counters and the index are spread over this many shards. With one counter, simultaneous joins would wait for each other. With one index partition,
 * agents that end on the same day would all be in it.
 */
const SHARDS = 8;

const DUE_PAGE = 500;
const DAY_MS = 86_400_000;
/** An ended agent waits for its teardown at most so long: the longest delay of the agenda, or a renewal, or the next attempt. */
const LONGEST_WAIT_AFTER_END_DAYS = 38;

/** The registry's agents as a whole: one row for each agent, living and departed agents apart, and the number of each. Only a list reads all rows. */
export class Fleet {
  private readonly peers: PeerCounters;

  public constructor(private readonly table: Table) {
    this.peers = new PeerCounters(table, SHARDS);
  }

  /** Every agent the registry has ever held: living agents first, then tombstones. */
  public async list(): Promise<ListedPlacement[]> {
    const [living, left] = await Promise.all([keys.livingPrefix, keys.leftPrefix].map((prefix) => this.rows(prefix)));
    return [...living, ...left];
  }

  /** All living agents. */
  public living(): Promise<PlacementSummary[]> {
    return this.rows(keys.livingPrefix);
  }

  /** At most `limit` of the living agents. */
  public some(limit: number): Promise<PlacementSummary[]> {
    return this.rows(keys.livingPrefix, limit);
  }

  /** Number of living agents. The cost doesn't depend on that number. */
  public async count(): Promise<number> {
    const shards = await this.table.getTogether(Array.from({ length: SHARDS }, (_, shard) => ({ pk: keys.registry, sk: keys.count(shard) })));
    return shards.reduce((sum, shard) => sum + Number(shard?.living ?? 0), 0);
  }

  /**
   * The living agents that end by `until` or have ended, the earliest first. What is due for an agent is never later than its end, except for an ended
   * agent, for which the wait is bounded.
   */
  public async ending(until: Date): Promise<ListedPlacement[]> {
    const [last, end] = [LONGEST_WAIT_AFTER_END_DAYS * DAY_MS, 0].map((more) => withoutFraction(new Date(until.getTime() + more).toISOString()));
    const shards = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => this.table.queryDue<DueEntry>(keys.due(shard), last)));
    return shards.flat().map(listed).filter((summary) => isOfLiving(summary.status) && endOf(summary) <= end)
      .sort((one, other) => (endOf(one) < endOf(other) ? -1 : 1));
  }

  /**
   * One part of what is due by `until`: at most `limit` agents of one shard. Agents that left are among them while one of their roles is left over.
   * The cost depends on what is due, not on the size of the fleet. The index is eventually consistent: what it misses is in the next walk.
   */
  public async due(until: Date, { shard, after }: DueCursor = { shard: 0 }, limit = DUE_PAGE): Promise<DuePage> {
    const { items, last } = await this.table.pageOfDue<DueEntry>(keys.due(shard), withoutFraction(until.toISOString()), limit, after);
    const next = last !== undefined ? { shard, after: last } : shard + 1 < SHARDS ? { shard: shard + 1 } : undefined;
    return { entries: items, ...(next === undefined ? {} : { next }) };
  }

  /** One part of all living agents, whether something is due for them or not. */
  public async livingPage(after: Item | undefined, limit = DUE_PAGE): Promise<DuePage> {
    const { items, last } = await this.table.pageOf<DueEntry>(keys.registry, keys.livingPrefix, limit, after);
    return { entries: items, ...(last === undefined ? {} : { next: { shard: 0, after: last } }) };
  }

  /** One part of the rows of all living or of all departed agents, as the table has them, with the id of the call. */
  public rawPage(which: 'living' | 'left', limit: number, after?: Item): ReturnType<Table['pageOf']> {
    return this.table.pageOf<unknown>(keys.registry, which === 'living' ? keys.livingPrefix : keys.leftPrefix, limit, after);
  }

  /** One part of all living or of all departed agents of an account, by name. Only agents whose names begin with `begins`, which `after` does too. */
  public async byName(which: 'living' | 'left', { account, begins = '', after, limit }: ByName): Promise<NamedPage> {
    const keyOf = (agentName: string): string => keys[which]({ account, agentName });
    const from = after === undefined ? undefined : { pk: keys.registry, sk: keyOf(after) };
    const { items, last } = await this.table.pageOf<{ summary: PlacementSummary }>(keys.registry, keyOf(begins), limit, from);
    return { agents: items.map(({ summary }) => summary), ...(last === undefined ? {} : { next: items.at(-1)!.summary.agentName }) };
  }

  /** The rows of these agents, living or departed, in the same order. At most 50 of them. */
  public async rowsOf(placements: readonly Placement[]): Promise<(PlacementSummary | undefined)[]> {
    const rows = await this.table.getTogether(placements.flatMap((placement) => [
      { pk: keys.registry, sk: keys.living(placement) }, { pk: keys.registry, sk: keys.left(placement) },
    ])) as ({ summary: PlacementSummary } | undefined)[];
    return placements.map((_, index) => (rows[2 * index] ?? rows[2 * index + 1])?.summary);
  }

  /** Whether each of these agents lives, or third parties still have access of it. At most 100 of them. */
  public async areLiving(placements: readonly Placement[]): Promise<boolean[]> {
    const rows = await this.table.getTogether(placements.map((placement) => ({ pk: keys.registry, sk: keys.living(placement) })));
    return rows.map((row) => row !== undefined);
  }

  /** How many living agents a stage has, and how many of them declare each service. The cost doesn't depend on their number. */
  public peersIn(stage: string): Promise<PeerCounts> {
    return this.peers.of(stage);
  }

  /** Writes to the fleet for a change of a placement's state. They belong to the transaction that writes the state. */
  public following(before: PlacementState | undefined, after: PlacementState): Write[] {
    // A note from before the join has no declaration, so there is nothing to list.
    if (after.declared === undefined) {
      return [];
    }
    const { placement } = after;
    const counters = this.peers.following(before?.counted, after.counted, shardOf(placement));
    const [was, is] = [isKept(before), isKept(after)];
    const [here, there] = is ? [keys.living(placement), keys.left(placement)] : [keys.left(placement), keys.living(placement)];
    const row = summaryOf(after);
    if (was === is && before?.declared !== undefined && canonicalJson(before.due ?? null) === canonicalJson(after.due ?? null)
      && JSON.stringify(summaryOf(before)) === JSON.stringify(row)) {
      return counters;
    }
    return [
      ...counters,
      this.table.putting({ pk: keys.registry, sk: here, summary: row, ...dueOf(after) }),
      ...(was === is ? [] : [this.table.deleting({ pk: keys.registry, sk: there }), this.counting(after, is ? 1 : -1)]),
    ];
  }

  private counting({ placement }: PlacementState, by: number): Write {
    return {
      Update: {
        TableName: this.table.name,
        Key: { pk: keys.registry, sk: keys.count(shardOf(placement)) },
        UpdateExpression: 'ADD living :by',
        ExpressionAttributeValues: { ':by': by },
      },
    };
  }

  private async rows(prefix: string, limit?: number): Promise<ListedPlacement[]> {
    const items = await this.table.query<Partial<DueEntry> & { readonly sk: string }>(keys.registry, prefix, limit);
    return items.map((item) => (
      isSummary(item.summary) ? listed({ ...item, summary: item.summary }) : malformed(item.sk.slice(prefix.length), prefix)));
  }
}

/** A row with what is due. Parts of another form than the engine writes are left out. */
function listed({ summary, dueAt, dueReason, removal, besidesAt }: DueEntry): ListedPlacement {
  return typeof dueAt !== 'string' || typeof dueReason !== 'string' ? summary : {
    ...summary,
    due: {
      at: dueAt,
      reason: dueReason,
      ...(typeof removal?.at === 'string' ? { removal } : {}),
      ...(typeof besidesAt === 'string' ? { besidesAt } : {}),
    },
  };
}

/** No response of the engine: only lists show it. */
const ROW_MALFORMED = 'RowMalformed';
const TEXTS = ['account', 'agentName', 'status', 'stage', 'sponsorId', 'expiresAt', 'stackName'] as const;

function isSummary(summary: PlacementSummary | null | undefined): summary is PlacementSummary {
  return typeof summary === 'object' && summary !== null && TEXTS.every((member) => typeof summary[member] === 'string');
}

/** A row that the engine did not write so. The agent is still listed, by its key: one row that somebody changed must not hide the fleet. */
function malformed(placement: string, prefix: string): PlacementSummary {
  const [account = '', agentName = ''] = placement.split('/');
  const message = 'its row in the fleet is not of the form that the engine writes: nhi verify compares the agent with the evidence';
  return {
    account, agentName, status: prefix === keys.leftPrefix ? 'left' : 'active', stage: '?', sponsorId: '?', expiresAt: '?', stackName: '?', trouble: { code: ROW_MALFORMED, message, since: '?', requestId: '' },
  };
}

/** The keys of a row in the index of due dates. A row without them is not in the index. */
function dueOf({ placement, due }: PlacementState): object {
  return due === undefined ? {} : {
    [DUE_INDEX.shard]: keys.due(shardOf(placement)), [DUE_INDEX.at]: due.at, dueReason: due.reason, removal: due.removal, besidesAt: due.besidesAt,
  };
}

function endOf({ expiresAt, certifiedUntil }: PlacementSummary): string {
  return certifiedUntil ?? expiresAt;
}

const DEPARTED: readonly SuspensionStatus[] = ['left', 'expired', 'offboarded', 'released', 'revoking'];

function isOfLiving(status: SuspensionStatus): boolean {
  return !DEPARTED.includes(status);
}

function withoutFraction(instant: string): string {
  return instant.replace(/\.\d+Z$/, 'Z');
}

function shardOf(placement: Placement): number {
  return createHash('sha256').update(placementKey(placement)).digest()[0] % SHARDS;
}

function unlessEmpty<K extends string>(name: K, sums: Record<string, number>): { readonly [N in K]?: Record<string, number> } {
  return Object.keys(sums).length === 0 ? {} : { [name]: sums } as { [N in K]: Record<string, number> };
}

function summaryOf(state: PlacementState): PlacementSummary {
  const { placement, declared, owner, trouble, principals } = state;
  const drift = driftOf(state);
  const open = state.review?.open;
  const certifiedUntil = certifiedEnd(state);
  const old = agingCredentials(state).filter(({ toldAt }) => toldAt !== undefined);
  return {
    account: placement.account,
    agentName: placement.agentName,
    status: statusOf(state),
    stage: declared.stage,
    sponsorId: sponsorOf(state).id,
    expiresAt: declared.expiresAt,
    ...(certifiedUntil === undefined || statusOf(state) !== 'active' ? {} : { certifiedUntil }),
    stackName: owner.stackName,
    ...(trouble === undefined ? {} : { trouble }),
    ...(drift === undefined ? {} : { driftSince: drift.since }),
    ...(state.agenda?.unused === undefined || !isLiving(state) ? {} : { unusedSince: state.agenda.unused.since }),
    ...unlessEmpty('monthlyCosts', monthlyCosts(state)),
    ...(unknownCosts(state) === 0 ? {} : { unknownCosts: unknownCosts(state) }),
    ...unlessEmpty('noLongerPaid', isLiving(state) ? {} : noLongerPaid(state)),
    ...(openRevocations(state).length === 0 ? {} : { openRevocations: openRevocations(state).map(({ revoker: { id } }) => id) }),
    ...(old.length === 0 || !isLiving(state) ? {} : { oldCredentials: old.map(({ name }) => name) }),
    ...(open === undefined || state.status !== 'active' ? {} : { review: { id: open.id, deadline: open.deadline, missed: open.missedAt !== undefined } }),
    ...(principals[state.present] !== undefined && isAdopted(principals[state.present]) ? { adopted: true as const } : {}),
    roleIds: Object.values(principals).filter(({ status, awaitedBy }) => (status !== 'retired' && status !== 'released') || awaitedBy !== undefined).map(({ roleId }) => roleId).sort(),
  };
}
