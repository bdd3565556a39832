import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { notifications } from '../../../runtime/handlers';
import { noticeOf } from '../notifications/facts';

const ledger = mockClient(DynamoDBDocumentClient);
const ses = mockClient(SESv2Client);
const sns = mockClient(SNSClient);
const settings = (channel: object): string => JSON.stringify({ channel, digestHour: 6, operators: [] });

beforeEach(() => {
  [ledger, ses, sns].forEach((mock) => mock.reset());
  ledger.on(GetCommand).resolves({});
  ledger.on(PutCommand).resolves({});
  ledger.on(QueryCommand).resolves({ Items: [] });
  ledger.on(QueryCommand, { ExpressionAttributeValues: { ':pk': 'notice', ':prefix': 'to#' } }).resolves({ Items: [{ notice: noticeOf('joined') }] });
  ses.on(SendEmailCommand).resolves({ MessageId: 'one' });
  sns.on(PublishCommand).resolves({ MessageId: 'one' });
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1', POWERTOOLS_TRACE_ENABLED: 'false', LEDGER_TABLE: 'agents-nhi-ledger', REGISTRY_NAME: 'agents', NOTIFICATIONS: settings({ kind: 'mail', from: 'agents@example.com' }),
  });
});

test('sends the digests when the schedule asks, by mail or to the topic', async () => {
  await notifications({ task: 'send-digests' });
  expect(ses.commandCalls(SendEmailCommand)[0].args[0].input).toMatchObject({ FromEmailAddress: 'agents@example.com', Destination: { ToAddresses: ['ada.park@example.com'] } });
  process.env.NOTIFICATIONS = settings({ kind: 'topic', topicArn: 'arn:topic' });
  await notifications({ task: 'send-digests' });
  expect(sns.commandCalls(PublishCommand)[0].args[0].input).toMatchObject({ TopicArn: 'arn:topic' });
  expect(ses.calls()).toHaveLength(1);
});

test('looks up an event of the bus, and sends nothing then', async () => {
  await notifications({
    'detail-type': 'nhi.lifecycle.left.v1',
    'detail': { id: 'a'.repeat(32), type: 'nhi.lifecycle.left.v1', subject: '111122223333/invoice-bot', time: '2027-02-01T06:00:00.000Z', sequence: '000000000007', data: { class_uid: 3004 } },
  });
  expect(ledger.commandCalls(GetCommand).map(({ args: [{ input }] }) => input.Key)).toEqual([
    { pk: 'placement#111122223333#invoice-bot', sk: 'event#000000000007' }, { pk: 'placement#111122223333#invoice-bot', sk: 'state' },
  ]);
  expect(ses.calls()).toEqual([]);
});

test.each([{ task: 'else' }, {}, { detail: { id: 'x' } }, undefined])('an invalid input is refused: %j', async (event) => {
  await expect(notifications(event)).rejects.toMatchObject({ name: 'ZodError' });
  expect(ledger.calls()).toEqual([]);
});
