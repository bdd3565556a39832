import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { Channel } from './channel';

const UTF8 = { Charset: 'UTF-8' };

/** Mail by SES, as text and as HTML. No configuration set is named, so the registry adds no tracking of its own. */
export function mailChannel(ses: SESv2Client, from: string): Channel {
  return {
    send: async (person, { subject, text, html }) => {
      const { MessageId: id = '' } = await ses.send(new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [person] },
        Content: {
          Simple: {
            Subject: { Data: subject, ...UTF8 },
            Body: { Text: { Data: text, ...UTF8 }, Html: { Data: html, ...UTF8 } },
            // Keeps absence notes from answering. https://www.rfc-editor.org/rfc/rfc3834#section-5
            Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
          },
        },
      }));
      return id;
    },
  };
}
