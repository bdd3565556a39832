import { notFound, Refusal, Route } from './wire';

const PAGE = 2;
const BUCKET = /^\/storage\/v1\/b\/([^/]+)$/;
const OBJECTS = /^\/storage\/v1\/b\/([^/]+)\/o$/;
const OBJECT = /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/;
const UPLOAD = /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/;
const PUBLISH = /^\/v1\/(projects\/[^/]+\/topics\/[^/:]+):publish$/;

/** The calls on objects of buckets and messages of topics that records and events need. */
export class FakeObjects {
  /** Published messages with their topics. */
  public readonly messages: { readonly topic: string; readonly data: string; readonly attributes: Record<string, string> }[] = [];
  private readonly objects = new Map<string, { readonly body: unknown; readonly createdAt: string }>();

  public constructor(private readonly exists: (resource: string) => boolean) {}

  public get routes(): Route[] {
    return [
      ['GET', BUCKET, (_request, bucket) => {
        this.require(`buckets/${bucket}`);
        return { projectNumber: '700000000042' };
      }],
      ['GET', OBJECTS, ({ query }, bucket) => this.list(bucket, query)],
      ['GET', OBJECT, (_request, bucket, name) => this.find(bucket, decodeURIComponent(name))],
      ['POST', UPLOAD, ({ query, body, now }, bucket) => this.write(bucket, query, body, now)],
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
    return object.body;
  }

  /** Writes, changes or, without a body, removes an object, as no one can while the bucket retains it. */
  public tamper(bucket: string, name: string, body: unknown, createdAt = new Date('2026-10-01T00:00:00Z')): void {
    if (body === undefined) {
      this.objects.delete(`${bucket}/${name}`);
    } else {
      this.objects.set(`${bucket}/${name}`, { body, createdAt: createdAt.toISOString() });
    }
  }

  private list(bucket: string, query: URLSearchParams): object {
    this.require(`buckets/${bucket}`);
    const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
    const under = this.names(bucket).filter((name) => name.startsWith(prefix));
    const end = (name: string) => (delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length));
    const all = [...new Set(under.map((name) => (end(name) < 0 ? name : name.slice(0, end(name) + 1))))];
    const start = Number(query.get('pageToken') ?? 0);
    const page = all.slice(start, start + Math.min(PAGE, Number(query.get('maxResults') ?? PAGE)));
    return {
      items: page.filter((name) => !name.endsWith('/')).map((name) => {
        const { createdAt } = this.objects.get(`${bucket}/${name}`)!;
        return { name, timeCreated: createdAt, generation: `${Date.parse(createdAt)}000` };
      }),
      prefixes: page.filter((name) => name.endsWith('/')),
      ...start + page.length < all.length ? { nextPageToken: `${start + page.length}` } : {},
    };
  }

  private write(bucket: string, query: URLSearchParams, body: unknown, now: Date): object {
    this.require(`buckets/${bucket}`);
    const name = query.get('name') ?? '';
    if (query.get('ifGenerationMatch') === '0' && this.objects.has(`${bucket}/${name}`)) {
      throw new Refusal(412, 'At least one of the pre-conditions you specified did not hold.');
    }
    // Each bucket of the tests has a retention.
    if (this.objects.has(`${bucket}/${name}`)) {
      throw new Refusal(403, `Object '${bucket}/${name}' is subject to bucket's retention policy and cannot be deleted or overwritten.`);
    }
    this.objects.set(`${bucket}/${name}`, { body, createdAt: now.toISOString() });
    return { name };
  }

  private require(resource: string): void {
    if (!this.exists(resource)) {
      throw notFound(resource);
    }
  }
}
