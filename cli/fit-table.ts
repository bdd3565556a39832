import { Paint, plain, Tone } from './colours';
import { printable } from '../runtime/evidence';

const GAP = 2;
const LEAST = 8;
/** Characters that take two columns of a terminal. */
const WIDE = /[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d37f}\u{1f200}-\u{1f2ff}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
/** Marks that combine with the character before them. */
const NO_WIDTH = /\p{M}/u;
/** Shows the character before it as a picture, of two columns. */
const AS_PICTURE = '\ufe0f';

interface Colouring {
  readonly paint: Paint;
  /** Of which row, counted from 0, the cell in which column has a colour. */
  readonly toneOf: (row: number, column: number) => Tone | undefined;
}

const NO_COLOURS: Colouring = { paint: plain, toneOf: () => undefined };

/** A table that is no wider than the terminal: the widest columns are shortened first. */
export function fitTable(
  head: readonly string[], rows: readonly (readonly string[])[], columns: number | undefined, { paint, toneOf }: Colouring = NO_COLOURS,
): string[] {
  const all = [head, ...rows.map((row) => row.map(printable))];
  const widths = head.map((_, column) => all.reduce((most, row) => Math.max(most, widthOf(row[column])), 0));
  if (columns !== undefined) {
    shrink(widths, columns - GAP * (head.length - 1));
  }
  return all.map((row, index) => {
    // A terminal that is too narrow for all columns shows the first ones.
    let left = columns ?? Infinity;
    return row.map((cell, column) => {
      const gap = Math.min(column === 0 ? 0 : GAP, left);
      const width = Math.min(widths[column], left - gap);
      left -= gap + width;
      const shown = shortened(cell, width);
      const tone = index === 0 ? undefined : toneOf(index - 1, column);
      return ' '.repeat(gap) + (tone === undefined ? shown : paint(tone, shown)) + ' '.repeat(width - widthOf(shown));
    }).join('').trimEnd();
  });
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
  return width < 1 ? '' : `${kept}…`;
}

/** Columns that a text takes in a terminal, or one more for some pictures. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text) {
    width += char === AS_PICTURE ? 1 : NO_WIDTH.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  }
  return width;
}
