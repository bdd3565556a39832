import { printable } from '../runtime/evidence';

const GAP = 2;
const LEAST = 8;
/** Characters that take two columns of a terminal. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** Marks that combine with the character before them. */
const NO_WIDTH = /\p{M}/u;

/** A table that is no wider than the terminal: the widest columns are shortened first. */
export function fitTable(head: readonly string[], rows: readonly (readonly string[])[], columns: number | undefined): string[] {
  const all = [head, ...rows.map((row) => row.map(printable))];
  const widths = head.map((_, column) => all.reduce((most, row) => Math.max(most, widthOf(row[column])), 0));
  if (columns !== undefined) {
    shrink(widths, columns - GAP * (head.length - 1));
  }
  return all.map((row) => fitLine(row.map((cell, column) => padded(shortened(cell, widths[column]), widths[column])).join(' '.repeat(GAP)).trimEnd(), columns));
}

/** A terminal that is too narrow for all columns shows the first ones. */
function fitLine(line: string, columns: number | undefined): string {
  return columns === undefined ? line : shortened(line, columns);
}

function shrink(widths: number[], room: number): void {
  for (let total = widths.reduce((sum, width) => sum + width, 0); total > room; total -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest] <= LEAST) {
      return;
    }
    widths[widest] -= 1;
  }
}

function shortened(text: string, width: number): string {
  if (widthOf(text) <= width) {
    return text;
  }
  let kept = '';
  let used = 1;
  for (const char of text) {
    used += widthOf(char);
    if (used > width) {
      break;
    }
    kept += char;
  }
  return `${kept}…`;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Columns that a text takes in a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text) {
    width += NO_WIDTH.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  }
  return width;
}
