import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, TransactGetCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { agenda } from '../../../runtime/handlers';

const ledger = mockClient(DynamoDBDocumentClient);
const iam = mockClient(IAMClient);
const states = mockClient(SFNClient);
const execution = 'arn:aws:states:eu-west-1:111122223333:execution:agents-nhi-agenda:sweep';
const removal = { at: '2026-01-01T00:00:00Z', reason: 'end' };

beforeEach(() => {
  ledger.reset();
  states.reset();
  states.on(DescribeExecutionCommand, { executionArn: execution }).resolves({ status: 'RUNNING' });
  ledger.on(GetCommand).resolves({});
  ledger.on(QueryCommand).resolves({ Items: [] });
  ledger.on(PutCommand).resolves({});
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    POWERTOOLS_TRACE_ENABLED: 'false',
    LEDGER_TABLE: 'agents-nhi-ledger',
    REGISTRY_NAME: 'agents',
    REGISTRY_PATH: '/agents/',
    EVENT_BUS: 'agents-nhi-lifecycle',
    EVIDENCE_BUCKET: 'agents-evidence',
    AGENDA: '{"warningSeconds":[86400],"teardownAfterSeconds":604800}',
    SWEEP_COUNT: '1',
    SWEEP_SHARE: '1',
    SWEEP_CONCURRENCY: '5',
  });
});

test('plans, takes pages and closes, as the state machine asks', async () => {
  const row = { summary: { account: '111122223333', agentName: 'invoice-bot' }, dueAt: removal.at, dueReason: 'end', removal };
  ledger.on(QueryCommand, { ExpressionAttributeValues: { ':pk': 'registry', ':prefix': 'living#' } }).resolves({ Items: [row] });
  ledger.on(TransactGetCommand).resolves({ Responses: [{ Item: { living: 1 } }] });
  const sweep = await agenda({ step: 'Plan', execution }) as { permitted: string[]; of: string };
  ledger.on(GetCommand, { Key: { pk: 'agenda', sk: `sweep#${execution}` } }).resolves({ Item: { plan: sweep } });
  expect(sweep).toMatchObject({ of: 'all', permitted: [expect.stringMatching(/^[0-9a-f]{64}$/)] });

  const list = { ':pk': `agenda-list#${sweep.permitted[0]}`, ':prefix': 'part#' };
  ledger.on(QueryCommand, { ExpressionAttributeValues: list }).resolves({ Items: [{ lines: ['111122223333/invoice-bot end'] }] });
  const page = await agenda({ step: 'Page', execution, sweep });
  expect(page).toMatchObject({ more: false, concurrency: 5, items: [{ name: expect.stringMatching(/^invoice-bot-/), input: { placement: { agentName: 'invoice-bot' } } }] });

  await agenda({ step: 'Close', execution, sweep });
  expect(ledger.commandCalls(PutCommand).at(-1)!.args[0].input).toMatchObject({ TableName: 'agents-nhi-ledger', Item: { pk: 'agenda', sk: 'settings' } });

  iam.on(ListRolesCommand).resolves({ Roles: [] });
  await agenda({ step: 'Orphans', execution, sweep });
  expect(iam.commandCalls(ListRolesCommand).map(({ args: [{ input }] }) => input)).toMatchObject([{ PathPrefix: '/agents/' }]);
});

test.each([{ step: 'Plan' }, { step: 'Attend', execution }, {}, undefined])('an invalid input is refused: %j', async (event) => {
  await expect(agenda(event)).rejects.toMatchObject({ name: 'ZodError' });
  expect(ledger.calls()).toEqual([]);
});

test.each([
  ['has ended', () => states.on(DescribeExecutionCommand).resolves({ status: 'SUCCEEDED' })],
  ['does not exist', () => states.on(DescribeExecutionCommand).rejects(Object.assign(new Error('none'), { name: 'ExecutionDoesNotExist' }))],
  ['is of another state machine', () => states.on(DescribeExecutionCommand).rejects(Object.assign(new Error('not yours'), { name: 'AccessDeniedException' }))],
])('a sweep that %s does nothing', async (_what, answer) => {
  states.reset();
  answer();
  await expect(agenda({ step: 'Plan', execution })).rejects.toMatchObject({ code: 'SweepNotRunning' });
  expect(ledger.calls()).toEqual([]);
});
