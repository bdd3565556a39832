import { InvalidInputError } from '../../core/errors';

/** How many agents may leave in an hour; the first bound that is reached holds. */
export interface MassLeaverLimit {
  /**
   * As a number of agents.
   *
   * @default - no such bound
   */
  readonly count?: number;

  /**
   * As a share of all agents of the registry, above 0, up to 1.
   *
   * @default - no such bound
   */
  readonly share?: number;
}

/** @throws InvalidInputError `MassLeaverLimitInvalid` */
export function validateMassLeaverLimit(path: string, limit: MassLeaverLimit): void {
  const { count, share } = limit;
  const countIsFine = count === undefined || (Number.isInteger(count) && count >= 1);
  const shareIsFine = share === undefined || (share > 0 && share <= 1);
  if (!countIsFine || !shareIsFine || (count === undefined && share === undefined)) {
    throw new InvalidInputError('MassLeaverLimitInvalid',
      `${path}: the mass leaver limit ${JSON.stringify(limit)} bounds nothing: give a count that is a whole number from 1, a share above 0 and up to 1, or both`);
  }
}
