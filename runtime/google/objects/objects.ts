import { canonicalJson } from '../../../src/core/canonical-json';
import { allPages, GoogleApi, isConflict } from '../api';

/** An object in a listing. */
export interface ListedObject {
  readonly name: string;
  /** When Google wrote it. */
  readonly createdAt?: string;
  /** Google's number for this content of the object. */
  readonly generation?: string;
}

interface Page {
  readonly items?: readonly { readonly name: string; readonly timeCreated?: string; readonly generation?: string }[];
  readonly prefixes?: readonly string[];
  readonly nextPageToken?: string;
}

/** Lists the objects whose names begin with a prefix, in the order of their names. One call for each thousand. */
export async function listObjects(api: GoogleApi, bucket: string, prefix: string): Promise<ListedObject[]> {
  const listed = await allPages(api, listing(bucket, { prefix, fields: 'items(name,timeCreated,generation),nextPageToken' }), (page: Page) => page.items);
  return listed.map(({ name, timeCreated, generation }) => (
    { name, ...timeCreated === undefined ? {} : { createdAt: timeCreated }, ...generation === undefined ? {} : { generation } }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Lists the folders directly under a prefix. The cost doesn't depend on what they contain. */
export async function listFolders(api: GoogleApi, bucket: string, prefix: string): Promise<string[]> {
  return allPages(api, listing(bucket, { prefix, delimiter: '/', fields: 'prefixes,nextPageToken' }), (page: Page) => page.prefixes);
}

/** Whether an object's name begins with the prefix. One call. */
export async function hasObjects(api: GoogleApi, bucket: string, prefix: string): Promise<boolean> {
  const { items = [] } = await api.call<Page>(listing(bucket, { prefix, maxResults: '1', fields: 'items(name)' }));
  return items.length > 0;
}

/** Reads an object. An object that is no JSON object, because somebody else wrote it, is returned without members. */
export async function readObject<T extends object>(api: GoogleApi, bucket: string, name: string): Promise<T> {
  const text = await api.call<string>({ service: 'storage', method: 'GET', path: `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`, query: { alt: 'media' }, returns: 'text' });
  try {
    const value: unknown = JSON.parse(text);
    return (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}) as T;
  } catch {
    return {} as T;
  }
}

/** Writes an object once, as canonical text. Returns false if an object has the name already. */
export async function isWritten(api: GoogleApi, bucket: string, name: string, body: object): Promise<boolean> {
  try {
    await api.call({
      service: 'storage',
      method: 'POST',
      path: `/upload/storage/v1/b/${bucket}/o`,
      query: { uploadType: 'media', name, ifGenerationMatch: '0' },
      body: JSON.parse(canonicalJson(body)),
      retriesConflict: false,
    });
    return true;
  } catch (error) {
    if (isConflict(error)) {
      return false;
    }
    throw error;
  }
}

function listing(bucket: string, query: Readonly<Record<string, string>>) {
  return { service: 'storage', method: 'GET', path: `/storage/v1/b/${bucket}/o`, query } as const;
}
