import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { Login, Postgres } from './postgres';
import { PlainCalls } from '../../../runtime/aws/plain-calls';

/** A request of the Data API. */
export interface Executed {
  readonly resourceArn: string;
  readonly secretArn: string;
  readonly database: string;
  readonly sql: string;
  readonly parameters?: { readonly name: string; readonly value: { readonly stringValue: string } }[];
}

/** What happens to a request instead of what should: it is denied, its answer is lost after the statement has run, or the cluster is still being resumed. */
export type Mishap = 'denied' | 'lost' | 'resuming';

/** The RDS Data API on this machine, for one cluster whose database is a real PostgreSQL server. */
export class LocalDataApi {
  public static async start(postgres: Postgres, cluster: string, secrets: Readonly<Record<string, Login>>): Promise<LocalDataApi> {
    const api = new LocalDataApi(postgres, cluster, secrets);
    await new Promise<void>((done) => api.server.listen(0, '127.0.0.1', done));
    return api;
  }

  public readonly requests: Executed[] = [];
  /** What functions of custom resources have responded, by `responseUrl`. */
  public readonly responses: { readonly Status: string; readonly Reason?: string; readonly PhysicalResourceId: string }[] = [];
  /** What happens to the next requests that it names, and how often. */
  public mishap?: (request: Executed) => Mishap | undefined;
  private readonly server: Server;

  private constructor(
    private readonly postgres: Postgres,
    private readonly cluster: string,
    private readonly secrets: Readonly<Record<string, Login>>,
  ) {
    this.server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', async () => {
        if (incoming.method === 'PUT') {
          this.responses.push(JSON.parse(Buffer.concat(chunks).toString()) as LocalDataApi['responses'][number]);
          outgoing.end();
          return;
        }
        const answer = await this.answer(String(incoming.url), JSON.parse(Buffer.concat(chunks).toString()) as Executed);
        outgoing.writeHead(answer.status, { 'content-type': 'application/json', ...(answer.type === undefined ? {} : { 'x-amzn-errortype': answer.type }) });
        outgoing.end(JSON.stringify(answer.body));
      });
    });
  }

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public get responseUrl(): string {
    return `${this.endpoint}/response`;
  }

  /** Calls that reach it. */
  public get calls(): PlainCalls {
    return new PlainCalls({
      region: async () => 'eu-west-1',
      credentials: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'local' }),
      dnsSuffix: 'amazonaws.com',
      endpoint: async () => this.endpoint,
      now: () => new Date('2026-06-01T12:00:00Z'),
      pause: async () => undefined,
    });
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async answer(path: string, request: Executed): Promise<{ readonly status: number; readonly type?: string; readonly body: object }> {
    this.requests.push(request);
    const login = this.secrets[request.secretArn];
    if (path !== '/Execute' || request.resourceArn !== this.cluster || login === undefined) {
      return { status: 403, type: 'AccessDeniedException', body: { message: 'not authorized' } };
    }
    const mishap = this.mishap?.(request);
    if (mishap === 'resuming') {
      return { status: 400, type: 'DatabaseResumingException', body: { message: 'The Aurora DB instance is resuming' } };
    }
    if (mishap === 'denied') {
      return { status: 403, type: 'AccessDeniedException', body: { message: 'not authorized' } };
    }
    const values = Object.fromEntries((request.parameters ?? []).map(({ name, value }) => [name, value.stringValue]));
    const { rows, sqlState } = await this.postgres.run(login, request.sql, values, request.database);
    if (mishap === 'lost') {
      return { status: 504, type: 'InternalServerErrorException', body: { message: 'no answer' } };
    }
    return sqlState === undefined
      ? { status: 200, body: { records: rows.map((row) => row.map((stringValue) => ({ stringValue }))), numberOfRecordsUpdated: 0 } }
      : { status: 400, type: 'DatabaseErrorException', body: { message: `ERROR: "what somebody wrote" was refused; Position: 1; SQLState: ${sqlState}` } };
  }
}
