import { Presence, RevokerOrder, RevokerReport } from '../../../src/contract/revokers';

export const REVOKER_FUNCTION = 'agents-nhi-revokers';

/** The registry's function for revokers, as the engine invokes it, and the access that third parties have. */
export class FakeThirdParties {
  /** By the id of the revoker. What is not listed is absent. */
  public readonly access = new Map<string, Presence>();
  public readonly orders: RevokerOrder[] = [];
  /** Ids of revokers whose third party refuses, with the reason. */
  public readonly refusing = new Map<string, string>();
  /** Reports instead. */
  public instead?: (order: RevokerOrder) => RevokerReport | object;

  public invoke(order: RevokerOrder): object {
    this.orders.push(order);
    const answer = this.instead?.(order) ?? this.report(order);
    return 'FunctionError' in answer ? answer : { Payload: Buffer.from(JSON.stringify(answer)) };
  }

  private report({ revoker, action }: RevokerOrder): RevokerReport {
    const found = this.access.get(revoker) ?? 'absent';
    if (action === 'look') {
      return { outcome: 'confirmed', found, now: found, acted: false, note: '' };
    }
    const note = this.refusing.get(revoker);
    if (note !== undefined) {
      return { outcome: 'open', found, now: found, acted: true, note };
    }
    const now = { revoke: 'absent', suspend: 'inactive', resume: 'active' } as const;
    this.access.set(revoker, now[action]);
    return { outcome: 'confirmed', found, now: now[action], acted: found !== now[action], note: `it is ${now[action]}` };
  }
}
