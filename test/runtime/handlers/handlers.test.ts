import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { Engine } from '../../../runtime/engine/engine';
import { executionName } from '../../../runtime/engine/start-transition';
import { runStep } from '../../../runtime/engine/steps';
import { lifecycleRequest, lifecycleStep, deletionCheck } from '../../../runtime/handlers';
import { request } from '../engine/decision/requests';
import { wireEvent, wireProperties } from '../engine/wire';
import { named } from '../ledger/memory-table';

jest.mock('../../../runtime/engine/steps', () => ({ runStep: jest.fn() }));
const step = jest.mocked(runStep);

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
  step.mockReset();
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
    LEDGER_TABLE: 'agents-nhi-ledger',
    REGISTRY_NAME: 'agents',
    REGISTRY_PATH: '/agents/',
    STAGES: '{"test":{"maxTenureDays":180,"cutBeforeGrant":true}}',
    STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111122223333:stateMachine:agents-nhi-lifecycle',
    PARTITION: 'aws',
    EVIDENCE_BUCKET: 'agents-nhi-evidence',
    EVENT_BUS: 'agents-nhi-lifecycle',
    PROPAGATION_WAIT_SECONDS: '65',
    AGENDA: '{"warningSeconds":[86400],"teardownAfterSeconds":604800}',
    SWEEP_COUNT: '10',
    SWEEP_SHARE: '0.05',
    MASS_LEAVER_COUNT: '5',
    MASS_LEAVER_SHARE: '',
    NAME_PREFIX: '',
    REVOKER_FUNCTION: 'agents-nhi-revokers',
  });
});
afterEach(() => {
  delete process.env.AWS_ENDPOINT_URL;
  jest.restoreAllMocks();
  return new Promise((resolve) => server.close(resolve));
});

const started = () => states.commandCalls(StartExecutionCommand).map(({ args: [{ input }] }) => input);

describe('a request', () => {
  test('is stored with its response URL for a day, and started with nothing but its id and whose it is; nobody is answered yet', async () => {
    await lifecycleRequest(wireEvent({ ResponseURL: responseUrl() }));
    const [{ args: [{ input: { Item: item } }] }] = ledger.commandCalls(PutCommand);
    expect(item).toMatchObject({ sk: 'request', stored: { responseUrl: responseUrl(), request: { origin: { kind: 'cloudformation' }, intent: { kind: 'join' } } } });
    expect(Number(item?.ttl)).toBeLessThanOrEqual(Date.now() / 1000 + 86_400);
    expect(Number(item?.ttl)).toBeGreaterThan(Date.now() / 1000 + 86_000);
    const [{ name, input }] = started();
    expect(JSON.parse(input ?? '')).toEqual({
      requestId: expect.stringMatching(/^cloudformation-[a-z]+-[0-9a-f]{32}$/), placement: { account: '111122223333', agentName: 'invoice-bot' },
    });
    expect(name).toMatch(/^invoice-bot-[0-9a-f]{24}$/);
    expect(answers).toEqual([]);
    expect(output.join()).toContain('started');
    expect(output.join()).not.toContain('SIGNATURE');
  });

  test('is of a role under the registry\'s path, whatever the registry is called', async () => {
    process.env.REGISTRY_PATH = '/corp/bots/';
    const role = { roleId: 'AROA000000000001', roleName: 'invoice-bot-test', path: '/corp/bots/test/' };
    const properties = wireProperties(role, { Stage: 'test' });

    await lifecycleRequest(wireEvent({ ResponseURL: responseUrl(), ResourceProperties: properties }));

    expect(answers).toEqual([]);
    expect(started()).toHaveLength(1);
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

  test.each([['', 'invoice-bot-test'], ['acme-', 'acme-invoice-bot-test']])('is read for the registry of the environment: with the name prefix %j the role is %s', async (prefix, roleName) => {
    process.env.NAME_PREFIX = prefix;
    const event = (name: string) => wireEvent({ ResponseURL: responseUrl(), ResourceProperties: wireProperties({ roleId: 'AROA000000000001', roleName: name, path: '/agents/test/' }) });

    await lifecycleRequest(event(roleName));
    expect(started()).toHaveLength(1);
    expect(answers).toEqual([]);

    await lifecycleRequest(event('other-bot-test'));
    expect(started()).toHaveLength(1);
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: expect.stringMatching(/^PrincipalOutsideRegistry: /), PhysicalResourceId: 'refused/cfn-1' })]);
  });

  test('is read for a registry without names of roles, if the environment says so', async () => {
    const role = { roleId: 'AROA000000000001', roleName: 'Mine-Agent-1A2B3C', path: '/agents/test/invoice-bot/' };
    const event = () => wireEvent({ ResponseURL: responseUrl(), ResourceProperties: wireProperties(role, { Stage: 'test' }) });

    await lifecycleRequest(event());
    expect(started()).toEqual([]);
    process.env.GENERATED_NAMES = 'true';
    await lifecycleRequest(event());
    delete process.env.GENERATED_NAMES;

    expect(started()).toHaveLength(1);
    expect(answers).toEqual([expect.objectContaining({ Reason: expect.stringMatching(/^PrincipalOutsideRegistry: /) })]);
  });

  test.each([['account', 'arn:aws:cloudformation:eu-west-1:444455556666:stack/Mine/1'], ['region', 'arn:aws:cloudformation:us-east-1:111122223333:stack/Mine/1']])(
    'of a stack in another %s is refused before anything is stored', async (_what, StackId) => {
      await lifecycleRequest(wireEvent({ ResponseURL: responseUrl(), StackId }));

      expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: expect.stringMatching(/^StackOutsideRegistry: .*eu-west-1: deploy the agent there$/) })]);
      expect(ledger.calls()).toEqual([]);
      expect(started()).toEqual([]);
    });

  test('with bad properties is answered as failed, with the reason and an id that touches nothing', async () => {
    await lifecycleRequest(wireEvent({ ResponseURL: responseUrl(), ResourceProperties: {} }));
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

  test('fails when it is not one of CloudFormation\'s', async () => {
    await expect(lifecycleRequest({ hello: 'world' })).rejects.toMatchObject({ code: 'RequestInvalid' });
  });
});

describe('a step', () => {
  const PLACEMENT = { account: '111122223333', agentName: 'invoice-bot' };
  const INPUT = { step: 'Begin', requestId: 'r', placement: PLACEMENT, execution: 'arn:execution' };
  const PROGRESS = { steps: ['Settle'], next: 'Settle', waitSeconds: 0, batches: [] };

  test('is run with what the state machine says, and its outcome is returned', async () => {
    step.mockResolvedValue(PROGRESS);

    expect(await lifecycleStep({ ...INPUT, step: 'Restore', progress: PROGRESS })).toEqual(PROGRESS);

    expect(step).toHaveBeenCalledWith(expect.anything(), { ...INPUT, step: 'Restore', progress: PROGRESS });
  });

  test('acts on the registry of the environment, within its limits', async () => {
    await lifecycleStep(INPUT);

    const [[engine]] = step.mock.calls as [[Engine, unknown]];
    expect(engine).toMatchObject({
      partition: 'aws',
      registry: 'agents',
      registryPath: '/agents/',
      table: { name: 'agents-nhi-ledger' },
      config: { registry: 'agents', busName: 'agents-nhi-lifecycle', bucket: 'agents-nhi-evidence', propagationWaitSeconds: 65, leaverLimit: { count: 5 } },
    });
    expect(engine.tagPrefix).toBe('agent:');
    expect(engine.config.leaverLimit).not.toHaveProperty('share');
  });

  test('touches roles under the registry\'s path only, and knows them by its tags, whatever the registry is called', async () => {
    // The engine is created once for each process.
    Object.assign(process.env, { REGISTRY_PATH: '/corp/bots/', TAG_PREFIX: 'acme:' });
    let fresh = lifecycleStep;
    jest.isolateModules(() => {
      jest.doMock('../../../runtime/engine/steps', () => ({ runStep: step }));
      fresh = jest.requireActual<typeof import('../../../runtime/handlers/lifecycle-step')>('../../../runtime/handlers/lifecycle-step').lifecycleStep;
    });

    await fresh(INPUT);

    expect(step).toHaveBeenCalledWith(expect.objectContaining({ registry: 'agents', registryPath: '/corp/bots/', tagPrefix: 'acme:' }), INPUT);
    delete process.env.TAG_PREFIX;
  });

  test.each([
    ['schedule-attend-1', true], ['schedule-drill-1', false], ['operator-suspend-1', false], ['cloudformation-join-1', false], ['event-suspend-1', false],
  ])('of request %s: whether its calls of IAM wait for the limiter: %s', async (requestId, waits) => {
    ledger.on(GetCommand).resolves({});
    step.mockImplementation(async ({ iam }) => {
      const answer = '<GetRoleResponse><GetRoleResult><Role><RoleName>bot</RoleName></Role></GetRoleResult></GetRoleResponse>';
      const handle = async () => ({ response: { statusCode: 200, headers: {}, body: Buffer.from(answer) } });
      Object.assign(iam.config, { requestHandler: { handle }, credentials: async () => ({ accessKeyId: 'AKIA', secretAccessKey: 'none' }) });
      return iam.send(new GetRoleCommand({ RoleName: 'bot' }));
    });
    await lifecycleStep({ ...INPUT, requestId });
    const reserved = ledger.commandCalls(PutCommand).filter(({ args: [{ input }] }) => input.Item?.pk === 'limiter');
    expect(reserved).toHaveLength(waits ? 1 : 0);
  });

  test('fails as the step does', async () => {
    step.mockRejectedValue(named('PlacementBusy'));

    await expect(lifecycleStep(INPUT)).rejects.toMatchObject({ name: 'PlacementBusy' });
  });

  test.each<[string, object]>([
    ['nothing', {}],
    ['an unknown step', { ...INPUT, step: 'GrantEverything' }],
    ['a step in another case', { ...INPUT, step: 'begin' }],
    ['a member of every object', { ...INPUT, step: 'constructor' }],
    ['no step', { ...INPUT, step: undefined }],
    ['no execution', { ...INPUT, execution: undefined }],
    ['no placement', { ...INPUT, placement: undefined }],
    ['no request', { ...INPUT, requestId: '' }],
    ['a run that leads to an unknown step', { ...INPUT, progress: { ...PROGRESS, next: 'Nowhere' } }],
    ['a run with an unknown step later', { ...INPUT, progress: { ...PROGRESS, steps: ['Settle', 'Nowhere'] } }],
  ])('fails when it receives %s, and nothing is done', async (_what, input) => {
    await expect(lifecycleStep(input)).rejects.toMatchObject({ name: 'ZodError' });

    expect(step).not.toHaveBeenCalled();
  });

  describe('when an execution ended before it came to its end', () => {
    const ARN = 'arn:aws:states:eu-west-1:111122223333:execution:agents-nhi-lifecycle:invoice-bot-1';
    const ended = (detail: object = {}, changes: object = {}) => ({
      'version': '0',
      'id': 'e',
      'source': 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      'region': 'eu-west-1',
      'detail': {
        executionArn: ARN,
        stateMachineArn: process.env.STATE_MACHINE_ARN,
        name: 'invoice-bot-1',
        status: 'TIMED_OUT',
        input: JSON.stringify({ requestId: 'r', placement: PLACEMENT }),
        inputDetails: { included: true },
        output: null,
        ...detail,
      },
      ...changes,
    });

    test.each<[string, object]>([
      ['that timed out', {}],
      ['that was stopped, with a cause', { status: 'ABORTED', error: 'x', cause: 'by hand' }],
      ['that failed, with none', { status: 'FAILED', error: null, cause: null }],
    ])('EventBridge\'s event of one %s leads to the step that records and responds, in that execution\'s place; why it ended is not believed of the event', async (_what, detail) => {
      await lifecycleStep(ended(detail));

      expect(step.mock.calls.map(([, input]) => input)).toEqual([{ step: 'Fail', requestId: 'r', placement: PLACEMENT, execution: ARN }]);
    });

    test.each<[string, object]>([
      ['of another source', ended({}, { source: 'of.somebody' })],
      ['of another kind', ended({}, { 'detail-type': 'Something Else' })],
      ['without an execution', ended({ executionArn: undefined })],
      ['of an execution of another input', ended({ input: '{"hello":"world"}' })],
    ])('fails when the event is %s, and nothing is done', async (_what, event) => {
      await expect(lifecycleStep(event)).rejects.toMatchObject({ name: 'ZodError' });

      expect(step).not.toHaveBeenCalled();
    });
  });
});

describe('the deletion check', () => {
  const summary = (agentName: string, status: string) => ({ summary: { account: '111122223333', agentName, status, stage: 'test', sponsorId: 'a', expiresAt: '', stackName: `Stack-${agentName}` } });
  const check = (RequestType: string) => deletionCheck(wireEvent({ RequestType, ResponseURL: responseUrl(), ResourceProperties: {}, ...(RequestType === 'Create' ? {} : { PhysicalResourceId: 'deletion-check' }) }));

  test.each(['Create', 'Update'])('lets a %s go', async (kind) => {
    await check(kind);
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'deletion-check' })]);
  });

  test('fails when agents live, and names them; tombstones are not even read', async () => {
    ledger.on(QueryCommand).resolves({ Items: [summary('invoice-bot', 'active'), summary('stuck-bot', 'leaving')] });
    await check('Delete');
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: expect.stringMatching(/^RegistryInUse: 2 agents .*invoice-bot \(stack Stack-invoice-bot\), stuck-bot \(stack Stack-stuck-bot\)$/) })]);
    expect(ledger.commandCalls(QueryCommand).map(({ args: [{ input }] }) => input.ExpressionAttributeValues)).toEqual([{ ':pk': 'registry', ':prefix': 'living#' }]);
  });

  test('names no more than an answer can hold, and reads no more than that', async () => {
    ledger.on(QueryCommand).callsFake(({ Limit: limit }: { Limit: number }) => (
      { Items: Array.from({ length: Math.min(limit, 500) }, (_, index) => summary(`bot-${index}-${'x'.repeat(40)}`, 'active')), LastEvaluatedKey: { pk: 'registry', sk: 'living#' } }));
    await check('Delete');
    expect(Buffer.byteLength(JSON.stringify(answers[0]))).toBeLessThanOrEqual(4_096);
    expect(answers[0].Reason).toMatch(/more than 20 agents .*bot-19-x.*, \.\.\.$/);
    expect(answers[0].Reason).not.toContain('bot-20-');
    expect(ledger.commandCalls(QueryCommand).map(({ args: [{ input }] }) => input.Limit)).toEqual([21]);
  });

  test('20 agents are named and counted, all of them', async () => {
    ledger.on(QueryCommand).resolves({ Items: Array.from({ length: 20 }, (_, index) => summary(`bot-${index}`, 'active')) });
    await check('Delete');
    expect(answers[0].Reason).toMatch(/^RegistryInUse: 20 agents .*bot-19 \(stack Stack-bot-19\)$/);
  });

  test('lets a Delete go when all have left, or the ledger itself no longer exists', async () => {
    ledger.on(QueryCommand).resolvesOnce({ Items: [] }).rejects(named('ResourceNotFoundException'));
    await check('Delete');
    await check('Delete');
    expect(answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS']);
  });

  test('fails when it can\'t tell whether agents live', async () => {
    ledger.on(QueryCommand).rejects(named('AccessDeniedException'));
    await check('Delete');
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: expect.stringMatching(/^LedgerUnreadable/) })]);
  });
});
