import { ENVIRONMENT } from '../../../../src/contract/environment';
import { NotificationSettings } from '../../../../src/contract/notifications';
import { Check, CREATE_AGAIN, error, Examined, Finding, isMissing, ok, warning } from '../check';
import { environmentOf } from '../registry-function';
import { confirmedSubscriptions } from '../subscriptions';

/** People are notified: the schedule of the digests is on, the sender's identity is verified, or somebody gets what the topic gets. */
export const notifications: Check = {
  name: 'notifications',
  needs: ['lambda:GetFunctionConfiguration', 'scheduler:GetSchedule', 'ses:GetEmailIdentity', 'ses:GetAccount', 'sns:ListSubscriptionsByTopic'],
  async look(examined) {
    const { connection, names } = examined;
    const settings = (await environmentOf(connection, names.notificationFunction))?.[ENVIRONMENT.notifications];
    if (settings === undefined) {
      return [warning('the registry notifies nobody: events are on its bus only', 'set notifications of the registry, or have something listen to the bus (registry.onEvent)')];
    }
    const { channel } = JSON.parse(settings) as NotificationSettings;
    return [await schedule(examined), ...channel.kind === 'mail' ? await mail(examined, channel.from) : [await topic(examined, channel.topicArn)]];
  },
};

async function schedule({ connection: { plain }, names: { digestSchedule } }: Examined): Promise<Omit<Finding, 'check'>> {
  const { State: state } = await plain.rest('scheduler', ['schedules', digestSchedule]).catch((failure: unknown) => {
    if (isMissing(failure)) {
      return { State: 'missing' };
    }
    throw failure;
  }) as { State?: string };
  return state === 'ENABLED' ? ok(`the schedule ${digestSchedule} is on`)
    : error(`the schedule ${digestSchedule} is ${state ?? 'in an unknown state'}: no digest is sent`, state === 'missing' ? CREATE_AGAIN : `enable ${digestSchedule} in EventBridge Scheduler`);
}

/** The address itself may be an identity, or its domain. */
async function mail({ connection: { plain } }: Examined, from: string): Promise<Omit<Finding, 'check'>[]> {
  const isVerified = async (identity: string): Promise<boolean> => {
    try {
      return (await plain.rest('email', ['v2', 'email', 'identities', identity]) as { VerifiedForSendingStatus?: boolean }).VerifiedForSendingStatus === true;
    } catch (failure) {
      if (isMissing(failure)) {
        return false;
      }
      throw failure;
    }
  };
  const domain = from.split('@')[1];
  const verified = await isVerified(from) || await isVerified(domain);
  const { ProductionAccessEnabled: isOut, SendingEnabled: maySend } = await plain.rest('email', ['v2', 'email', 'account']) as { ProductionAccessEnabled?: boolean; SendingEnabled?: boolean };
  return [
    verified ? ok(`Amazon SES has verified ${from} or its domain`)
      : error(`Amazon SES has verified neither ${from} nor ${domain}: no mail is sent`, 'verify the identity in Amazon SES, in the registry\'s account and region'),
    ...(maySend === false ? [error('Amazon SES does not let this account send', 'look at the reputation page of Amazon SES in the registry\'s region')] : []),
    ...(isOut === true ? [] : [error('Amazon SES is in its sandbox here: mails to addresses that are not verified are refused', 'request production access in Amazon SES, in the registry\'s region')]),
  ];
}

async function topic({ connection }: Examined, topicArn: string): Promise<Omit<Finding, 'check'>> {
  const confirmed = await confirmedSubscriptions(connection, topicArn);
  return confirmed > 0 ? ok(`digests go to ${topicArn}, which has confirmed subscriptions`)
    : error(`digests go to ${topicArn}, and nobody has confirmed a subscription of it`, 'subscribe somebody to the topic, and confirm it');
}
