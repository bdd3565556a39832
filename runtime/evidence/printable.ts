// Control, format and unassigned characters, lone surrogates, and the two that Unicode calls line and paragraph separator.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** A text from outside as one line of a terminal: it can't move the cursor, turn the reading direction or fake a line. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, ' ');
}
