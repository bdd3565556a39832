import { once } from 'node:events';
import { createServer, IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Handle = (received: Received, response: ServerResponse) => void;

/** A server on this machine. A test may disturb its answers. */
export abstract class LocalServer implements AsyncDisposable {
  public origin = '';
  public readonly received: Received[] = [];
  /** Answers instead, or before the server acts. Returns whether it has answered. */
  public before?: (received: Received, response: ServerResponse) => boolean;
  /** Called after the server has acted, instead of its answer. */
  public after?: (received: Received, response: ServerResponse) => boolean;
  protected abstract handle: Handle;
  private server!: Server;

  public async start(tls?: { readonly key: string; readonly cert: string }): Promise<this> {
    const listener: RequestListener = (request, response) => void this.receive(request, response);
    this.server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  public get host(): string {
    return new URL(this.origin).host;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) {
      chunks.push(chunk);
    }
    const received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() };
    this.received.push(received);
    if (this.before?.(received, response) === true) {
      return;
    }
    this.handle(received, this.after === undefined ? response : intercepted(response, () => this.after!(received, response)));
  }
}

/** A response whose end a test may replace. */
function intercepted(response: ServerResponse, replaced: () => boolean): ServerResponse {
  return new Proxy(response, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (name === 'writeHead' || name === 'end') {
        return (...all: unknown[]) => (name === 'writeHead' ? Object.assign(target, { kept: all })
          : replaced() || (target.writeHead(...(target as never as { kept: [number] }).kept), target.end(...all as [string])));
      }
      return typeof value === 'function' ? (value as () => void).bind(target) : value;
    },
  });
}

export function answer(response: ServerResponse, status: number, body: unknown = '', headers: Record<string, string> = {}): true {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
  return true;
}

/** Any API with accounts. */
export class AccountServer extends LocalServer {
  public readonly accounts = new Set<string>();
  public token = 'T0KEN-of-accounts';

  protected handle: Handle = ({ method, path, headers }, response) => {
    const [, name] = /^\/accounts\/([^/?]+)$/.exec(path) ?? [];
    if (headers.authorization !== `Bearer ${this.token}` || name === undefined) {
      return void answer(response, name === undefined ? 400 : 401);
    }
    const isThere = this.accounts.has(decodeURIComponent(name));
    if (method === 'DELETE') {
      this.accounts.delete(decodeURIComponent(name));
      return void answer(response, isThere ? 204 : 404);
    }
    return void answer(response, isThere ? 200 : 404, {});
  };
}
