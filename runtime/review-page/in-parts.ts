/**
 * Cuts a list into parts that each fit on a page: at most `most` elements and, if more than one, at most `bytes` in all. There is at least one part.
 *
 * @param sizeOf bytes of an element as the page shows it
 */
export function inParts<T>(all: readonly T[], sizeOf: (one: T) => number, { most, bytes }: { readonly most: number; readonly bytes: number }): T[][] {
  const parts: T[][] = [[]];
  let used = 0;
  for (const one of all) {
    const size = sizeOf(one);
    const part = parts.at(-1)!;
    if (part.length > 0 && (part.length === most || used + size > bytes)) {
      parts.push([one]);
      used = size;
    } else {
      part.push(one);
      used += size;
    }
  }
  return parts;
}

/** The part that a query names: the first one, unless there is such a part. */
export function partIn(wanted: string | undefined, parts: number): number {
  const part = Number(wanted ?? '1');
  return Number.isInteger(part) && part >= 1 && part <= parts ? part : 1;
}

/** Bytes of something that was rendered. */
export function bytesOf(rendered: unknown): number {
  return Buffer.byteLength(String(rendered));
}
