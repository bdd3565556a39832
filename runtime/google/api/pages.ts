import { ApiCall, GoogleApi } from './google-api';

/** All items of a listing, whatever number of pages it has. */
export async function allPages<P extends { nextPageToken?: string }, T>(
  api: GoogleApi, call: ApiCall, items: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  const all: T[] = [];
  let pageToken: string | undefined;
  do {
    const page: P = await api.call<P>({ ...call, query: { ...call.query, pageToken } });
    all.push(...items(page) ?? []);
    pageToken = page.nextPageToken === '' ? undefined : page.nextPageToken;
  } while (pageToken !== undefined);
  return all;
}
