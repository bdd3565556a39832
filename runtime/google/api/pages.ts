import { ApiCall, GoogleApi } from './google-api';
import { allItems } from '../../pages';

/** Returns all items of a listing of a Google API. */
export function allPages<P extends { nextPageToken?: string }, T>(
  api: GoogleApi, call: ApiCall, items: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  return allItems((pageToken) => api.call<P>({ ...call, query: { ...call.query, pageToken } }), items, ({ nextPageToken: token }) => token);
}
