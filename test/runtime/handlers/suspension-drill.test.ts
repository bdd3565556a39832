import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { suspensionDrill } from '../../../runtime/handlers';
import * as suspension from '../../../runtime/suspension';

jest.mock('../../../runtime/suspension', () => ({ ...jest.requireActual<typeof suspension>('../../../runtime/suspension'), drill: jest.fn(async () => 7) }));

const [states, ledger] = [mockClient(SFNClient), mockClient(DynamoDBDocumentClient)];

beforeEach(() => {
  states.reset();
  ledger.reset();
  ledger.on(GetCommand).resolves({});
  ledger.on(PutCommand).resolves({});
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    POWERTOOLS_TRACE_ENABLED: 'false',
    LEDGER_TABLE: 'agents-nhi-ledger',
    REGISTRY_NAME: 'agents',
    STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111122223333:stateMachine:agents-nhi-lifecycle',
    DRILL_RULE_ARN: 'arn:aws:events:eu-west-1:111122223333:rule/agents-nhi-drill',
    DRILL_AGENT: 'drill-bot',
  });
});
afterEach(() => jest.restoreAllMocks());

test.each([[undefined], [{ drill: 'invoice-bot' }], ['invoice-bot']])('the event %j drills the agent for drills and no other', async (event) => {
  expect(await (suspensionDrill as (event: unknown) => Promise<unknown>)(event)).toEqual({ latencyMs: 7 });
  expect(jest.mocked(suspension.drill).mock.lastCall![1]).toEqual({ account: '111122223333', agentName: 'drill-bot' });
});
