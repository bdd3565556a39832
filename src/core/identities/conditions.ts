import { Statement, texts } from './statement';

/** Operators that demand one of their values. Those that accept a missing key, or negate, restrict nothing by themselves. */
const DEMANDS = /^(ForAnyValue:)?(String(Equals|Like|EqualsIgnoreCase)|Arn(Equals|Like)|NumericLessThan(Equals)?|Bool)$/i;

/** Values that a statement demands of a condition key. IAM compares keys without regard to case. */
export function conditionValues({ Condition: condition }: Statement, key: string): string[] {
  return entriesOf(condition).filter(([operator]) => DEMANDS.test(operator)).flatMap(([, block]) => (
    entriesOf(block).filter(([name]) => name.toLowerCase() === key.toLowerCase()).flatMap(([, values]) => texts(values))));
}

/** All keys that a statement demands, with their values. */
export function conditionsOf({ Condition: condition }: Statement): [key: string, values: string[]][] {
  return entriesOf(condition).filter(([operator]) => DEMANDS.test(operator)).flatMap(([, block]) => (
    entriesOf(block).map(([name, values]): [string, string[]] => [name, texts(values)])));
}

/** Whether a value is only wildcards, and so demands nothing of a key but that it is there. */
export function isAny(value: string): boolean {
  return /^[*?]*$/.test(value);
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
