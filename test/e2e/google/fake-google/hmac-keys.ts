import { notFound, Refusal, Route } from './wire';

interface FakeHmacKey {
  readonly accessId: string;
  readonly projectId: string;
  readonly serviceAccountEmail: string;
  state: 'ACTIVE' | 'INACTIVE' | 'DELETED';
  etag: string;
}

const PAGE = 2;
const BASE = '^/storage/v1/projects/([^/]+)/hmacKeys';

/** Cloud Storage's HMAC keys, listed in pages of two. Only inactive keys can be deleted. */
export class FakeHmacKeys {
  public readonly keys: FakeHmacKey[] = [];

  public get routes(): Route[] {
    const one = new RegExp(`${BASE}/([^/]+)$`);
    return [
      ['GET', new RegExp(`${BASE}$`), ({ query }, project) => this.list(project, query)],
      ['GET', one, (_request, project, id) => this.find(project, id)],
      ['PUT', one, ({ body }, project, id) => this.update(this.find(project, id), body)],
      ['DELETE', one, (_request, project, id) => this.remove(this.find(project, id))],
    ];
  }

  public add(projectId: string, serviceAccountEmail: string): FakeHmacKey {
    const key: FakeHmacKey = { accessId: `GOOG1E${this.keys.length + 1}`, projectId, serviceAccountEmail, state: 'ACTIVE', etag: 'e0' };
    this.keys.push(key);
    return key;
  }

  public live(): FakeHmacKey[] {
    return this.keys.filter(({ state }) => state !== 'DELETED');
  }

  private list(project: string, query: URLSearchParams): object {
    const email = query.get('serviceAccountEmail');
    const all = this.live().filter((key) => key.projectId === project && (email === null || key.serviceAccountEmail === email));
    const start = Number(query.get('pageToken') ?? 0);
    const more = start + PAGE < all.length;
    return { items: all.slice(start, start + PAGE), ...more ? { nextPageToken: `${start + PAGE}` } : {} };
  }

  private find(project: string, accessId: string): FakeHmacKey {
    const key = this.keys.find((candidate) => candidate.projectId === project && candidate.accessId === accessId);
    if (key === undefined) {
      throw notFound(`HMAC key ${accessId}`);
    }
    return key;
  }

  private update(key: FakeHmacKey, { state, etag }: { state: FakeHmacKey['state']; etag?: string }): FakeHmacKey {
    if (etag !== undefined && etag !== key.etag) {
      throw new Refusal(412, 'At least one of the pre-conditions you specified did not hold.');
    }
    key.state = state;
    key.etag = `${key.etag}+`;
    return key;
  }

  private remove(key: FakeHmacKey): object {
    if (key.state !== 'INACTIVE') {
      throw new Refusal(400, `Cannot delete keys in '${key.state}' state.`);
    }
    key.state = 'DELETED';
    return {};
  }
}
