import { replaceUnseen } from '../../src/core/unseen';

/** Turns text from outside into one safe line for a terminal: it can't move the cursor, change the reading direction or fake a line. */
export function printable(text: string): string {
  return replaceUnseen(text, () => ' ');
}
