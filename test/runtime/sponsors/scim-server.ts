import { once } from 'node:events';
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';

export interface ScimUser {
  readonly id?: string;
  readonly userName?: string | null;
  readonly emails?: { readonly value: string | null }[] | null;
  readonly active?: unknown;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** A SCIM service on this machine that parses the filter strictly, as RFC 7644 has it. A test may replace its answers. */
export class ScimServer implements AsyncDisposable {
  public static async start(): Promise<ScimServer> {
    const server = new ScimServer();
    server.http.listen(0, '127.0.0.1');
    await once(server.http, 'listening');
    server.baseUrl = `http://127.0.0.1:${(server.http.address() as AddressInfo).port}/scim/v2`;
    return server;
  }

  public baseUrl = '';
  public readonly users: ScimUser[] = [];
  /** Filters as they arrived. */
  public readonly filters: string[] = [];
  public readonly authorizations: (string | undefined)[] = [];
  public token = 'T0KEN';
  /** Attributes by which it filters. */
  public attributes = ['emails.value', 'userName'];
  /** Answers instead of it. */
  public instead?: Handle;
  private readonly http: Server = createServer((request, response) => this.handle(request, response));

  public async [Symbol.asyncDispose](): Promise<void> {
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, 'close');
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://scim');
    const filter = url.searchParams.get('filter') ?? '';
    this.filters.push(filter);
    this.authorizations.push(request.headers.authorization);
    if (this.instead !== undefined) {
      return this.instead(request, response);
    }
    const [, attribute, value] = /^([A-Za-z.]+) eq (".*")$/.exec(filter) ?? [];
    if (url.pathname !== '/scim/v2/Users' || request.headers.authorization !== `Bearer ${this.token}`) {
      return send(response, url.pathname === '/scim/v2/Users' ? 401 : 404, {});
    }
    if (attribute === undefined || !this.attributes.includes(attribute) || !isJson(value)) {
      return send(response, 400, { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], scimType: 'invalidFilter', status: '400' });
    }
    const wanted = (JSON.parse(value) as string).toLowerCase();
    send(response, 200, listOf(this.users.filter(({ userName, emails }) => (
      (attribute === 'userName' ? [userName] : emails?.map((one) => one.value) ?? []).some((one) => one?.toLowerCase() === wanted)))));
  }
}

export function listOf(users: readonly ScimUser[], totalResults = users.length): object {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults, itemsPerPage: users.length, startIndex: 1, ...(users.length === 0 ? {} : { Resources: users }) };
}

export function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/scim+json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
