import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Cloud } from './cloud';
import { makeFunction } from './functions';
import { Resource } from './stacks';

export interface Request {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly StackId: string;
  readonly ResourceProperties: Record<string, string>;
}

/** The response to CloudFormation, or `silence`. */
export type Answer = 'silence' | { readonly Status: 'SUCCESS' | 'FAILED'; readonly PhysicalResourceId?: string; readonly Reason?: string; readonly Data?: unknown };

type Decide = (request: Request) => Answer | Promise<Answer>;

const FORWARD = (port: number) => `
  exports.handler = async (event) => {
    const answer = await (await fetch('http://127.0.0.1:${port}', { method: 'POST', body: JSON.stringify(event) })).json();
    if (answer !== 'silence') {
      const { StackId, RequestId, LogicalResourceId } = event;
      await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({ StackId, RequestId, LogicalResourceId, ...answer }) });
    }
  };`;

/** A custom resource's provider that a test controls: its function asks the test. */
export class Provider {
  static async start(cloud: Cloud): Promise<Provider> {
    const provider = new Provider();
    await new Promise<void>((resolve) => provider.server.listen(0, '127.0.0.1', resolve));
    provider.serviceToken = await makeFunction(cloud, 'provider', FORWARD((provider.server.address() as AddressInfo).port));
    return provider;
  }

  /** CloudFormation's requests since the last `answer`, oldest first. */
  requests: Request[] = [];
  private decide: Decide = succeed;
  private serviceToken = '';
  private readonly server: Server;

  private constructor() {
    this.server = createServer((incoming, outgoing) => {
      void text(incoming).then(async (body) => {
        const request = JSON.parse(body) as Request;
        this.requests.push(request);
        outgoing.end(JSON.stringify(await this.decide(request)));
      });
    });
  }

  /** Sets how to respond from now on. */
  answer(decide: Decide): void {
    this.requests = [];
    this.decide = decide;
  }

  /** A custom resource of this provider. */
  resource(properties: Record<string, string> = {}, DependsOn: string[] = []): Resource {
    return { Type: 'Custom::Thing', Properties: { ServiceToken: this.serviceToken, ...properties }, DependsOn };
  }

  /** The requests as `Create Thing physical-id`. */
  log(): string[] {
    return this.requests.map(({ RequestType: type, LogicalResourceId: id, PhysicalResourceId: physicalId }) => [type, id, physicalId].filter(Boolean).join(' '));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** The response of a provider that does what it is asked. */
export function succeed({ LogicalResourceId: logicalId, PhysicalResourceId: physicalId }: Request): Answer {
  return { Status: 'SUCCESS', PhysicalResourceId: physicalId ?? `made-${logicalId}` };
}

export function fail({ PhysicalResourceId }: { readonly PhysicalResourceId?: string }, Reason = 'it must stay'): Answer {
  return { Status: 'FAILED', Reason, PhysicalResourceId };
}
