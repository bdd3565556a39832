import { InvalidArgumentError } from 'commander';

/** Reads a whole number within limits. */
export function wholeNumber(unit: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`use a whole number of ${unit} from ${least} to ${most}`);
    }
    return value;
  };
}
