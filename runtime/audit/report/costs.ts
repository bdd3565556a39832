import { ReportSection } from './model';
import { CostRecord, sumOfCosts } from '../../../src/core/monthly-cost';

/** Column with what is no longer paid since access outside of the cloud no longer exists. */
export const NO_LONGER_PAID = 'no longer paid a month';

const COST = /^(\d{1,12}(?:\.\d{1,2})?) ([A-Z]{3})$/;

/** A cost as an event has it, in the text of a row. Empty if the event has none. */
export function paidText(cost: unknown): string {
  const { amount, currency } = (typeof cost === 'object' && cost !== null ? cost : {}) as Partial<CostRecord>;
  const text = typeof amount === 'number' ? `${amount.toFixed(2)} ${String(currency)}` : '';
  return COST.test(text) ? text : '';
}

/** What the rows of all sections add up to, by currency. */
export function paidIn(sections: readonly ReportSection[]): Record<string, number> {
  return sumOfCosts(sections.flatMap(({ rows }) => rows).flatMap(({ facts }) => {
    const [, amount, currency] = COST.exec(facts[NO_LONGER_PAID] ?? '') ?? [];
    return currency === undefined ? [] : [{ amount: Number(amount), currency }];
  }));
}
