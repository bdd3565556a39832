import { keys } from './keys';
import { Table } from './table';

/** A role under the registry's path that belongs to no agent. */
export interface OrphanRole {
  readonly roleId: string;
  readonly roleArn: string;
  readonly createdAt: string;
  /** When a sweep first found it. */
  readonly since: string;
  /** When it was notified. Absent at first: a deployment may be about to delete it. */
  readonly toldAt?: string;
}

const DAY_SECONDS = 86_400;
/** Longer than two checks. A role that still exists is recorded again with each. */
const KEPT_DAYS = 14;

/** What sweeps remember of orphans. */
export class OrphanLedger {
  public constructor(private readonly table: Table) {}

  /** When the next check is due. Undefined if there was none yet. */
  public async checkAt(): Promise<string | undefined> {
    return (await this.table.get<{ at: string }>(keys.agenda, keys.orphanCheck))?.at;
  }

  public async setCheckAt(at: string): Promise<void> {
    await this.table.put({ pk: keys.agenda, sk: keys.orphanCheck, at });
  }

  public async orphan(roleId: string): Promise<OrphanRole | undefined> {
    return (await this.table.get<{ orphan: OrphanRole }>(keys.agenda, keys.orphan(roleId)))?.orphan;
  }

  /** @param lookedAt identifies the check that saw it */
  public async save(orphan: OrphanRole, lookedAt: string, now: Date): Promise<void> {
    const ttl = Math.floor(now.getTime() / 1000) + KEPT_DAYS * DAY_SECONDS;
    await this.table.put({ pk: keys.agenda, sk: keys.orphan(orphan.roleId), orphan, lookedAt, ttl });
  }

  /** The orphans that were notified. */
  public async told(): Promise<OrphanRole[]> {
    return (await this.rows()).map(({ orphan }) => orphan).filter(({ toldAt }) => toldAt !== undefined);
  }

  /** Forgets the orphans that a completed check did not see. */
  public async forgetOthers(lookedAt: string): Promise<void> {
    for (const { orphan, lookedAt: seen } of await this.rows()) {
      if (seen !== lookedAt) {
        await this.table.delete({ pk: keys.agenda, sk: keys.orphan(orphan.roleId) });
      }
    }
  }

  private rows(): Promise<{ orphan: OrphanRole; lookedAt: string }[]> {
    return this.table.query(keys.agenda, keys.orphanPrefix);
  }
}
