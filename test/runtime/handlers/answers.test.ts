import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { answers, revoker } from '../../../runtime/handlers';
import { signedToken } from '../../../runtime/signals';
import { ORDER_TYPE, OrderClaims } from '../../../src/contract/orders';

const [states, ledger, kms] = [mockClient(SFNClient), mockClient(DynamoDBDocumentClient), mockClient(KMSClient)];
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PUBLIC = createPublicKey(privateKey);
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/k1';
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:agents-nhi-answers-directory';
const CLAIMS: OrderClaims = { iss: '111122223333/agents', aud: 'directory', sub: 'invoice-bot', jti: 'a'.repeat(40), iat: 1, exp: 2, action: 'revoke', revoker: 'ldap', subject: 'svc-invoice' };
let output: string[];
let fetched: { readonly url: string; readonly headers: Record<string, string>; readonly body: string }[];

beforeEach(() => {
  [output, fetched] = [[], []];
  [process.stdout, process.stderr].forEach((stream) => jest.spyOn(stream, 'write').mockImplementation((text) => output.push(String(text)) > 0));
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (url, { headers, body } = {}) => {
    fetched.push({ url: String(url), headers: headers as Record<string, string>, body: String(body) });
    return new Response('{}');
  });
  [states, ledger, kms].forEach((mock) => mock.reset());
  kms.on(GetPublicKeyCommand, { KeyId: KEY }).resolves({ PublicKey: PUBLIC.export({ format: 'der', type: 'spki' }) });
  ledger.on(PutCommand).resolves({});
  states.on(StartExecutionCommand).resolves({});
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    POWERTOOLS_TRACE_ENABLED: 'false',
    LEDGER_TABLE: 'agents-nhi-ledger',
    REGISTRY_NAME: 'agents',
    PARTITION: 'aws',
    REVOKERS: '{"privateHosts":[]}',
    WORKERS: JSON.stringify({ directory: KEY }),
    STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111122223333:stateMachine:agents-nhi-lifecycle',
  });
});
afterEach(() => jest.restoreAllMocks());

const signed = (claims: object = {}): Promise<string> => signedToken({ kid: 'k1', sign: async (text) => sign('sha256', Buffer.from(text), privateKey) }, { ...CLAIMS, ...claims }, ORDER_TYPE);
const message = (body: object, messageId = 'm1') => ({ messageId, body: JSON.stringify(body), eventSourceARN: QUEUE, attributes: { SentTimestamp: '1801375200000' } });
const stored = (): { readonly pk: string }[] => (
  ledger.commandCalls(PutCommand).map(({ args: [{ input: { Item: item } }] }) => item as { pk: string }));

test('an answer is kept, and the engine asked to read it, once for each message', async () => {
  const given = message({ order: await signed(), found: 'active', now: 'absent' });
  expect(await answers({ Records: [given] })).toEqual({ batchItemFailures: [] });
  await answers({ Records: [given] });
  const [answer, request, , again] = stored();
  expect(answer).toMatchObject({ pk: `order#${CLAIMS.jti}`, answer: { worker: 'directory', at: '2027-01-31T06:00:00.000Z', found: 'active', now: 'absent' } });
  expect(request).toMatchObject({
    pk: expect.stringMatching(/^request#event-hear-worker-/), stored: { request: { placement: { account: '111122223333', agentName: 'invoice-bot' }, origin: { kind: 'event', arn: QUEUE }, intent: { kind: 'hear-worker' } } },
  });
  expect(again.pk).toBe(request.pk);
  // The order makes an answer genuine, so it is in no log and no row.
  expect(output.join('') + JSON.stringify(stored())).not.toContain(given.body.slice(12, 60));
});

test('an answer to no order is dropped, counted and not logged, and the others of its batch are taken', async () => {
  const forged = message({ order: `${await signed()}x`, now: 'absent', failure: 'HOSTILE' }, 'm2');
  expect(await answers({ Records: [forged, message({ order: await signed(), failure: 'DirectoryDenied' })] })).toEqual({ batchItemFailures: [] });
  expect(stored()).toHaveLength(2);
  expect(output.join('')).toContain('AnswerRefused');
  expect(output.join('')).toContain('RevocationOpen');
  expect(output.join('')).not.toContain('HOSTILE');
});

test('an answer that could not be kept, or read, stays in the queue', async () => {
  const given = message({ order: await signed(), now: 'absent' });
  ledger.on(PutCommand).rejectsOnce(Object.assign(new Error('slow down'), { name: 'ProvisionedThroughputExceededException' })).resolves({});
  expect(await answers({ Records: [given] })).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  states.on(StartExecutionCommand).rejectsOnce(new Error('slow down')).rejects(Object.assign(new Error('it runs'), { name: 'ExecutionAlreadyExists' }));
  expect(await answers({ Records: [given] })).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  expect(await answers({ Records: [given] })).toEqual({ batchItemFailures: [] });
});

describe('an order', () => {
  const asked = (worker: string) => revoker({
    action: 'revoke', registry: 'agents', account: '111122223333', agentName: 'invoice-bot', revoker: 'ldap', kind: 'queue', settings: { worker }, since: '2027-01-31T05:00:00.000Z',
  });

  test('is signed by the key of its worker, and put into the worker\'s queue', async () => {
    kms.on(SignCommand).resolves({ Signature: Buffer.from('signature') });
    expect(await asked('directory')).toMatchObject({ outcome: 'awaiting' });
    expect(kms.commandCalls(SignCommand).map(({ args: [{ input: { KeyId: keyId } }] }) => keyId)).toEqual([KEY]);
    const [{ headers, body }] = fetched;
    expect(headers['x-amz-target']).toBe('AmazonSQS.SendMessage');
    const sent = JSON.parse(body) as { readonly QueueUrl: string; readonly MessageBody: string };
    expect(sent.QueueUrl).toBe('https://sqs.eu-west-1.amazonaws.com/111122223333/agents-nhi-orders-directory');
    expect(sent.MessageBody.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object)).toMatchObject([
      { alg: 'RS256', typ: 'nhi-order+jwt', kid: 'k1' }, { iss: '111122223333/agents', aud: 'directory', sub: 'invoice-bot', subject: 'invoice-bot' },
    ]);
    expect(output.join('')).not.toContain(sent.MessageBody);
  });

  test.each(['mainframe', 'constructor'])('for %s, which the registry does not have, is not sent', async (worker) => {
    expect(await asked(worker)).toMatchObject({ outcome: 'open', acted: false, note: `the registry has no worker ${worker}: create an OnPremisesWorker with this name, or confirm it by hand` });
    expect(fetched).toEqual([]);
  });

  test('that KMS does not sign is not sent', async () => {
    kms.on(SignCommand).rejects(Object.assign(new Error('denied'), { name: 'AccessDeniedException' }));
    expect(await asked('directory')).toMatchObject({ outcome: 'open', note: 'the order for the worker directory could not be sent (AccessDeniedException)' });
    expect(fetched).toEqual([]);
  });
});
