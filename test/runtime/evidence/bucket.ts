import { S3Client } from '@aws-sdk/client-s3';
import { Disturb, named } from '../ledger/memory-table';

interface Input {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: string;
  readonly IfNoneMatch?: string;
  readonly ChecksumAlgorithm?: string;
  readonly Prefix: string;
  readonly ContinuationToken?: string;
}

/** As much of an S3 bucket with Object Lock as the evidence uses; it lists in pages of two. */
export class FakeBucket {
  public readonly objects = new Map<string, string>();
  public readonly s3: S3Client;
  public disturb: Disturb;

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

  private answer(command: string, input: Input): unknown {
    if (input.Bucket !== this.name) {
      throw named('NoSuchBucket');
    }
    switch (command) {
      case 'PutObjectCommand': return this.put(input);
      case 'GetObjectCommand': return { Body: { transformToString: async () => this.get(input.Key) } };
      case 'ListObjectsV2Command': return this.list(input);
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
    this.objects.set(key, body);
    return {};
  }

  private get(key: string): string {
    const text = this.objects.get(key);
    if (text === undefined) {
      throw named('NoSuchKey');
    }
    return text;
  }

  private list({ Prefix: prefix, ContinuationToken: token = '' }: Input): object {
    const found = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > token).sort();
    const Contents = found.slice(0, 2).map((Key) => ({ Key }));
    return found.length > 2 ? { Contents, NextContinuationToken: found[1] } : { Contents: Contents.length === 0 ? undefined : Contents };
  }
}
