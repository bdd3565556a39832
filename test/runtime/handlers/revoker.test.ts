import { randomUUID } from 'node:crypto';
import { DescribeKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteCommand, DeleteCommandInput, DynamoDBDocumentClient, PutCommand, PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { revoker } from '../../../runtime/handlers';
import { AskLedger, Item } from '../../../runtime/ledger';
import { RevokerOrder } from '../../../src/contract/revokers';
import { MemoryTable } from '../ledger/memory-table';

const [ledger, kms, lambda] = [mockClient(DynamoDBDocumentClient), mockClient(KMSClient), mockClient(LambdaClient)];
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/k1';
const ORDER: RevokerOrder = {
  action: 'revoke', registry: 'agents', account: '111122223333', agentName: 'invoice-bot', revoker: 'ldap', kind: 'queue', settings: { worker: 'directory' }, since: '2027-01-31T05:00:00.000Z',
};
const FUNCTION = { ...ORDER, revoker: 'crm', kind: 'lambda', settings: { functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:crm' } } as const;
let memory: MemoryTable;
let output: string[];
let fetched: { readonly url: string; readonly headers: Record<string, string>; readonly body: string }[];

beforeEach(() => {
  [memory, output, fetched] = [new MemoryTable(), [], []];
  [process.stdout, process.stderr].forEach((stream) => jest.spyOn(stream, 'write').mockImplementation((text) => output.push(String(text)) > 0));
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (url, { headers, body } = {}) => {
    fetched.push({ url: String(url), headers: headers as Record<string, string>, body: String(body) });
    return new Response('{}');
  });
  [ledger, kms, lambda].forEach((mock) => mock.reset());
  ledger.on(PutCommand).callsFake((input: PutCommandInput) => memory.table.client.send(new PutCommand(input)));
  ledger.on(DeleteCommand).callsFake((input: DeleteCommandInput) => memory.table.client.send(new DeleteCommand(input)));
  kms.on(SignCommand).resolves({ Signature: Buffer.from('signature') });
  lambda.on(InvokeCommand).resolves({ Payload: Buffer.from('{"state":"absent"}') as never });
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
  });
});
afterEach(() => jest.restoreAllMocks());

const keep = (order: object, at = new Date()): Promise<string> => new AskLedger(memory.table).keep(order as RevokerOrder, at);
const asked = async (order: object): Promise<unknown> => revoker({ ask: await keep(order) });
const done = (): number => fetched.length + kms.commandCalls(SignCommand).length + lambda.commandCalls(InvokeCommand).length;

describe('what the engine has stored', () => {
  test('is done once, and no row of it stays', async () => {
    const ask = await keep(FUNCTION);
    expect(await revoker({ ask })).toMatchObject({ outcome: 'confirmed', now: 'absent' });
    // That a call is under way is the engine's to end, because the function may not write to the rows of agents.
    expect([...memory.items.keys()]).toEqual([expect.stringMatching(/^placement#111122223333#invoice-bot\|under-way#/)]);
    await expect(revoker({ ask })).rejects.toMatchObject({ code: 'AskUnknown' });
    expect(done()).toBe(1);
  });

  test('is done with its settings, whatever else the event says', async () => {
    await revoker({ ...FUNCTION, settings: { functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:other' }, agentName: 'order-bot', ask: await keep(FUNCTION) });
    const [{ args: [{ input: { FunctionName: name, Payload: payload } }] }] = lambda.commandCalls(InvokeCommand);
    expect([name, JSON.parse(String(payload))]).toEqual([FUNCTION.settings.functionArn, expect.objectContaining({ agentName: 'invoice-bot', action: 'look' })]);
  });

  test('by two invocations at once is done by one of them', async () => {
    const ask = await keep(ORDER);
    const outcomes = await Promise.allSettled([revoker({ ask }), revoker({ ask })]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(fetched).toHaveLength(1);
  });

  test('is not done a minute later, and is done before', async () => {
    const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1000);
    await expect(revoker({ ask: await keep(ORDER, ago(62)) })).rejects.toMatchObject({ code: 'AskUnknown' });
    expect(done()).toBe(0);
    expect(await revoker({ ask: await keep(ORDER, ago(30)) })).toMatchObject({ outcome: 'awaiting' });
  });
});

describe('by hand', () => {
  test.each([
    ['an order for a worker', ORDER],
    ['a revocation by a function', FUNCTION],
    ['a revocation by a request', { ...ORDER, kind: 'http', settings: { url: 'https://crm.example.com/{agentName}' } }],
    ['the removal of a user', { ...ORDER, kind: 'scim', settings: { baseUrl: 'https://idp.example.com', secretArn: 'arn', removal: 'delete' } }],
    ['the reactivation of a user', { ...ORDER, action: 'resume', kind: 'scim', settings: {} }],
    ['an id that the engine did not store', { ask: randomUUID() }],
    ['the key of another row', { ask: '../placement#111122223333#invoice-bot' }],
    ['nothing', undefined],
  ])('%s is refused and counted: nothing is signed, sent or invoked, and no row is written', async (_what, event) => {
    memory.items.set('placement#111122223333#invoice-bot|ask', { pk: 'placement#111122223333#invoice-bot', sk: 'ask', order: ORDER, ttl: Infinity } as Item & { pk: string; sk: string });
    await expect(revoker(event)).rejects.toMatchObject({ code: 'AskUnknown', message: expect.stringMatching(/^AskUnknown: the engine does not ask that now/) });
    expect(done()).toBe(0);
    expect(memory.items.size).toBe(1);
    expect(ledger.commandCalls(PutCommand)).toEqual([]);
    expect(output.join('')).toContain('RequestUnconfirmed');
  });
});

test('people are not asked by the function: nothing is done', async () => {
  await expect(asked({ ...ORDER, kind: 'human', settings: { team: ['crm@example.com'], steps: ['Remove it'] } })).rejects.toThrow(/kind/);
  expect(done()).toBe(0);
});

describe('a token of a GitHub App', () => {
  const ALIAS = 'arn:aws:kms:eu-west-1:111122223333:alias/github';
  const settings = { apiUrl: 'https://127.0.0.1:9', clientId: 'Iv23liInvoices', installationId: '12345678', keyArn: ALIAS };
  const look = () => asked({ ...ORDER, action: 'look', revoker: 'github', kind: 'github-app', settings });
  const use = { githubApp: 'Iv23liInvoices', hosts: '127.0.0.1:9', installations: { 12345678: 'agents/invoice-bot' } };
  const describes = (description: object) => kms.on(DescribeKeyCommand).resolves({ KeyMetadata: { Arn: KEY, KeyId: 'k1', Description: JSON.stringify(description) } });

  test('is signed by the key that the alias stands for, with RS256, and in no log', async () => {
    describes(use);
    expect(await look()).toMatchObject({ outcome: 'open', note: expect.stringContaining('its host has a private or local address') });
    expect(kms.commandCalls(DescribeKeyCommand).map(({ args: [{ input: { KeyId: keyId } }] }) => keyId)).toEqual([ALIAS]);
    expect(kms.commandCalls(SignCommand).map(({ args: [{ input }] }) => input)).toMatchObject([{ KeyId: KEY, MessageType: 'DIGEST', SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256' }]);
    expect(output.join('')).not.toMatch(/eyJ|c2lnbmF0dXJl/);
  });

  test.each<[string, object]>([['of the registry\'s other keys', {}], ['of another agent', { ...use, installations: { 12345678: 'agents/order-bot' } }]])('is not signed by a key %s', async (_what, description) => {
    describes(description);
    expect(await look()).toMatchObject({ outcome: 'open', acted: false, note: expect.stringContaining('the key') });
    expect(done()).toBe(0);
  });
});

describe('an order', () => {
  const to = (worker: string) => asked({ ...ORDER, settings: { worker } });

  test('is signed by the key of its worker, and put into the worker\'s queue', async () => {
    expect(await to('directory')).toMatchObject({ outcome: 'awaiting' });
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
    expect(await to(worker)).toMatchObject({ outcome: 'open', acted: false, note: `the registry has no worker ${worker}: create an OnPremisesWorker with this name, or confirm it by hand` });
    expect(fetched).toEqual([]);
  });

  test('that KMS does not sign is not sent', async () => {
    kms.on(SignCommand).rejects(Object.assign(new Error('denied'), { name: 'AccessDeniedException' }));
    expect(await to('directory')).toMatchObject({ outcome: 'open', note: 'the order for the worker directory could not be sent (AccessDeniedException)' });
    expect(fetched).toEqual([]);
  });
});
