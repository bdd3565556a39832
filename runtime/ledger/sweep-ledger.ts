import { createHash } from 'node:crypto';
import { keys } from './keys';
import { IS_NEW, Table } from './table';

/** A list of agents that a sweep did not suspend or remove, because they are too many. */
export interface HeldSweep {
  /** SHA-256 of the list, hex. */
  readonly digest: string;
  readonly agents: number;
  readonly allowed: number;
  /** When a sweep first found this list. */
  readonly since: string;
  /** When its event was sent. Absent until then. */
  readonly toldAt?: string;
}

/** An operator's approval of one list. */
export interface SweepApproval {
  readonly digest: string;
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

const DAY_SECONDS = 86_400;
/** An item holds at most 400 KB. An agent's line has at most about 100 characters. */
const LINES_A_PART = 2_000;
const LISTS_KEPT_DAYS = 90;
/** A sweep takes a day at most. */
const SWEEP_KEPT_DAYS = 2;
/** An approval is for the next sweeps. After that, the operator checks again. */
export const APPROVAL_DAYS = 7;

/** What sweeps and operators say to each other. */
export class SweepLedger {
  public constructor(private readonly table: Table) {}

  /** Stores a list under its own digest, and returns the digest. The order of the lines doesn't matter. */
  public async saveList(lines: readonly string[], now: Date): Promise<string> {
    const sorted = [...lines].sort();
    const digest = digestOf(sorted);
    for (let part = 0; part * LINES_A_PART < sorted.length; part++) {
      const slice = sorted.slice(part * LINES_A_PART, (part + 1) * LINES_A_PART);
      await this.table.put({ pk: keys.sweepList(digest), sk: keys.listPart(part), lines: slice, ttl: ttl(now, LISTS_KEPT_DAYS) });
    }
    return digest;
  }

  /** The lines of a list. Returns none if the stored lines don't have that digest. */
  public async list(digest: string): Promise<string[]> {
    const parts = await this.table.query<{ lines: string[] }>(keys.sweepList(digest), keys.listPrefix);
    const lines = parts.flatMap((part) => part.lines);
    return digestOf(lines) === digest ? lines : [];
  }

  /** What a sweep may do, once it was planned. */
  public async planned<P>(execution: string): Promise<P | undefined> {
    return (await this.table.get<{ plan: P }>(keys.agenda, keys.sweep(execution)))?.plan;
  }

  /** Stores what a sweep may do, once. Returns what is stored. */
  public async plan<P>(execution: string, plan: P, now: Date): Promise<P> {
    const { written } = await this.table.put({ pk: keys.agenda, sk: keys.sweep(execution), plan, ttl: ttl(now, SWEEP_KEPT_DAYS) }, IS_NEW);
    return written ? plan : await this.planned<P>(execution) ?? plan;
  }

  public async held(): Promise<HeldSweep | undefined> {
    return (await this.table.get<{ held: HeldSweep }>(keys.agenda, keys.heldSweep))?.held;
  }

  public async setHeld(held: HeldSweep): Promise<void> {
    await this.table.put({ pk: keys.agenda, sk: keys.heldSweep, held });
  }

  public async clearHeld(): Promise<void> {
    await this.table.delete({ pk: keys.agenda, sk: keys.heldSweep });
  }

  public async approve(approval: SweepApproval, now: Date): Promise<void> {
    await this.table.put({ pk: keys.approvals, sk: keys.approval(approval.digest), approval, ttl: ttl(now, APPROVAL_DAYS) });
  }

  /** The approvals that are valid now. */
  public async approvals(now: Date): Promise<SweepApproval[]> {
    const items = await this.table.query<{ approval: SweepApproval; ttl: number }>(keys.approvals, keys.approvalPrefix);
    // DynamoDB deletes expired rows days later.
    return items.filter((item) => item.ttl * 1000 > now.getTime()).map(({ approval }) => approval);
  }

  /** Whether the event of this approval was sent. */
  public async isTold({ digest, at }: SweepApproval): Promise<boolean> {
    return await this.table.get(keys.sweepList(digest), keys.toldApproval(at)) !== undefined;
  }

  public async setTold({ digest, at }: SweepApproval, now: Date): Promise<void> {
    await this.table.put({ pk: keys.sweepList(digest), sk: keys.toldApproval(at), ttl: ttl(now, LISTS_KEPT_DAYS) });
  }

  /** Digest of the settings for which all due instants were computed. */
  public async settings(): Promise<string | undefined> {
    return (await this.table.get<{ digest: string }>(keys.agenda, keys.agendaSettings))?.digest;
  }

  public async setSettings(digest: string): Promise<void> {
    await this.table.put({ pk: keys.agenda, sk: keys.agendaSettings, digest });
  }
}

function digestOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

function ttl(now: Date, days: number): number {
  return Math.floor(now.getTime() / 1000) + days * DAY_SECONDS;
}
