import { Duration } from 'aws-cdk-lib';
import { rubberStampFacts, RubberStampProps } from './rubber-stamp';
import { secondReviewFacts, SecondReviewProps } from './second-review';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

/** When reviews are due, and what silence leads to. */
export interface ReviewScheduleProps {
  /**
   * Reviews access at least this often: whole seconds, up to 366 days. It can only shorten what a stage demands (`reviewInterval`).
   *
   * @default - as often as the stage demands: every 90 days unless it says otherwise
   */
  readonly interval?: Duration;

  /**
   * From the opening of a review until its deadline: whole seconds, up to 90 days. An agent whose review is not decided by then is suspended.
   *
   * @default Duration.days(14)
   */
  readonly deadline?: Duration;

  /**
   * When the sponsor is reminded, before the deadline: up to 10 durations, each shorter than `deadline`.
   *
   * @default - 7, 3 and 1 days, as far as they are shorter than `deadline`
   */
  readonly reminders?: Duration[];

  /**
   * From the opening of a review until the backup is notified: whole seconds, shorter than `deadline`.
   *
   * @default - 7 days, or half of `deadline` if that is shorter
   */
  readonly escalation?: Duration;

  /**
   * From the suspension until the agent is torn down: whole seconds, up to 365 days.
   *
   * @default Duration.days(30)
   */
  readonly grace?: Duration;

  /**
   * How long the approval of a move or a join can be used, in stages that need one (`requiresApproval`): whole seconds, up to 90 days. It can be used once.
   *
   * @default Duration.days(7)
   */
  readonly approvalLifetime?: Duration;

  /**
   * A service that an agent may use, and that fewer per cent of the other living agents of its stage declare, is shown as a finding: a whole number from 0 to 50. Nothing is said while the stage has
   * fewer than 10 others. 0 switches it off.
   *
   * @default 10
   */
  readonly peerSharePercent?: number;

  /**
   * Shows reviewers what AWS charged in the last 30 days for calls of the agent's role, from Cost Explorer. AWS charges 0.01 USD for each review that is opened, and attributes costs to roles for Amazon
   * Bedrock only, after the tag `agent:name` (or with the tag prefix of the registry's naming) of IAM principals is activated as a cost allocation tag in the account that pays.
   *
   * @default false
   */
  readonly costs?: boolean;

  /**
   * A sample of the reviews is decided by a second person too, who does not see what the first one decided.
   *
   * @default - none; stages with `twoReviewers` need two people for each review
   */
  readonly secondReview?: SecondReviewProps;

  /**
   * From when a person's decisions look like rubber-stamping.
   *
   * @default - with the defaults of `RubberStampProps`
   */
  readonly rubberStamp?: RubberStampProps;
}

/** The checked settings, as the engine reads them. */
export interface ReviewScheduleFacts {
  readonly intervalSeconds?: number;
  readonly deadlineSeconds: number;
  readonly reminderSeconds: number[];
  readonly escalationSeconds: number;
  readonly graceSeconds: number;
  readonly approvalSeconds: number;
  readonly peerSharePercent: number;
  readonly readsCosts?: true;
  readonly secondReview?: ReturnType<typeof secondReviewFacts>;
  readonly rubberStamp: ReturnType<typeof rubberStampFacts>;
}

const MOST_REMINDERS = 10;

/** @throws InvalidInputError `CertificationInvalid` */
export function reviewScheduleFacts(props: ReviewScheduleProps): ReviewScheduleFacts {
  const deadlineSeconds = seconds('deadline', props.deadline ?? Duration.days(14), Duration.days(90).toSeconds());
  const reminders = props.reminders ?? [7, 3, 1].map((days) => Duration.days(days)).filter((reminder) => reminder.toSeconds() < deadlineSeconds);
  if (!Array.isArray(reminders) || reminders.length > MOST_REMINDERS) {
    throw invalid(`reminders ${shown(reminders)}`, `at most ${MOST_REMINDERS} durations`);
  }
  const escalation = props.escalation ?? Duration.seconds(Math.max(1, Math.min(Duration.days(7).toSeconds(), Math.floor(deadlineSeconds / 2))));
  return {
    ...(props.interval === undefined ? {} : { intervalSeconds: seconds('interval', props.interval, Duration.days(366).toSeconds()) }),
    deadlineSeconds,
    reminderSeconds: [...new Set(reminders.map((reminder) => seconds('reminders', reminder, deadlineSeconds - 1)))].sort((one, other) => other - one),
    escalationSeconds: seconds('escalation', escalation, Math.max(1, deadlineSeconds - 1)),
    graceSeconds: seconds('grace', props.grace ?? Duration.days(30), Duration.days(365).toSeconds()),
    approvalSeconds: seconds('approvalLifetime', props.approvalLifetime ?? Duration.days(7), Duration.days(90).toSeconds()),
    peerSharePercent: percent(props.peerSharePercent ?? 10),
    ...(props.costs === true ? { readsCosts: true } : {}),
    ...(props.secondReview === undefined ? {} : { secondReview: secondReviewFacts(props.secondReview) }),
    rubberStamp: rubberStampFacts(props.rubberStamp ?? {}),
  };
}

function seconds(name: string, value: Duration, most: number): number {
  if (typeof value?.isUnresolved !== 'function') {
    throw invalid(`${name} ${shown(value)}`, 'a Duration, such as Duration.days(7)');
  }
  if (value.isUnresolved() || value.toMilliseconds() % 1000 !== 0 || value.toSeconds() < 1 || value.toSeconds() > most) {
    throw invalid(`${name} ${value.isUnresolved() ? 'that is a token' : value.toHumanString()}`, `whole seconds from 1 second to ${Duration.seconds(most).toHumanString()}`);
  }
  return value.toSeconds();
}

function percent(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 50) {
    throw invalid(`peerSharePercent ${shown(value)}`, 'a whole number from 0 to 50');
  }
  return value;
}

function invalid(what: string, allowed: string): InvalidInputError {
  return new InvalidInputError('CertificationInvalid', `the reviews' ${what} is not allowed: use ${allowed}`);
}
