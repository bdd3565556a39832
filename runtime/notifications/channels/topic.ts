import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Channel } from './channel';

/** SNS accepts fewer than 100 characters. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const LONGEST_SUBJECT = 99;

/** An SNS topic. A subscription can filter by the attribute `person`. */
export function topicChannel(sns: SNSClient, topicArn: string): Channel {
  return {
    send: async (person, { subject, text }) => {
      const { MessageId: id = '' } = await sns.send(new PublishCommand({
        TopicArn: topicArn,
        Subject: subject.slice(0, LONGEST_SUBJECT),
        Message: `For ${person}\n\n${text}`,
        MessageAttributes: { person: { DataType: 'String', StringValue: person } },
      }));
      return id;
    },
  };
}
