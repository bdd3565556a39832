import { elements, readXml, textOf } from '../../aws/plain-calls';
import { Connection } from '../connection';

/** Number of subscriptions of a topic that somebody confirmed. One page is enough to know that there are some. */
export async function confirmedSubscriptions({ plain }: Connection, topicArn: string): Promise<number> {
  const xml = readXml(await plain.query('sns', 'ListSubscriptionsByTopic', { TopicArn: topicArn }, { inRegion: topicArn.split(':')[3] }));
  return elements(xml, 'Subscriptions').flatMap((all) => elements(all, 'member')).filter((one) => textOf(one, 'SubscriptionArn')?.startsWith('arn:')).length;
}
