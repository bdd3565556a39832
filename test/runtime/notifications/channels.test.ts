import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { mailChannel, topicChannel } from '../../../runtime/notifications';

const DIGEST = { subject: `[agents] ${'x'.repeat(120)}`, text: 'text', html: '<p>html</p>' };

test('a mail has both forms, one recipient, and no configuration set', async () => {
  const ses = mockClient(SESv2Client);
  ses.on(SendEmailCommand).resolves({ MessageId: 'message-1' });
  expect(await mailChannel(new SESv2Client({}), 'agents@example.com').send('ada.park@example.com', DIGEST)).toBe('message-1');
  const { input } = ses.commandCalls(SendEmailCommand)[0].args[0];
  expect(input).toMatchObject({
    FromEmailAddress: 'agents@example.com',
    Destination: { ToAddresses: ['ada.park@example.com'] },
    Content: { Simple: { Subject: { Data: DIGEST.subject }, Body: { Text: { Data: 'text' }, Html: { Data: '<p>html</p>' } }, Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }] } },
  });
  expect(Object.keys(input).sort()).toEqual(['Content', 'Destination', 'FromEmailAddress']);
});

test('a topic gets the text, for whom it is, and a subject that SNS accepts', async () => {
  const sns = mockClient(SNSClient);
  sns.on(PublishCommand).resolves({ MessageId: 'message-2' });
  expect(await topicChannel(new SNSClient({}), 'arn:topic').send('ada.park@example.com', DIGEST)).toBe('message-2');
  const { input } = sns.commandCalls(PublishCommand)[0].args[0];
  expect(input).toMatchObject({ TopicArn: 'arn:topic', Message: 'For ada.park@example.com\n\ntext', MessageAttributes: { person: { StringValue: 'ada.park@example.com' } } });
  expect(input.Subject!.length).toBe(99);
});
