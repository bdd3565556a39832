import { Declared } from './declared';
import { isAttachment } from './state';
import { FORMS } from '../../../src/contract/google';
import { reasonOf } from '../../../src/core/errors';
import { ApiError, GoogleApi, orGone } from '../api';

/** Where an agent is denied, and what can't be reached by that. */
export interface Reach {
  readonly attachments: readonly string[];
  readonly beyondReach: readonly string[];
}

/**
 * Where to deny: the scope that the registry declares, or else the agent's project and every project and folder in which the agent has declared access,
 * in any stage. A deny policy holds in everything below the resource that it is attached to, and nowhere else.
 */
export async function reachOf(api: GoogleApi, project: string, { access, denyScope }: Declared): Promise<Reach> {
  if (denyScope !== undefined) {
    return { attachments: [denyScope], beyondReach: [] };
  }
  const places = await Promise.all([...new Set(access.map(({ kind, resource }) => `${kind} ${resource}`))].map((place) => attachmentOf(api, place)));
  const attachments = [...new Set([`projects/${project}`, ...places.flatMap(({ attachment }) => attachment ?? [])])].sort();
  return {
    attachments,
    beyondReach: [
      ...places.flatMap(({ problem }) => problem ?? []),
      `grants outside of ${attachments.join(', ')}: only the disabled account stops them; declare denyScope on the registry to deny everywhere`,
    ],
  };
}

async function attachmentOf(api: GoogleApi, place: string): Promise<{ readonly attachment?: string; readonly problem?: string }> {
  const [, kind, name] = /^(\S+) (?:\/\/[a-z]+\.googleapis\.com\/)?(.*)$/.exec(place) ?? [];
  if (kind === 'bucket') {
    return ofBucket(api, name.slice(name.lastIndexOf('/') + 1));
  }
  const attachment = kind === 'project' && !name.includes('/') ? `projects/${name}` : /^(?:projects|folders|organizations)\/[^/]+/.exec(name)?.[0];
  return isAttachment(attachment) ? { attachment } : { problem: `${place}: names no project or folder that could be denied` };
}

/** The name of a bucket doesn't say its project. */
async function ofBucket(api: GoogleApi, bucket: string): Promise<{ readonly attachment?: string; readonly problem?: string }> {
  if (!FORMS.bucket.test(bucket)) {
    return { problem: `bucket ${bucket}: is not a name of a bucket` };
  }
  try {
    const found = await orGone(api.call<{ projectNumber?: unknown }>({ service: 'storage', method: 'GET', path: `/storage/v1/b/${bucket}`, query: { fields: 'projectNumber' } }));
    const attachment = `projects/${String(found?.projectNumber)}`;
    return found === undefined ? {} : isAttachment(attachment) ? { attachment } : { problem: `bucket ${bucket}: Google did not say its project` };
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    return { problem: `bucket ${bucket}: its project could not be read (storage.buckets.get): ${reasonOf(error)}` };
  }
}
