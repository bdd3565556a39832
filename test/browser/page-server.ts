import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { respondTo } from '../../runtime/review-page';
import { PageWorld } from '../runtime/review-page/page-world';

/** The page on a port of this machine, as API Gateway would bring requests to it. */
export class PageServer {
  public static async start(make: (origin: string) => Promise<PageWorld>): Promise<PageServer> {
    const server = createServer();
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    // Browsers treat this name as secure, so they keep cookies that are marked as such.
    const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
    const world = await make(origin);
    server.on('request', (request, response) => void answer(world, origin, request).then(({ statusCode, headers, cookies, body }) => {
      response.writeHead(statusCode, { ...headers, ...(cookies.length === 0 ? {} : { 'set-cookie': [...cookies] }) }).end(request.method === 'HEAD' ? undefined : body);
    }));
    return new PageServer(server, origin, world);
  }

  private constructor(private readonly server: Server, public readonly origin: string, public readonly world: PageWorld) {}

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

async function answer(world: PageWorld, origin: string, request: IncomingMessage): ReturnType<typeof respondTo> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    parts.push(part as Buffer);
  }
  const [rawPath, rawQueryString = ''] = request.url!.split('?');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return respondTo(world.app, origin, {
    rawPath, rawQueryString, headers, body: Buffer.concat(parts).toString('base64'), isBase64Encoded: true, requestContext: { http: { method: request.method } },
  });
}
