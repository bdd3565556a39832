import { keys } from './keys';
import { isConditionFailed, Table } from './table';
import { Plan } from '../lifecycle/plan';
import { LifecycleRequest } from '../lifecycle/request';
import { WipeReport } from '../wipers/wiper';

/** A request as it waits to be answered. */
export interface StoredRequest {
  readonly request: LifecycleRequest;
  /** Whom to answer; an operator looks at the execution instead. */
  readonly answerTo?: {
    /** A credential: whoever has it can answer for us. */
    readonly responseUrl: string;
    readonly requestIdOfCloudFormation: string;
  };
}

const DAY_SECONDS = 86_400;
/** A teardown that failed may be taken up again weeks later. */
const REPORT_DAYS = 90;

/** What is needed of a request until it is answered; forgotten a day later. */
export class RequestLedger {
  public constructor(private readonly table: Table) {}

  /** Stores it once; the same request again changes nothing. */
  public async save(stored: StoredRequest, now: Date): Promise<void> {
    await this.once({ pk: keys.request(stored.request.requestId), sk: keys.body, stored }, now);
  }

  public async load(requestId: string): Promise<StoredRequest | undefined> {
    return (await this.table.get<{ stored: StoredRequest }>(keys.request(requestId), keys.body))?.stored;
  }

  /** Stores the plan that was decided on, once: a step that is done again must not decide otherwise. */
  public async savePlan(requestId: string, plan: Plan, now: Date): Promise<Plan> {
    await this.once({ pk: keys.request(requestId), sk: keys.plan, plan }, now);
    return (await this.plan(requestId)) ?? plan;
  }

  public async plan(requestId: string): Promise<Plan | undefined> {
    return (await this.table.get<{ plan: Plan }>(keys.request(requestId), keys.plan))?.plan;
  }

  /** Keeps what a wiper found and did, under an id that all tries of the same teardown share. */
  public async saveReport(id: string, report: WipeReport, now: Date): Promise<void> {
    const earlier = await this.table.get<{ report: WipeReport }>(keys.request(id), keys.report(report.wiper));
    // A step that is done again finds less: what the first found is part of the proof, and wiped if it isn't there now.
    const found = union(earlier?.report.found ?? [], report.found);
    const there = new Set([...report.remains, ...report.reportedOnly].map((finding) => finding.id));
    const merged: WipeReport = { ...report, found, wiped: found.filter((finding) => finding.actedOn && !there.has(finding.id)) };
    await this.table.put({ pk: keys.request(id), sk: keys.report(report.wiper), report: merged, ttl: ttl(now, REPORT_DAYS) });
  }

  public async reports(id: string): Promise<WipeReport[]> {
    const items = await this.table.query<{ report: WipeReport }>(keys.request(id), keys.reportPrefix);
    return items.map(({ report }) => report);
  }

  private async once(item: Record<string, unknown>, now: Date): Promise<void> {
    try {
      await this.table.put({ ...item, ttl: ttl(now) }, { expression: 'attribute_not_exists(pk)' });
    } catch (error) {
      if (!isConditionFailed(error)) {
        throw error;
      }
    }
  }
}

function ttl(now: Date, days = 1): number {
  return Math.floor(now.getTime() / 1000) + days * DAY_SECONDS;
}

function union<T extends { readonly id: string }>(a: readonly T[], b: readonly T[]): T[] {
  return [...new Map([...a, ...b].map((item) => [item.id, item])).values()];
}
