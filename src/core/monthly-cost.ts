import { InvalidInputError } from './errors';
import { shown } from './shown';
import { requirePlainText } from './text';

const CURRENCY = /^[A-Z]{3}$/;
const MOST = 1_000_000_000;
/** Of a tag of AWS. https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

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

  /**
   * What AWS charged in the last 30 days for everything with this tag, such as a subscription of AWS Marketplace: Cost Explorer is asked, at most once a week and only by a registry with
   * `lookUpCosts`. AWS charges 0.01 USD each time. The currency is that of the bill. The tag must be activated for cost allocation; until then, and while nothing is recorded, the cost is not known.
   *
   * Fails with `MonthlyCostInvalid`, `TextRequired`, `LiteralRequired`, `DynamicReference` or `TextNotPlain`.
   *
   * @param key key of the tag, up to 128 characters
   * @param value value of the tag, up to 256 characters
   */
  public static ofTag(key: string, value: string): MonthlyCost {
    for (const [what, text, most] of [['key', key, LONGEST_KEY], ['value', value, LONGEST_VALUE]] as const) {
      if (requirePlainText(`the ${what} of a cost's tag`, text).length === 0 || text.length > most) {
        throw new InvalidInputError('MonthlyCostInvalid', `the ${what} ${shown(text)} of a cost's tag is not allowed: use 1-${most} characters`);
      }
    }
    return new MonthlyCost(undefined, undefined, key, value);
  }

  private constructor(
    /** Amount each month. Absent if it is looked up. */
    public readonly amount?: number,
    /** ISO 4217 code of the currency. Absent if it is looked up. */
    public readonly currency?: string,
    /** Key of the tag by which it is looked up. */
    public readonly tagKey?: string,
    /** Value of that tag. */
    public readonly tagValue?: string,
  ) {}
}

/** The tag by which a cost is looked up. */
export interface CostTag {
  readonly key: string;
  readonly value: string;
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
