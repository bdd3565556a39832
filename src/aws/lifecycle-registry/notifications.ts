import { aws_ses as ses, aws_sns as sns } from 'aws-cdk-lib';
import { NotificationSettings } from '../../contract/notifications';
import { validateEmail } from '../../core/email';
import { InvalidInputError } from '../../core/errors';
import { requireOneName } from '../../core/one-name';
import { shown } from '../../core/shown';

/** How the daily digests are sent. */
export interface DigestProps {
  /**
   * Hour of the day in UTC in which the digests are sent, 0 to 23.
   *
   * @default 6
   */
  readonly digestHour?: number;
}

/** How people are notified by mail. */
export interface MailNotificationsProps extends DigestProps {
  /** Address from which the mails come. Amazon SES must have verified it or its domain, in the account and region of the registry. */
  readonly from: string;

  /**
   * The identity in Amazon SES of which `from` is an address.
   *
   * @default - the domain of `from`
   */
  readonly identity?: ses.IEmailIdentity;

  /**
   * Addresses of those who are notified of what operators have to look into: held sweeps, failed changes, incomplete teardowns and orphans.
   *
   * @default - none; the bus and the alarms show it
   */
  readonly operators?: string[];
}

/** @internal */
export interface NotificationFacts {
  readonly settings: NotificationSettings;
  /** What the function needs to send: the identity's name or ARN for mail, the topic for a topic. */
  readonly identityName?: string;
  readonly topic?: sns.ITopic;
}

/** On a topic, the digest of operators has this in the place of an address. */
const OPERATORS_OF_TOPIC = 'operators';
const DEFAULT_HOUR = 6;

/**
 * How sponsors and operators are notified of what happens to their agents. Everything that concerns a person is collected and sent as one digest a day.
 * Each event is in one digest only. If a run of the function dies after it sent a digest and before it recorded that, the digest is sent again.
 */
export class Notifications {
  /**
   * A mail by Amazon SES to each person, at most one a day, as text and HTML.
   *
   * Fails with `NotificationsInvalid`, `EmailInvalid`, `LiteralRequired` or `WildcardName`.
   *
   * @param props sender, operators and hour
   */
  public static mail(props: MailNotificationsProps): Notifications {
    const from = validateEmail('the sender of notifications', props.from);
    const operators = (props.operators ?? []).map((address) => validateEmail('the address of an operator', address).toLowerCase());
    return new Notifications({
      settings: { channel: { kind: 'mail', from }, digestHour: validHour(props.digestHour), operators: [...new Set(operators)] },
      identityName: requireOneName('the identity of the sender', props.identity?.emailIdentityName ?? from.split('@')[1]),
    });
  }

  /**
   * The same digests as text to an SNS topic. The message attribute `person` has the address of the person, or `operators`.
   *
   * Fails with `NotificationsInvalid` or `WildcardName`.
   *
   * @param topic the topic
   * @param props hour
   */
  public static topic(topic: sns.ITopic, props: DigestProps = {}): Notifications {
    return new Notifications({
      settings: { channel: { kind: 'topic', topicArn: requireOneName('the topic of notifications', topic.topicArn) }, digestHour: validHour(props.digestHour), operators: [OPERATORS_OF_TOPIC] },
      topic,
    });
  }

  /** Nobody is notified by the registry. Its bus has all events (`registry.onEvent`). */
  public static busOnly(): Notifications {
    return new Notifications();
  }

  /** @internal */
  public readonly _facts?: NotificationFacts;

  private constructor(facts?: NotificationFacts) {
    this._facts = facts;
  }
}

function validHour(hour = DEFAULT_HOUR): number {
  if (!Number.isInteger(hour) || hour < 0 || hour > 23) {
    throw new InvalidInputError('NotificationsInvalid', `the hour ${shown(hour)} of digests is not allowed: use a whole number from 0 to 23, in UTC`);
  }
  return hour;
}
