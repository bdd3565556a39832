import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { FakeGoogle } from './fake-google';
import { tokenIn } from './in-process';

export interface FakeServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the fake on a free port of this machine. */
export async function serve(fake: FakeGoogle): Promise<FakeServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://fake');
      const text = Buffer.concat(chunks).toString();
      const { status, body } = fake.handle({
        method: request.method ?? 'GET',
        path: decodeURI(url.pathname),
        query: url.searchParams,
        body: text === '' ? undefined : JSON.parse(text),
        ifMatch: request.headers['if-match'],
      }, tokenIn(request.headers.authorization), request.headers['user-agent'] ?? '');
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
