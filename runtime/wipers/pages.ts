interface Page {
  readonly IsTruncated?: boolean;
  readonly Marker?: string;
}

/** All items of a paginated call of IAM. */
export async function allPages<P extends Page, T>(
  call: (marker: string | undefined) => Promise<P>, items: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  const all: T[] = [];
  let marker: string | undefined;
  do {
    const page = await call(marker);
    all.push(...items(page) ?? []);
    marker = page.IsTruncated ? page.Marker : undefined;
  } while (marker !== undefined);
  return all;
}
