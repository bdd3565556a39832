import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

/** How many agents one sweep may suspend or remove. The bound that is reached first applies. */
export interface SweepLimitProps {
  /**
   * The largest number of agents, 1 or more.
   *
   * @default 10
   */
  readonly agents?: number;

  /**
   * The largest share of the living agents: above 0, up to 1. One agent is always allowed.
   *
   * @default 0.05
   */
  readonly share?: number;
}

/**
 * Holds a sweep back that would suspend or remove many agents at once, for example because their ends were declared wrong or a clock is wrong. None of
 * them is touched until an operator approves the list (`nhi approve-sweep`).
 */
export class SweepLimit {
  /**
   * Limits the number of agents and their share.
   *
   * Fails with `SweepLimitInvalid` if a value is out of range.
   *
   * @param props a number and a share
   */
  public static of(props: SweepLimitProps = {}): SweepLimit {
    return new SweepLimit(props.agents ?? 10, props.share ?? 0.05);
  }

  private constructor(
    /** The number of agents. */
    public readonly agents: number,
    /** The share of the living agents, 0 to 1. */
    public readonly share: number,
  ) {
    if (!Number.isInteger(agents) || agents < 1 || !(share > 0 && share <= 1)) {
      throw new InvalidInputError('SweepLimitInvalid',
        `the sweep limit of ${shown(agents)} agents and a share of ${shown(share)} is not allowed: give a whole number of agents from 1, and a share above 0 and up to 1`);
    }
  }
}
