import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

/** How many agents may leave within an hour. The bound that is reached first applies. */
export interface MassLeaverLimitProps {
  /**
   * The largest number of agents, 1 or more.
   *
   * @default - the number is not limited
   */
  readonly agents?: number;

  /**
   * The largest share of the agents that lived when the first agent of the hour left: above 0, up to 1. One agent may always leave.
   *
   * @default - the share is not limited
   */
  readonly share?: number;
}

/** Holds leavers back when too many leave at once, for example when a stack is destroyed by mistake. */
export class MassLeaverLimit {
  /**
   * Limits the number of agents, their share, or both, per hour.
   *
   * Fails with `MassLeaverLimitInvalid` if neither is given, or a value is out of range.
   *
   * @param props a number, a share, or both
   */
  public static perHour(props: MassLeaverLimitProps): MassLeaverLimit {
    return new MassLeaverLimit(props);
  }

  /** The number of agents. */
  public readonly agents?: number;

  /** The share of the agents, 0 to 1. */
  public readonly share?: number;

  private constructor({ agents, share }: MassLeaverLimitProps) {
    const agentsIsFine = agents === undefined || (Number.isInteger(agents) && agents >= 1);
    const shareIsFine = share === undefined || (share > 0 && share <= 1);
    if (!agentsIsFine || !shareIsFine || (agents === undefined && share === undefined)) {
      throw new InvalidInputError('MassLeaverLimitInvalid',
        `the mass leaver limit of ${shown(agents)} agents and a share of ${shown(share)} is not allowed: give a whole number of agents from 1, a share above 0 and up to 1, or both`);
    }
    this.agents = agents;
    this.share = share;
  }
}
