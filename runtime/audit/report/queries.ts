import { AuditReport } from './model';

/** What was asked, how many calls that took, and how much was found: so that somebody else can ask again. */
export class Queries {
  private readonly sums = new Map<string, { calls: number; found: number }>();

  public add(call: string, calls: number, found: number): void {
    const sum = this.sums.get(call) ?? { calls: 0, found: 0 };
    this.sums.set(call, { calls: sum.calls + calls, found: sum.found + found });
  }

  public get all(): AuditReport['population']['queries'] {
    return [...this.sums].map(([call, sums]) => ({ call, ...sums }));
  }
}
