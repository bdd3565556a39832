import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { checkResponseUrl, CloudFormationResponse, fitted, sendResponse } from '../../../../runtime/aws/cloudformation';
import { codeOf } from '../../../core/code-of';

const ANSWER: CloudFormationResponse = { Status: 'FAILED', Reason: 'because', PhysicalResourceId: 'p', StackId: 's', RequestId: 'r', LogicalResourceId: 'l' };
describe('whom is answered', () => {
  test.each([
    'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/x?sig=1',
    'https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/x',
    'https://cloudformation-custom-resource-response-uswest2.s3-us-west-2.amazonaws.com/x',
    'https://cloudformation-custom-resource-response-cnnorth1.s3.cn-north-1.amazonaws.com.cn/x',
  ])('%s', (url) => {
    expect(checkResponseUrl(url, undefined).href).toBe(url);
  });

  test.each([
    ['another host', 'https://attacker.example.com/x'],
    ['another bucket', 'https://attacker-bucket.s3.amazonaws.com/x'],
    ['a host that only begins so', 'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com.attacker.example.com/x'],
    ['a host in the user part', 'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com@attacker.example.com/x'],
    ['plain http', 'http://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/x'],
    ['the metadata service', 'http://169.254.169.254/latest/meta-data'],
    ['this machine', 'http://127.0.0.1:4566/x'],
    ['a file', 'file:///etc/passwd'],
    ['no URL', 'nonsense'],
  ])('fails when it is %s', (_what, url) => {
    expect(codeOf(() => checkResponseUrl(url, undefined))).toBe('ResponseUrlInvalid');
  });

  test('a local emulator at its own port, where the function runs in one', () => {
    expect(checkResponseUrl('http://localhost:4566/cfn', 'http://127.0.0.1:4566').port).toBe('4566');
    expect(codeOf(() => checkResponseUrl('http://localhost:4567/cfn', 'http://127.0.0.1:4566'))).toBe('ResponseUrlInvalid');
    expect(codeOf(() => checkResponseUrl('http://10.0.0.1:4566/cfn', 'http://127.0.0.1:4566'))).toBe('ResponseUrlInvalid');
    expect(codeOf(() => checkResponseUrl('http://localhost:443/cfn', 'https://dynamodb.eu-west-1.amazonaws.com'))).toBe('ResponseUrlInvalid');
  });

  test('the refusal doesn\'t tell the URL', () => {
    expect(() => checkResponseUrl('https://attacker.example.com/x?X-Amz-Signature=SECRET', undefined)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('SECRET') }));
  });
});

describe('how long an answer is', () => {
  test('a short one is sent whole', () => {
    expect(JSON.parse(fitted(ANSWER))).toEqual(ANSWER);
  });

  const NOTE = ' ... (cut; the ledger has the rest)';
  const units = fc.constantFrom('a', '"', '\\', '\n', 'é', '€', '😀', '\u0000', '\ud800');
  const long = fc.string({ unit: units, minLength: 1_400, maxLength: 9_000, size: 'max' });

  test.each(['a', '"', 'é', '€', '😀', '\u0000', '\ud800'])('a reason of 9,000 times %j is cut to nearly what fits, and says so', (unit) => {
    const text = fitted({ ...ANSWER, Reason: unit.repeat(9_000) });
    const { Reason: read = '' } = JSON.parse(text) as CloudFormationResponse;

    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_096);
    expect(Buffer.byteLength(text)).toBeGreaterThan(3_900);
    expect(read).toBe(unit.repeat((read.length - NOTE.length) / unit.length) + NOTE);
  });

  test('the longest that fits is sent whole, and one byte more is cut', () => {
    const room = 4_096 - Buffer.byteLength(JSON.stringify({ ...ANSWER, Reason: '' }));

    expect(JSON.parse(fitted({ ...ANSWER, Reason: 'x'.repeat(room) }))).toEqual({ ...ANSWER, Reason: 'x'.repeat(room) });
    expect(fitted({ ...ANSWER, Reason: 'x'.repeat(room + 1) })).toContain(NOTE);
  });

  test('law: whatever the reason, at most 4,096 bytes, readable, its beginning kept, and all else as it was', () => {
    let cut = 0;
    fc.assert(fc.property(long, (Reason) => {
      const text = fitted({ ...ANSWER, Reason });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_096);
      const { Reason: read = '', ...rest } = JSON.parse(text) as CloudFormationResponse;
      const { Reason: _, ...sent } = ANSWER;
      expect(rest).toEqual(sent);
      const isCut = read.endsWith(NOTE);
      cut += isCut ? 1 : 0;
      expect(isCut ? Reason.startsWith(read.slice(0, -NOTE.length)) : read === Reason).toBe(true);
      // Half of a surrogate pair that was whole would be a character of its own.
      expect(isCut && /[\ud800-\udbff]$/.test(read.slice(0, -NOTE.length)) && /^[\udc00-\udfff]/.test(Reason.slice(read.length - NOTE.length))).toBe(false);
    }), { numRuns: 100 });
    // Most texts exceed the limit. Otherwise the law would prove nothing.
    expect(cut).toBeGreaterThan(50);
  });
});

describe('sending', () => {
  let server: Server;
  let seen: { method?: string; type?: string; body: string }[];
  let statuses: number[];
  const url = () => new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`);

  beforeEach(async () => {
    seen = [];
    statuses = [];
    server = createServer((incoming: IncomingMessage, outgoing) => {
      let body = '';
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
      incoming.on('end', () => {
        seen.push({ method: incoming.method, type: incoming.headers['content-type'], body });
        outgoing.writeHead(statuses.shift() ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  test('one PUT without a content type', async () => {
    expect(await sendResponse(url(), ANSWER)).toBe('taken');
    expect(seen).toEqual([{ method: 'PUT', type: '', body: JSON.stringify(ANSWER) }]);
  });

  test('tried again when the other side has trouble', async () => {
    statuses = [500, 503];
    expect(await sendResponse(url(), ANSWER, 1)).toBe('taken');
    expect(seen).toHaveLength(3);
  });

  test('not tried again when CloudFormation has stopped waiting', async () => {
    statuses = [403];
    expect(await sendResponse(url(), ANSWER, 1)).toBe('too-late');
    expect(seen).toHaveLength(1);
  });

  test('fails when the trouble doesn\'t end', async () => {
    statuses = Array.from({ length: 9 }, () => 500);
    await expect(sendResponse(url(), ANSWER, 1)).rejects.toMatchObject({ code: 'ResponseNotTaken' });
    expect(seen).toHaveLength(5);
  });

  test('fails when nobody is there', async () => {
    const free = url();
    await new Promise((resolve) => server.close(resolve));
    await expect(sendResponse(free, ANSWER, 1)).rejects.toMatchObject({ code: 'ResponseNotTaken', message: expect.not.stringContaining(free.port) });
    server.listen(0, '127.0.0.1');
  });
});
