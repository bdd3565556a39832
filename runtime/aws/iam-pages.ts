import { allItems } from '../pages';

interface Page {
  readonly IsTruncated?: boolean;
  readonly Marker?: string;
}

/** Returns all items of a paginated IAM call. */
export function allPages<P extends Page, T>(
  call: (marker: string | undefined) => Promise<P>, items: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  return allItems(call, items, ({ IsTruncated: more, Marker: marker }) => more ? marker : undefined);
}
