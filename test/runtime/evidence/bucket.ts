import { S3Client } from '@aws-sdk/client-s3';
import { Disturb, named } from '../ledger/memory-table';

interface Input {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: string;
  readonly IfNoneMatch?: string;
  readonly ChecksumAlgorithm?: string;
  readonly Prefix: string;
  readonly Delimiter?: string;
  readonly KeyMarker?: string;
  readonly VersionIdMarker?: string;
  readonly VersionId?: string;
}

/** A version of a key, or its delete marker. */
interface Version {
  readonly key: string;
  readonly id: string;
  /** Absent for a delete marker. */
  readonly text?: string;
  readonly modified: Date;
}

/** The calls on an S3 bucket with versions and Object Lock that the evidence uses. It lists in pages of two. */
export class FakeBucket {
  public readonly s3: S3Client;
  public disturb: Disturb;
  /** Time of new versions. S3's times have no milliseconds. */
  public now = new Date('2026-06-01T00:00:00Z');
  private versions: Version[] = [];

  constructor(private readonly name = 'evidence') {
    this.disturb = () => undefined;
    this.s3 = {
      config: { region: async () => 'eu-west-1' },
      send: async ({ constructor: { name: command }, input }: { constructor: { name: string }; input: Input }) => {
        const call = `s3:${command.replace('Command', '')}`;
        this.disturb(call, 'before');
        const answer = this.answer(command, input);
        this.disturb(call, 'after');
        return answer;
      },
    } as unknown as S3Client;
  }

  /** The objects as a reader sees them who names no version. */
  public get objects(): ReadonlyMap<string, string> {
    const current = new Map(this.versions.map((version) => [version.key, version.text]));
    return new Map([...current].flatMap(([key, text]) => text === undefined ? [] : [[key, text] as const]));
  }

  /** Number of versions, delete markers included. */
  public get size(): number {
    return this.versions.length;
  }

  /** Writes a version. A person with access can write another one at any time. */
  public write(key: string, text: string): void {
    this.versions.push({ key, id: this.nextId(), text, modified: this.now });
  }

  /** Deletes without naming a version. Object Lock does not prevent this: a marker hides the object. */
  public delete(key: string): void {
    this.versions.push({ key, id: this.nextId(), modified: this.now });
  }

  /** Deletes all versions, which Object Lock prevents until it ends. */
  public forget(key: string): void {
    this.versions = this.versions.filter((version) => version.key !== key);
  }

  private answer(command: string, input: Input): unknown {
    if (input.Bucket !== this.name) {
      throw named('NoSuchBucket');
    }
    switch (command) {
      case 'PutObjectCommand': return this.put(input);
      case 'GetObjectCommand': return { Body: { transformToString: async () => this.get(input) } };
      case 'ListObjectVersionsCommand': return this.list(input);
      default: throw new Error(`the fake bucket knows no ${command}`);
    }
  }

  private put({ Key: key, Body: body, IfNoneMatch: match, ChecksumAlgorithm: checksum }: Input): object {
    if (checksum === undefined) {
      throw named('InvalidRequest', 'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters');
    }
    if (match === '*' && this.objects.has(key)) {
      throw named('PreconditionFailed');
    }
    this.write(key, body);
    return {};
  }

  private get({ Key: key, VersionId: id }: Input): string {
    const text = id === undefined ? this.objects.get(key) : this.versions.find((version) => version.key === key && version.id === id)?.text;
    if (text === undefined) {
      throw named(id === undefined ? 'NoSuchKey' : 'NoSuchVersion');
    }
    return text;
  }

  /** By key, and within a key the newest first, as S3 lists; a page may end within a key. */
  private list({ Prefix: prefix, Delimiter: delimiter, KeyMarker: keyMarker, VersionIdMarker: idMarker }: Input): object {
    if (delimiter !== undefined) {
      return this.folders(prefix, delimiter, keyMarker);
    }
    const found = this.versions.filter(({ key }) => key.startsWith(prefix)).reverse().sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
    const start = keyMarker === undefined ? 0 : found.findIndex(({ key, id }) => key === keyMarker && id === idMarker) + 1;
    const page = found.slice(start, start + 2);
    const shown = (some: readonly Version[]) => some.map(({ key: Key, id: VersionId, modified: LastModified }) => ({ Key, VersionId, LastModified }));
    const [versions, markers] = [page.filter(({ text }) => text !== undefined), page.filter(({ text }) => text === undefined)];
    return {
      // Absent if there are no versions.
      ...(versions.length === 0 ? {} : { Versions: shown(versions) }),
      ...(markers.length === 0 ? {} : { DeleteMarkers: shown(markers) }),
      IsTruncated: found.length > start + 2,
      ...(found.length > start + 2 ? { NextKeyMarker: page.at(-1)?.key, NextVersionIdMarker: page.at(-1)?.id } : {}),
    };
  }

  /** A page of two common prefixes; the next one begins after the last of them. */
  private folders(prefix: string, delimiter: string, after = ''): object {
    const under = this.versions.map(({ key }) => key).filter((key) => key.startsWith(prefix) && key.slice(prefix.length).includes(delimiter));
    const all = [...new Set(under.map((key) => key.slice(0, key.indexOf(delimiter, prefix.length) + 1)))].sort().filter((folder) => folder > after);
    return {
      ...(all.length === 0 ? {} : { CommonPrefixes: all.slice(0, 2).map((Prefix) => ({ Prefix })) }),
      IsTruncated: all.length > 2,
      ...(all.length > 2 ? { NextKeyMarker: all[1] } : {}),
    };
  }

  // Ids say nothing of the order.
  private nextId(): string {
    return `v${(this.versions.length * 7 + 3) % 101}`;
  }
}
