import { answer, LocalServer } from './local-server';

interface ScimUser {
  readonly id: string;
  readonly userName: string;
  active: boolean;
}

interface Patch {
  readonly schemas: readonly string[];
  readonly Operations: readonly { readonly op: string; readonly path: string; readonly value: unknown }[];
}

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const SCIM = { 'content-type': 'application/scim+json; charset=utf-8' };

/** A SCIM 2.0 service with users, written from RFC 7644: filter, retrieve, patch and delete. */
export class ScimService extends LocalServer {
  public readonly users: ScimUser[] = [];
  public token = 'T0KEN-of-scim';
  public filters: string[] = [];
  private added = 0;

  public get baseUrl(): string {
    return `${this.origin}/scim/v2`;
  }

  public add(userName: string, active = true): ScimUser {
    const user = { id: `2819/${this.added++}`, userName, active };
    this.users.push(user);
    return user;
  }

  protected handle: LocalServer['handle'] = ({ method, path, headers, body }, response) => {
    const url = new URL(path, this.origin);
    const [, id] = /^\/scim\/v2\/Users(?:\/([^/]+))?$/.exec(url.pathname) ?? [undefined, undefined];
    if (!url.pathname.startsWith('/scim/v2/Users')) {
      return void answer(response, 404, '', SCIM);
    }
    if (headers.authorization !== `Bearer ${this.token}`) {
      return void answer(response, 401, { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '401' }, SCIM);
    }
    if (id === undefined) {
      return void this.list(url, response);
    }
    const index = this.users.findIndex((user) => user.id === decodeURIComponent(id));
    if (index < 0) {
      return void answer(response, 404, { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404' }, SCIM);
    }
    if (method === 'DELETE') {
      this.users.splice(index, 1);
      return void response.writeHead(204).end();
    }
    if (method === 'PATCH') {
      const { schemas, Operations: [{ op, path: attribute, value }] } = JSON.parse(body) as Patch;
      if (!schemas.includes(PATCH_OP) || op !== 'replace' || attribute !== 'active' || typeof value !== 'boolean') {
        return void answer(response, 400, '', SCIM);
      }
      this.users[index].active = value;
    }
    return void answer(response, 200, this.users[index], SCIM);
  };

  private list(url: URL, response: Parameters<LocalServer['handle']>[1]): void {
    const filter = url.searchParams.get('filter') ?? '';
    this.filters.push(filter);
    const [, value] = /^userName eq ("(?:[^"\\]|\\.)*")$/.exec(filter) ?? [];
    if (value === undefined) {
      return void answer(response, 400, { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], scimType: 'invalidFilter', status: '400' }, SCIM);
    }
    const wanted = (JSON.parse(value) as string).toLowerCase();
    const found = this.users.filter(({ userName }) => userName.toLowerCase() === wanted);
    const resources = found.length === 0 ? {} : { Resources: found };
    answer(response, 200, { schemas: [LIST], totalResults: found.length, itemsPerPage: found.length, startIndex: 1, ...resources }, SCIM);
  }
}
