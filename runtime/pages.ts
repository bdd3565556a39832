/** Returns all items of a listing over all its pages. `next` reads the next page's cursor, which each cloud names differently. */
export async function allItems<P, T>(
  read: (cursor: string | undefined) => Promise<P>, items: (page: P) => readonly T[] | undefined, next: (page: P) => string | undefined,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    all.push(...items(page) ?? []);
    // Some services end with an empty cursor.
    cursor = next(page) || undefined;
  } while (cursor !== undefined);
  return all;
}
