import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { wireEvent } from './wire';
import { lifecycleRequest, lifecycleStep, registryGuard } from '../../../runtime/handlers';
import { executionName } from '../../../runtime/steps';
import { named } from '../ledger/memory-table';
import { request } from '../lifecycle/requests';

const states = mockClient(SFNClient);
const ledger = mockClient(DynamoDBDocumentClient);
let server: Server;
let answers: { Status: string; Reason?: string; PhysicalResourceId: string }[];
let output: string[];
const responseUrl = () => `http://localhost:${(server.address() as AddressInfo).port}/answer?X-Amz-Signature=SECRETSIGNATURE`;

beforeEach(async () => {
  answers = [];
  output = [];
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => output.push(String(text)) > 0);
  }
  states.reset();
  ledger.reset();
  states.on(StartExecutionCommand).resolves({});
  ledger.on(PutCommand).resolves({});
  server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      answers.push(JSON.parse(body));
      outgoing.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    POWERTOOLS_TRACE_ENABLED: 'false',
    LEDGER_TABLE: 'agents-ledger',
    REGISTRY_NAME: 'agents',
    REGISTRY_PATH: '/agents/',
    STAGES: '{"test":{"longestTenureDays":180,"cutBeforeGrant":true}}',
    STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111122223333:stateMachine:agents-lifecycle',
  });
});
afterEach(() => {
  delete process.env.AWS_ENDPOINT_URL;
  jest.restoreAllMocks();
  return new Promise((resolve) => server.close(resolve));
});

const started = () => states.commandCalls(StartExecutionCommand).map(({ args: [{ input }] }) => input);

describe('a request', () => {
  test('is stored with its response URL for a day, and started with nothing but its id; nobody is answered yet', async () => {
    await lifecycleRequest(wireEvent({ ResponseURL: responseUrl() }));
    const [{ args: [{ input: { Item: item } }] }] = ledger.commandCalls(PutCommand);
    expect(item).toMatchObject({ sk: 'request', stored: { answerTo: { responseUrl: responseUrl() }, request: { kind: 'Create' } } });
    expect(Number(item?.ttl)).toBeLessThanOrEqual(Date.now() / 1000 + 86_400);
    const [{ name, input }] = started();
    expect(JSON.parse(input ?? '')).toEqual({ requestId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(name).toMatch(/^invoice-bot-[0-9a-f]{24}$/);
    expect(answers).toEqual([]);
    expect(output.join()).toContain('started');
    expect(output.join()).not.toContain('SIGNATURE');
  });

  test('that comes twice starts once: the name is the same, and that it is taken is no fault', async () => {
    states.on(StartExecutionCommand).resolvesOnce({}).rejects(new ExecutionAlreadyExists({ message: 'taken', $metadata: {} }));
    await lifecycleRequest(wireEvent({ ResponseURL: responseUrl() }));
    await lifecycleRequest(wireEvent({ ResponseURL: responseUrl() }));
    expect(new Set(started().map(({ name }) => name)).size).toBe(1);
  });

  test('names the execution within 80 characters, whatever the agent is called', () => {
    const long = { ...request('Create', 'P'), placement: { account: '111122223333', agentName: `a${'b'.repeat(47)}` } };
    expect(executionName(long).length).toBeLessThanOrEqual(80);
  });

  test('fails when the ledger throttles, so that Lambda tries again; nobody is answered', async () => {
    ledger.on(PutCommand).rejects(named('ThrottlingException'));
    await expect(lifecycleRequest(wireEvent({ ResponseURL: responseUrl() }))).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(started()).toEqual([]);
    expect(answers).toEqual([]);
  });

  test('with bad properties is answered as failed, with the reason and an id that touches nothing', async () => {
    await lifecycleRequest(wireEvent({ ResponseURL: responseUrl(), ResourceProperties: { SchemaVersion: '1' } }));
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: expect.stringMatching(/^PropertiesInvalid: /), PhysicalResourceId: 'refused/cfn-1' })]);
    expect(started()).toEqual([]);
  });

  test.each([
    ['of what never joined goes', 'refused/cfn-1', 'SUCCESS'],
    ['of what may be there does not', 'invoice-bot/test/AROA000000000001', 'FAILED'],
  ])('a Delete with bad properties %s', async (_what, PhysicalResourceId, status) => {
    await lifecycleRequest(wireEvent({ RequestType: 'Delete', PhysicalResourceId, ResponseURL: responseUrl(), ResourceProperties: {} }));
    expect(answers).toEqual([expect.objectContaining({ Status: status, PhysicalResourceId })]);
  });

  test('fails when it would answer elsewhere', async () => {
    await expect(lifecycleRequest(wireEvent({ ResponseURL: 'https://attacker.example.com/' }))).rejects.toMatchObject({ code: 'ResponseUrlInvalid' });
    expect(ledger.calls()).toEqual([]);
  });

  test('fails when it is none of CloudFormation\'s', async () => {
    await expect(lifecycleRequest({ hello: 'world' })).rejects.toMatchObject({ code: 'RequestInvalid' });
  });
});

describe('a step', () => {
  test.each([[{}], [{ operation: 'grantEverything', execution: 'e', requestId: 'r' }], [{ operation: 'begin', requestId: 'r' }]])('fails when it is told %j', async (input) => {
    await expect(lifecycleStep(input)).rejects.toThrow();
  });
});

describe('the registry guard', () => {
  const summary = (agentName: string, status: string) => ({ summary: { account: '111122223333', agentName, status, stage: 'test', sponsorId: 'a', expiresAt: '', stackName: `Stack-${agentName}` } });
  const guard = (RequestType: string) => registryGuard(wireEvent({ RequestType, ResponseURL: responseUrl(), ResourceProperties: {}, ...(RequestType === 'Create' ? {} : { PhysicalResourceId: 'registry-guard' }) }));

  test.each(['Create', 'Update'])('lets a %s go', async (kind) => {
    await guard(kind);
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'registry-guard' })]);
  });

  test('fails when agents live, and names them', async () => {
    ledger.on(QueryCommand).resolves({ Items: [summary('gone-bot', 'left'), summary('invoice-bot', 'active'), summary('stuck-bot', 'leaving')] });
    await guard('Delete');
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: expect.stringMatching(/^RegistryInUse: 2 agents .*invoice-bot \(stack Stack-invoice-bot\), stuck-bot/) })]);
  });

  test('names no more than an answer can hold', async () => {
    ledger.on(QueryCommand).resolves({ Items: Array.from({ length: 500 }, (_, index) => summary(`bot-${index}-${'x'.repeat(40)}`, 'active')) });
    await guard('Delete');
    expect(Buffer.byteLength(JSON.stringify(answers[0]))).toBeLessThanOrEqual(4_096);
    expect(answers[0].Reason).toContain('500 agents');
  });

  test('lets a Delete go when all have left, or the ledger itself is gone', async () => {
    ledger.on(QueryCommand).resolvesOnce({ Items: [summary('gone-bot', 'left')] }).rejects(named('ResourceNotFoundException'));
    await guard('Delete');
    await guard('Delete');
    expect(answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS']);
  });

  test('fails when it can\'t tell whether agents live', async () => {
    ledger.on(QueryCommand).rejects(named('AccessDeniedException'));
    await guard('Delete');
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: expect.stringMatching(/^LedgerUnreadable/) })]);
  });
});
