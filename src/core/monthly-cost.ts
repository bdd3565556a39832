import { InvalidInputError } from './errors';
import { shown } from './shown';

const CURRENCY = /^[A-Z]{3}$/;
const MOST = 1_000_000_000;

/** What an integration of an agent costs each month. */
export class MonthlyCost {
  /**
   * An amount of money.
   *
   * Fails with `MonthlyCostInvalid`.
   *
   * @param amount amount each month, above 0, with at most two decimals
   * @param currency ISO 4217 code of the currency, by default `USD`
   */
  public static of(amount: number, currency: string = 'USD'): MonthlyCost {
    if (typeof amount !== 'number' || !(amount > 0 && amount <= MOST) || Math.round(amount * 100) / 100 !== amount) {
      throw new InvalidInputError('MonthlyCostInvalid', `the monthly cost ${shown(amount)} is not allowed: use an amount above 0 with at most two decimals, such as MonthlyCost.of(120)`);
    }
    if (typeof currency !== 'string' || !CURRENCY.test(currency)) {
      throw new InvalidInputError('MonthlyCostInvalid', `the currency ${shown(currency)} is not allowed: use a code of ISO 4217, such as EUR`);
    }
    return new MonthlyCost(amount, currency);
  }

  private constructor(
    /** Amount each month. */
    public readonly amount: number,
    /** ISO 4217 code of the currency. */
    public readonly currency: string,
  ) {}
}

/** A monthly cost as records have it. */
export interface CostRecord {
  readonly amount: number;
  readonly currency: string;
}

/** Adds up costs. Currencies are not converted, so there is a sum for each. */
export function sumOfCosts(costs: readonly (CostRecord | undefined)[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const cost of costs) {
    if (cost !== undefined) {
      // In cents, because sums of fractions are inexact.
      sums[cost.currency] = Math.round((sums[cost.currency] ?? 0) * 100 + cost.amount * 100) / 100;
    }
  }
  return sums;
}
