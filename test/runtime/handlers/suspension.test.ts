import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { suspensionEvent } from '../../../runtime/handlers';
import { compromise } from '../suspension/responder';

const [states, ledger, iam] = [mockClient(SFNClient), mockClient(DynamoDBDocumentClient), mockClient(IAMClient)];
let output: string[];

beforeEach(() => {
  output = [];
  [process.stdout, process.stderr].forEach((stream) => jest.spyOn(stream, 'write').mockImplementation((text) => output.push(String(text)) > 0));
  [states, ledger, iam].forEach((mock) => mock.reset());
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    POWERTOOLS_TRACE_ENABLED: 'false',
    LEDGER_TABLE: 'agents-nhi-ledger',
    REGISTRY_NAME: 'agents',
    REGISTRY_PATH: '/agents/',
    PARTITION: 'aws',
    NAME_PREFIX: '',
    STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111122223333:stateMachine:agents-nhi-lifecycle',
    REASSERT_RULE_ARN: 'arn:aws:events:eu-west-1:111122223333:rule/agents-nhi-suspension-reassert',
  });
});
afterEach(() => jest.restoreAllMocks());

const ROLE = 'arn:aws:iam::111122223333:role/agents/test/invoice-bot-test';
const state = (suspension?: object) => ({
  declared: {}, status: 'active', placement: { account: '111122223333', agentName: 'invoice-bot' }, principals: { P: { status: 'live', roleName: 'invoice-bot-test', roleArn: ROLE, roleId: 'P' } }, suspension,
});

test('an event that names an agent is stored as a request and started', async () => {
  ledger.on(GetCommand, { Key: { pk: 'placement#111122223333#invoice-bot', sk: 'state' } }).resolves({ Item: { state: state() } });
  ledger.on(PutCommand).resolves({});
  states.on(StartExecutionCommand).resolves({});
  expect(await suspensionEvent(compromise(ROLE))).toEqual({ asked: 'suspend', agent: 'invoice-bot' });
  expect(ledger.commandCalls(PutCommand)[0].args[0].input.Item).toMatchObject({ pk: expect.stringMatching(/^request#event-suspend-/) });
  expect(states.commandCalls(StartExecutionCommand)).toHaveLength(1);
});

test('a recorded call on a suspended agent makes the engine deny it again', async () => {
  ledger.on(GetCommand).resolves({ Item: { state: state({ since: 'then' }) } });
  ledger.on(PutCommand).resolves({});
  states.on(StartExecutionCommand).resolves({});
  const event = { 'detail-type': 'AWS API Call via CloudTrail', 'account': '111122223333', 'detail': { eventID: 'c1', eventName: 'DetachRolePolicy', requestParameters: { roleName: 'invoice-bot-test' } } };
  expect(await suspensionEvent(event)).toEqual({ asked: 'reassert', agent: 'invoice-bot' });
});

test.each<[string, unknown]>([['nothing', undefined], ['a text', 'suspend'], ['another form', { suspendOn: 'Compromise' }], ['an array for a name', { ...compromise('x'), principal: ['a'] }]])('%s is ignored and counted, and nothing of it is logged', async (_what, event) => {
  expect(await suspensionEvent(event)).toEqual({ ignored: 'it has another form' });
  expect(output.join('')).toContain('SuspensionEventIgnored');
  expect(states.calls()).toEqual([]);
});

test('a hostile name is not logged', async () => {
  iam.on(GetUserCommand).rejects(Object.assign(new Error('no'), { name: 'NoSuchEntityException' }));
  expect(await suspensionEvent(compromise('arn:aws:iam::111122223333:user/HOSTILE'))).toMatchObject({ ignored: expect.any(String) });
  expect(output.join('')).not.toContain('HOSTILE');
});
