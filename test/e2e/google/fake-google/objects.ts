import { notFound, Refusal, Route } from './wire';

const PAGE = 2;
const OBJECTS = /^\/storage\/v1\/b\/([^/]+)\/o$/;
const OBJECT = /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/;
const UPLOAD = /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/;
const PUBLISH = /^\/v1\/(projects\/[^/]+\/topics\/[^/:]+):publish$/;

/** Objects of buckets and messages of topics, as far as records and events need them. */
export class FakeObjects {
  /** By topic; each as it was published. */
  public readonly messages: { readonly topic: string; readonly data: string; readonly attributes: Record<string, string> }[] = [];
  private readonly objects = new Map<string, unknown>();

  public constructor(private readonly exists: (resource: string) => boolean) {}

  public get routes(): Route[] {
    return [
      ['GET', OBJECTS, ({ query }, bucket) => this.list(bucket, query)],
      ['GET', OBJECT, (_request, bucket, name) => this.find(bucket, decodeURIComponent(name))],
      ['POST', UPLOAD, ({ query, body }, bucket) => this.write(bucket, query, body)],
      ['POST', PUBLISH, ({ body }, topic) => {
        this.require(topic);
        this.messages.push(...body.messages.map((message: object) => ({ topic, ...message })));
        return { messageIds: body.messages.map(() => 'm') };
      }],
    ];
  }

  /** Names of a bucket's objects, in order. */
  public names(bucket: string): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(`${bucket}/`)).map((key) => key.slice(bucket.length + 1)).sort();
  }

  public find(bucket: string, name: string): unknown {
    const object = this.objects.get(`${bucket}/${name}`);
    if (object === undefined) {
      throw notFound(`${bucket}/${name}`);
    }
    return object;
  }

  private list(bucket: string, query: URLSearchParams): object {
    this.require(`buckets/${bucket}`);
    const all = this.names(bucket).filter((name) => name.startsWith(query.get('prefix') ?? ''));
    const start = Number(query.get('pageToken') ?? 0);
    return {
      items: all.slice(start, start + PAGE).map((name) => ({ name })),
      ...start + PAGE < all.length ? { nextPageToken: `${start + PAGE}` } : {},
    };
  }

  private write(bucket: string, query: URLSearchParams, body: unknown): object {
    this.require(`buckets/${bucket}`);
    const name = query.get('name') ?? '';
    if (query.get('ifGenerationMatch') === '0' && this.objects.has(`${bucket}/${name}`)) {
      throw new Refusal(412, 'At least one of the pre-conditions you specified did not hold.');
    }
    this.objects.set(`${bucket}/${name}`, body);
    return { name };
  }

  private require(resource: string): void {
    if (!this.exists(resource)) {
      throw notFound(resource);
    }
  }
}
