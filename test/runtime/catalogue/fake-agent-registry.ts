import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { PlainCalls } from '../../../runtime/aws/plain-calls';
import { RecordStatus } from '../../../runtime/catalogue';

export const ARN = 'arn:aws:agent-registry:eu-west-1:999900001111:registry/abcdefgh1234';

interface StoredRecord {
  readonly recordId: string;
  readonly name: string;
  readonly recordType: string;
  displayName?: string;
  description?: string;
  data?: string;
  readonly tags: Readonly<Record<string, string>>;
  status: RecordStatus;
  statusReason?: string;
  updatedAt: Date;
  /** Reads until the service is done with the last change. */
  busy: number;
}

interface Answer { readonly status: number; readonly json: object }

type Optional<T> = { readonly optionalValue?: T };

interface Patch { readonly custom?: Optional<{ readonly data?: Optional<string> }> }

interface Batch { readonly Entries: readonly { readonly MessageBody: string; readonly DelaySeconds: number }[] }

interface Body {
  readonly name?: string;
  readonly displayName?: string | Optional<string>;
  readonly description?: string | Optional<string>;
  readonly recordType?: string;
  readonly descriptors?: { readonly custom?: { readonly data?: string } } & Optional<Patch>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly status?: RecordStatus;
  readonly statusReason?: string;
  readonly filters?: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly maxResults?: number;
  readonly nextToken?: string;
}

const PATH = /^\/registries\/([^/]+)\/records(-list)?(?:\/([^/]+))?(?:\/(status|submit-for-approval))?$/;
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_\-./]{0,254}$/;
const TAG = /^[a-zA-Z0-9\s._:/=+@-]{1,128}$/;

/**
 * AWS Agent Registry as its API reference and its service model describe it: names are unique, changes are asynchronous, an edit makes a new draft, and a deprecated record can't be changed.
 * https://docs.aws.amazon.com/agent-registry-control/latest/APIReference/ https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/registry-record-lifecycle.html
 */
export class FakeAgentRegistry {
  public readonly records: StoredRecord[] = [];
  /** Method and last part of the path of each request. */
  public readonly calls: string[] = [];
  public now = new Date('2027-02-01T06:00:00.000Z');
  /** Reads during which a change is not done. */
  public slowness = 0;
  public approves = true;
  /** Records on a page. */
  public pageSize = 2;
  private made = 0;

  public named(name: string): StoredRecord | undefined {
    return this.records.find((record) => record.name === name);
  }

  /** What somebody does with it in the console. */
  public byHand(name: string, change: Partial<StoredRecord> | 'delete'): void {
    const at = this.records.findIndex((record) => record.name === name);
    if (at !== -1) {
      change === 'delete' ? this.records.splice(at, 1) : Object.assign(this.records[at], change);
    }
  }

  public add(record: Partial<StoredRecord> & { readonly name: string }): void {
    this.records.push({ recordId: `rec${String(++this.made).padStart(9, '0')}`, recordType: 'CUSTOM', tags: {}, status: 'APPROVED', updatedAt: this.now, busy: 0, ...record });
  }

  public handle(method: string, path: string, text: string): Answer {
    const [, arn, list, id, action] = PATH.exec(path) ?? [];
    this.calls.push(`${method} ${action ?? list ?? (id === undefined ? 'records' : 'record')}`);
    if (arn === undefined || decodeURIComponent(arn) !== ARN) {
      return refused(404, 'ResourceNotFoundException', 'no such registry');
    }
    const body = text === '' ? {} : JSON.parse(text) as Body;
    if (list !== undefined) {
      return this.list(body);
    }
    if (id === undefined) {
      return this.create(body);
    }
    const record = this.records.find(({ recordId }) => recordId === id);
    if (record === undefined) {
      return refused(404, 'ResourceNotFoundException', 'no such record');
    }
    if (method === 'GET') {
      const answer = { status: 200, json: shownOf(record) };
      this.settle(record);
      return answer;
    }
    if (record.busy > 0) {
      return refused(409, 'ConflictException', `the record is ${record.status}`);
    }
    if (method === 'DELETE') {
      this.records.splice(this.records.indexOf(record), 1);
      return { status: 200, json: {} };
    }
    if (record.status === 'DEPRECATED') {
      return refused(409, 'ConflictException', 'a deprecated record cannot be changed');
    }
    return action === undefined ? this.update(record, body) : action === 'status' ? this.setStatus(record, body) : this.submit(record);
  }

  /** Calls of it without a network. */
  public plainCalls(around: <T>(call: string, act: () => T) => Promise<T> = async (_call, act) => act()): PlainCalls {
    const fetcher = async (url: URL, { method, body = '' }: { method: string; body?: string }): Promise<Response> => (
      around(`${method} ${url.pathname.split('/').at(-1)}`, () => {
        const { status, json } = this.handle(method, url.pathname, body);
        return new Response(JSON.stringify(json), { status });
      }));
    const credentials = async () => ({ accessKeyId: 'A', secretAccessKey: 'S' });
    return new PlainCalls({ region: async () => 'eu-central-1', credentials, dnsSuffix: 'amazonaws.com', now: () => this.now, pause: async () => undefined }, fetcher as never);
  }

  /** A server of it on this machine. `queue` takes what is sent to SQS. */
  public async serve(queue: (input: Batch) => void = () => undefined): Promise<{ server: Server; url: string }> {
    const server = createServer((incoming, outgoing) => {
      let body = '';
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
      incoming.on('end', () => {
        if (incoming.headers['x-amz-target'] === 'AmazonSQS.SendMessageBatch') {
          queue(JSON.parse(body));
          outgoing.end('{"Successful":[]}');
          return;
        }
        const { status, json } = this.handle(incoming.method!, incoming.url!, body);
        outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  private list({ filters = [], maxResults = this.pageSize, nextToken }: Body): Answer {
    const valueOf = (record: StoredRecord, name: string): string => (name === 'name' ? record.name : name === 'status' ? record.status : record.recordType);
    // A filter by name matches beginnings too: nothing in the documentation says that it does not.
    const found = this.records.filter((record) => filters.every(({ name, values: [value] }) => (name === 'name' ? record.name.startsWith(value) : valueOf(record, name) === value)));
    const first = Number(nextToken ?? 0);
    const page = found.slice(first, first + maxResults);
    const next = first + maxResults < found.length ? { nextToken: String(first + maxResults) } : {};
    return { status: 200, json: { registryRecords: page.map((record) => ({ ...shownOf(record), descriptors: undefined })), ...next } };
  }

  private create({ name = '', displayName, description, recordType, descriptors, tags = {} }: Body): Answer {
    const data = descriptors?.custom?.data;
    const isValid = NAME.test(name) && recordType === 'CUSTOM' && isText(data, 102_400) && isText(displayName, 255) && isText(description, 4_096)
      && Object.entries(tags).flat().every((text) => TAG.test(text));
    if (!isValid) {
      return refused(400, 'ValidationException', 'FieldValidationFailed');
    }
    if (this.named(name) !== undefined) {
      return refused(409, 'ConflictException', 'the name is taken');
    }
    const record: StoredRecord = {
      recordId: `rec${String(++this.made).padStart(9, '0')}`,
      name,
      recordType: 'CUSTOM',
      displayName: displayName as string,
      description: description as string,
      data,
      tags,
      status: 'CREATING',
      updatedAt: this.now,
      busy: this.slowness + 1,
    };
    this.records.push(record);
    return { status: 202, json: { recordArn: `${ARN}/record/${record.recordId}`, status: 'CREATING' } };
  }

  private update(record: StoredRecord, { displayName, description, descriptors }: Body): Answer {
    const [shown, text] = [displayName, description].map((one) => (one as Optional<string>).optionalValue);
    const data = descriptors?.optionalValue?.custom?.optionalValue?.data?.optionalValue;
    if (!isText(shown, 255) || !isText(text, 4_096) || !isText(data, 102_400)) {
      return refused(400, 'ValidationException', 'FieldValidationFailed');
    }
    Object.assign(record, { displayName: shown, description: text, data, status: 'UPDATING', updatedAt: this.now, busy: this.slowness + 1 });
    return { status: 202, json: shownOf(record) };
  }

  private setStatus(record: StoredRecord, { status, statusReason }: Body): Answer {
    if (status === undefined || statusReason === undefined || statusReason.length > 255) {
      return refused(400, 'ValidationException', 'FieldValidationFailed');
    }
    Object.assign(record, { status, statusReason, updatedAt: this.now });
    return { status: 202, json: shownOf(record) };
  }

  private submit(record: StoredRecord): Answer {
    if (record.status !== 'DRAFT') {
      return refused(409, 'ConflictException', 'not a draft');
    }
    Object.assign(record, { status: this.approves ? 'APPROVED' : 'PENDING_APPROVAL', updatedAt: this.now });
    return { status: 202, json: shownOf(record) };
  }

  private settle(record: StoredRecord): void {
    if (record.busy > 0 && --record.busy === 0) {
      record.status = 'DRAFT';
    }
  }
}

function shownOf({ data, updatedAt, tags: _tags, busy: _busy, ...record }: StoredRecord): object {
  return { ...record, ...(data === undefined ? {} : { descriptors: { custom: { data } } }), updatedAt: updatedAt.toISOString() };
}

function isText(text: unknown, most: number): text is string {
  return typeof text === 'string' && text.length >= 1 && text.length <= most;
}

function refused(status: number, __type: string, message: string): Answer {
  return { status, json: { __type, message } };
}
