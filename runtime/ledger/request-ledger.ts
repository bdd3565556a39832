import { keys } from './keys';
import { IS_NEW, Key, Table, Write } from './table';
import { Plan } from '../model/plan';
import { LifecycleRequest } from '../model/request';
import { WipeReport } from '../wiping';

/** A request that waits for its response. */
export interface StoredRequest {
  readonly request: LifecycleRequest;
  /** Only in requests from CloudFormation. The URL is a credential: anyone who has it can respond in the engine's place. */
  readonly responseUrl?: string;
}

const DAY_SECONDS = 86_400;
/** A failed teardown may be continued weeks later. */
const REPORT_DAYS = 90;

/** What is needed of a request until it is answered. Deleted a day later. */
export class RequestLedger {
  public constructor(private readonly table: Table) {}

  /** Stores a request once. Storing the same request again changes nothing. */
  public async save(stored: StoredRequest, now: Date): Promise<void> {
    await this.table.put({ ...this.bodyKey(stored.request.requestId), stored, ttl: ttl(now) }, IS_NEW);
  }

  /** The same as part of a transaction, which fails if the request is stored. */
  public saving(stored: StoredRequest, now: Date): Write {
    return this.table.putting({ ...this.bodyKey(stored.request.requestId), stored, ttl: ttl(now) }, IS_NEW);
  }

  public bodyKey(requestId: string): Key {
    return { pk: keys.request(requestId), sk: keys.body };
  }

  public planKey(requestId: string): Key {
    return { pk: keys.work(requestId), sk: keys.plan };
  }

  /** Stores the plan once, because a repeated step must not decide differently. */
  public puttingPlan(requestId: string, plan: Plan, now: Date): Write {
    return this.table.putting({ ...this.planKey(requestId), plan, ttl: ttl(now) }, IS_NEW);
  }

  /** Marks a request as answered. An execution that someone starts for it later does nothing. */
  public markingAnswered(requestId: string, now: Date): Write {
    return this.table.putting({ ...this.answeredKey(requestId), ttl: ttl(now) });
  }

  public answeredKey(requestId: string): Key {
    return { pk: keys.work(requestId), sk: keys.answered };
  }

  /** Stores what a batch of wipers found and did. All attempts of the same teardown share the id. */
  public async saveReports(id: string, batch: string, reports: readonly WipeReport[], now: Date): Promise<void> {
    await this.table.put({ pk: keys.work(id), sk: keys.report(batch), reports, ttl: ttl(now, REPORT_DAYS) });
  }

  public async reports(id: string): Promise<WipeReport[]> {
    const items = await this.table.query<{ reports: WipeReport[] }>(keys.work(id), keys.reportPrefix);
    return items.flatMap(({ reports }) => reports);
  }

  /** Keeps the hash of a text before the text is written to the evidence, so that a retry knows what is the engine's own. */
  public async saveWritten(id: string, name: string, sha256: string, now: Date): Promise<void> {
    await this.table.put({ pk: keys.request(id), sk: keys.written(name, sha256), sha256, at: now.toISOString(), ttl: ttl(now, REPORT_DAYS) }, IS_NEW);
  }

  /** The hashes that were kept under a name, the first one first. */
  public async written(id: string, name: string): Promise<string[]> {
    const items = await this.table.query<{ sha256: string; at: string }>(keys.request(id), keys.written(name));
    return items.sort((one, other) => one.at.localeCompare(other.at)).map(({ sha256 }) => sha256);
  }
}

function ttl(now: Date, days = 1): number {
  return Math.floor(now.getTime() / 1000) + days * DAY_SECONDS;
}
