/**
 * Returns all items of a listing over all its pages. `next` reads the next page's cursor, which each cloud names differently.
 *
 * @throws Error if a cursor comes twice: the listing would never end
 */
export async function allItems<P, T>(
  read: (cursor: string | undefined) => Promise<P>, items: (page: P) => readonly T[] | undefined, next: (page: P) => string | undefined,
): Promise<T[]> {
  const all: T[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    all.push(...items(page) ?? []);
    // Some services end with an empty cursor.
    cursor = next(page) || undefined;
    if (cursor !== undefined && seen.has(cursor)) {
      throw new Error('the service returned the same page twice, so the listing would not end');
    }
    seen.add(cursor ?? '');
  } while (cursor !== undefined);
  return all;
}
