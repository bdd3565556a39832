import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { answersOf, identityCenterDirectory, identityStore, lambdaDirectory, listDirectory } from '../../../runtime/sponsors';
import { Sha256 } from '../aws/sha256';

const EMAIL = 'Ada.Park@example.com';

test('a list: an address on it is active in upper or lower case, and no other is known', async () => {
  expect(await answersOf(listDirectory(['ada.park@example.com']), [EMAIL, 'li.chen@example.com'])).toEqual([
    { email: EMAIL, status: 'active', evidence: 'is on the list of the registry' },
    { email: 'li.chen@example.com', status: 'unknown', evidence: 'is not on the list of the registry' },
  ]);
});

describe('a function', () => {
  const said = (output: object) => {
    const inputs: unknown[] = [];
    const send = async ({ input }: { input: unknown }) => (inputs.push(input), output);
    return { inputs, ask: async () => (await answersOf(lambdaDirectory({ send } as never, 'arn:directory'), [EMAIL]))[0] };
  };
  const payload = (value: unknown) => ({ Payload: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)) });

  test.each(['active', 'inactive', 'unknown'])('is asked with the address, and says %s', async (status) => {
    const { ask, inputs } = said(payload({ status, evidence: 'HR record 7' }));
    expect(await ask()).toEqual({ email: EMAIL, status, evidence: 'HR record 7' });
    expect(inputs).toEqual([{ FunctionName: 'arn:directory', Payload: JSON.stringify({ email: EMAIL }) }]);
  });

  test('needs no evidence', async () => {
    expect(await said(payload({ status: 'active' })).ask()).toMatchObject({ status: 'active', evidence: 'the function of the directory says active' });
  });

  test.each<[string, object]>([
    ['another status', payload({ status: 'ACTIVE' })],
    ['no answer of its own', payload({ status: 'no-answer' })],
    ['no object', payload('true')],
    ['no JSON', payload('active')],
    ['nothing', {}],
    ['too much', payload({ status: 'active', evidence: 'x'.repeat(5_000) })],
    ['a failure', { FunctionError: 'Unhandled', ...payload({ status: 'active' }) }],
  ])('that returns %s has not answered', async (_what, output) => {
    expect(await said(output).ask()).toMatchObject({ status: 'no-answer', evidence: expect.stringContaining('function of the directory') });
  });

  test('that does not end has not answered', async () => {
    const send = async (_command: unknown, { abortSignal }: { abortSignal: AbortSignal }) => new Promise((_resolve, reject) => {
      abortSignal.addEventListener('abort', () => reject(Object.assign(new Error('T0KEN'), { name: 'AbortError' })));
    });
    expect(await answersOf(lambdaDirectory({ send } as never, 'arn:directory', 20), [EMAIL])).toEqual([{ email: EMAIL, status: 'no-answer', evidence: 'the directory could not be asked: AbortError' }]);
  });
});

describe('IAM Identity Center', () => {
  const STORE = 'd-1234567890';
  type Called = [operation: string, input: Record<string, unknown>];
  const asked = async (answers: Record<string, object | ((value: string) => object)>) => {
    const calls: Called[] = [];
    const call = async (operation: string, input: object) => {
      calls.push([operation, input as Called[1]]);
      const answer = answers[operation];
      const { UniqueAttribute: { AttributeValue: value } } = (input as { AlternateIdentifier?: { UniqueAttribute: { AttributeValue: string } } }).AlternateIdentifier ?? { UniqueAttribute: { AttributeValue: '' } };
      return { output: {}, ...(typeof answer === 'function' ? answer(value) : answer) };
    };
    const [answer] = await answersOf(identityCenterDirectory(call as never, STORE), [EMAIL]);
    return { answer, calls };
  };
  const FOUND = { output: { UserId: 'user-1' } };
  const NOBODY = { error: 'ResourceNotFoundException', output: { ResourceType: 'USER' } };

  test.each([['ENABLED', 'active'], ['DISABLED', 'inactive']])('%s is %s', async (UserStatus, status) => {
    const { answer, calls } = await asked({ GetUserId: FOUND, DescribeUser: { output: { UserStatus } } });
    expect(answer).toEqual({ email: EMAIL, status, evidence: `identity store user user-1 is ${UserStatus}` });
    expect(calls).toEqual([
      ['GetUserId', { IdentityStoreId: STORE, AlternateIdentifier: { UniqueAttribute: { AttributePath: 'emails.value', AttributeValue: EMAIL } } }],
      ['DescribeUser', { IdentityStoreId: STORE, UserId: 'user-1' }],
    ]);
  });

  test('the address is looked up as it is written, and in lower case', async () => {
    const { answer, calls } = await asked({ GetUserId: (value) => (value === EMAIL ? NOBODY : FOUND), DescribeUser: { output: { UserStatus: 'ENABLED' } } });
    expect(answer).toMatchObject({ status: 'active' });
    expect(calls).toHaveLength(3);
    expect((await asked({ GetUserId: NOBODY })).answer).toEqual({ email: EMAIL, status: 'unknown', evidence: `identity store ${STORE} has no user with the address` });
  });

  test.each<[string, Record<string, object>]>([
    ['the store is missing', { GetUserId: { error: 'ResourceNotFoundException', output: { ResourceType: 'IDENTITY_STORE' } } }],
    ['the key of the store is missing', { GetUserId: { error: 'ResourceNotFoundException', output: { Reason: 'KMS_KEY_NOT_FOUND' } } }],
    ['access is denied', { GetUserId: { error: 'AccessDeniedException' } }],
    ['access to the user is denied', { GetUserId: FOUND, DescribeUser: { error: 'AccessDeniedException' } }],
    ['the user vanished in between', { GetUserId: FOUND, DescribeUser: { error: 'ResourceNotFoundException' } }],
    ['the status is not said', { GetUserId: FOUND, DescribeUser: {} }],
    ['the status is another', { GetUserId: FOUND, DescribeUser: { output: { UserStatus: 'PENDING' } } }],
    ['the user has no id', { GetUserId: {} }],
  ])('%s: no answer', async (_what, answers) => {
    expect((await asked(answers)).answer).toMatchObject({ status: 'no-answer', evidence: expect.stringMatching(/^IAM Identity Center: /) });
  });
});

describe('calls of the Identity Store', () => {
  interface Seen { readonly headers: Record<string, string | string[] | undefined>; readonly body: string }
  let server: Server;
  let seen: Seen[];
  let answers: [number, string][];
  let pauses: number[];
  beforeEach(async () => {
    [seen, answers, pauses] = [[], [], []];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
        const [status, body] = answers.shift() ?? [200, '{}'];
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const call = () => identityStore({
    region: 'eu-west-1',
    signing: { credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'S3CRET', sessionToken: 'SESSION' }, sha256: Sha256 as never },
    pause: async (milliseconds) => void pauses.push(milliseconds),
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  })('GetUserId', { IdentityStoreId: 'd-1234567890' });

  test('are signed for the service and the region, and name the operation', async () => {
    answers = [[200, '{"UserId":"user-1"}']];
    expect(await call()).toEqual({ output: { UserId: 'user-1' } });
    const [{ headers, body }] = seen;
    expect(body).toBe('{"IdentityStoreId":"d-1234567890"}');
    expect(headers).toMatchObject({ 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSIdentityStore.GetUserId', 'x-amz-security-token': 'SESSION' });
    expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/identitystore\/aws4_request, SignedHeaders=.*host.*x-amz-target.*, Signature=[0-9a-f]{64}$/);
    expect(signatureOf(headers, body)).toBe(/Signature=(.*)$/.exec(headers.authorization as string)![1]);
  });

  /** Signature Version 4 from what arrived. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
  function signatureOf(headers: Seen['headers'], body: string): string {
    const [, date, names] = /Credential=[^/]+\/(\d{8})\/.*SignedHeaders=([^,]+),/.exec(headers.authorization as string)!;
    const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
    const mac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
    const canonical = ['POST', '/', '', ...names.split(';').map((name) => `${name}:${String(headers[name])}`), '', names, sha(body)].join('\n');
    const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], `${date}/eu-west-1/identitystore/aws4_request`, sha(canonical)].join('\n');
    return mac(['eu-west-1', 'identitystore', 'aws4_request'].reduce<string | Buffer>((key, part) => mac(key, part), mac('AWS4S3CRET', date)), text).toString('hex');
  }

  test.each([
    [400, '{"__type":"com.amazonaws.identitystore#ResourceNotFoundException","ResourceType":"USER"}', 'ResourceNotFoundException'],
    [400, '{"__type":"AccessDeniedException","Message":"x"}', 'AccessDeniedException'],
    [403, 'no', 'it responded 403'],
    [400, '{"__type":"bad\\u001b[31m type"}', 'it responded 400'],
  ])('a response %i with %j is the error %s', async (status, body, error) => {
    answers = [[status, body]];
    expect(await call()).toMatchObject({ error });
    expect(seen).toHaveLength(1);
  });

  test('are tried three times while they are throttled or the service fails', async () => {
    answers = [[400, '{"__type":"ThrottlingException"}'], [500, ''], [200, '{"UserId":"user-1"}']];
    expect(await call()).toEqual({ output: { UserId: 'user-1' } });
    expect(pauses).toEqual([400, 800]);
    answers = [[400, '{"__type":"ThrottlingException"}'], [400, '{"__type":"ThrottlingException"}'], [400, '{"__type":"ThrottlingException"}'], [200, '{}']];
    expect(await call()).toMatchObject({ error: 'ThrottlingException' });
    expect(seen).toHaveLength(6);
  });
});
