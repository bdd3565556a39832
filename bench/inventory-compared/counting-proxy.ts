import { createServer, IncomingMessage, request, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';

/** Passes requests on to an AWS on this machine, and counts them. */
export class CountingProxy {
  public static async before(url: string): Promise<CountingProxy> {
    const server = createServer();
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return new CountingProxy(server, new URL(url));
  }

  private calls = 0;

  private constructor(private readonly server: Server, private readonly target: URL) {
    server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => this.pass(incoming, outgoing));
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The number of requests since the last question. */
  public taken(): number {
    const { calls } = this;
    this.calls = 0;
    return calls;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    this.calls += 1;
    const { method, url: path, headers } = incoming;
    const passed = request({ host: this.target.hostname, port: this.target.port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', (error) => outgoing.writeHead(502).end(String(error)));
    incoming.pipe(passed);
  }
}
