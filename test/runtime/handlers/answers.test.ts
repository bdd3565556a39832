import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { answers } from '../../../runtime/handlers';
import { signedToken } from '../../../runtime/signals';
import { ORDER_TYPE, OrderClaims } from '../../../src/contract/orders';

const [states, ledger, kms] = [mockClient(SFNClient), mockClient(DynamoDBDocumentClient), mockClient(KMSClient)];
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PUBLIC = createPublicKey(privateKey);
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/k1';
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:agents-nhi-answers-directory';
const CLAIMS: OrderClaims = { iss: '111122223333/agents', aud: 'directory', sub: 'invoice-bot', jti: 'a'.repeat(40), iat: 1, exp: 2, action: 'revoke', revoker: 'ldap', subject: 'svc-invoice' };
let output: string[];

beforeEach(() => {
  output = [];
  [process.stdout, process.stderr].forEach((stream) => jest.spyOn(stream, 'write').mockImplementation((text) => output.push(String(text)) > 0));
  [states, ledger, kms].forEach((mock) => mock.reset());
  kms.on(GetPublicKeyCommand, { KeyId: KEY }).resolves({ PublicKey: PUBLIC.export({ format: 'der', type: 'spki' }) });
  ledger.on(PutCommand).resolves({});
  states.on(StartExecutionCommand).resolves({});
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    POWERTOOLS_TRACE_ENABLED: 'false',
    LEDGER_TABLE: 'agents-nhi-ledger',
    REGISTRY_NAME: 'agents',
    PARTITION: 'aws',
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

test.each([
  ['no order', async () => ({ now: 'absent' })],
  ['an order that another key has signed', async () => ({ order: await signedToken({ kid: 'k1', sign: async (text) => sign('sha256', Buffer.from(text), generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey) }, CLAIMS, ORDER_TYPE), now: 'absent' })],
  ['a token of the registry that is no order', async () => ({ order: await signedToken({ kid: 'k1', sign: async (text) => sign('sha256', Buffer.from(text), privateKey) }, CLAIMS, 'secevent+jwt'), now: 'absent' })],
  ['an order for another worker', async () => ({ order: await signed({ aud: 'mainframe' }), now: 'absent' })],
  ['an order of another registry', async () => ({ order: await signed({ iss: '111122223333/others' }), now: 'absent' })],
] as const)('a message by hand with %s keeps nothing and asks for nothing', async (_what, body) => {
  expect(await answers({ Records: [message(await body())] })).toEqual({ batchItemFailures: [] });
  expect(stored()).toEqual([]);
  expect(states.commandCalls(StartExecutionCommand)).toEqual([]);
  expect(output.join('')).toContain('AnswerRefused');
});
