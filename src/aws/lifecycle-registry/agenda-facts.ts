import { Duration } from 'aws-cdk-lib';
import { SweepLimit } from './sweep-limit';
import { InvalidInputError } from '../../core/errors';
import { requireInstance } from '../../core/instance';
import { shown } from '../../core/shown';
import { SponsorRecord } from '../../core/sponsor-record';

/** What the registry does between deployments, and when. */
export interface AgendaProps {
  /**
   * How often the registry looks for what is due: whole minutes, 1 minute to 1 day. A sweep costs the same for any number of agents of which nothing is
   * due.
   *
   * @default Duration.hours(1)
   */
  readonly interval?: Duration;

  /**
   * How long before its end an agent's sponsor is warned: up to 10 durations of whole seconds, each up to 365 days. The end itself is always told.
   *
   * @default - 30, 7 and 1 days
   */
  readonly warnings?: Duration[];

  /**
   * How long after its end was notified an agent is torn down: whole seconds, up to 30 days. It is denied everything from its end on. During this time an
   * operator can renew it (`nhi renew`), and afterwards nobody can.
   *
   * @default Duration.days(7)
   */
  readonly teardownAfter?: Duration;

  /**
   * How long after its sponsor was notified an unused agent is suspended: whole seconds, up to 365 days. An agent is unused if no source knows of a use within
   * `maxIdle` of its stage, and every source answers. `nhi keep` or a use in the meantime starts again.
   *
   * @default - it is only told, as the event `zombie-found`
   */
  readonly suspendUnusedAfter?: Duration;

  /**
   * How long after it was suspended as unused an agent is torn down, unless someone resumes it: whole seconds, up to 365 days. Needs
   * `suspendUnusedAfter`.
   *
   * @default - it stays suspended
   */
  readonly removeUnusedAfter?: Duration;

  /**
   * How often each agent's role is compared with what the last deployment made of it: whole seconds, 1 minute to 30 days. Each agent has its own moment
   * within this time. What differs is the event `drift-found`, once for each finding.
   *
   * @default Duration.days(1)
   */
  readonly driftCheck?: Duration;

  /**
   * Whether inline and attached policies that were added to an agent's role by hand are removed after they were notified. Nothing else is changed: a
   * changed trust policy or boundary is restored by a deployment or a person.
   *
   * @default false
   */
  readonly removeDrift?: boolean;

  /**
   * How often each agent's sponsor is looked up in the registry's `sponsorDirectory`: whole seconds, up to 30 days. Agents of one sponsor are looked up at the
   * same moment within this time, so that the directory is asked once.
   *
   * @default Duration.days(1)
   */
  readonly sponsorCheck?: Duration;

  /**
   * How long after an attempt a revocation at a third party that is still open is tried again: whole seconds, up to 1 day. Each further attempt doubles it, up to a day.
   *
   * @default Duration.hours(1)
   */
  readonly revocationRetry?: Duration;

  /**
   * How many agents are worked on at the same time at most, 1 to 100. While IAM throttles the account's calls, a sweep works on fewer. Deployments never wait
   * for a sweep.
   *
   * @default 5
   */
  readonly concurrency?: number;

  /**
   * How many agents one sweep may suspend, remove or pass on to another sponsor without an operator's approval.
   *
   * @default SweepLimit.of({ agents: 10, share: 0.05 })
   */
  readonly limit?: SweepLimit;
}

/** The checked settings of the agenda. */
export interface AgendaFacts {
  readonly interval: Duration;
  readonly warningSeconds: number[];
  readonly teardownAfterSeconds: number;
  readonly suspendUnusedAfterSeconds?: number;
  readonly removeUnusedAfterSeconds?: number;
  readonly driftCheckSeconds: number;
  readonly removeDrift?: true;
  readonly sponsorCheckSeconds?: number;
  readonly defaultOwner?: SponsorRecord;
  readonly revocationRetrySeconds?: number;
  readonly looksUpCosts?: true;
  readonly concurrency: number;
  readonly limit: SweepLimit;
}

const MOST_WARNINGS = 10;
const [FIRST, LAST] = [1, 100];

/**
 * @param registry who is accountable at last, if the registry has a directory of people, and whether it looks costs up
 * @throws InvalidInputError `AgendaInvalid`, `WrongClass`
 */
export function agendaFacts(
  props: AgendaProps = {}, registry: { readonly defaultOwner?: SponsorRecord; readonly looksUpCosts?: boolean } = {},
): AgendaFacts {
  const interval = checked('interval', props.interval ?? Duration.hours(1), Duration.minutes(1), Duration.days(1));
  const warnings = props.warnings ?? [30, 7, 1].map((days) => Duration.days(days));
  const concurrency = props.concurrency ?? 5;
  if (!Array.isArray(warnings) || warnings.length > MOST_WARNINGS) {
    throw invalid(`warnings ${shown(warnings)}`, `at most ${MOST_WARNINGS} durations`);
  }
  if (!Number.isInteger(concurrency) || concurrency < FIRST || concurrency > LAST) {
    throw invalid(`concurrency ${shown(concurrency)}`, `a whole number from ${FIRST} to ${LAST}`);
  }
  if (interval.toSeconds() % 60 !== 0) {
    throw invalid(`interval ${interval.toHumanString()}`, 'whole minutes');
  }
  if (props.removeUnusedAfter !== undefined && props.suspendUnusedAfter === undefined) {
    throw invalid('removeUnusedAfter without suspendUnusedAfter', 'both: an agent is suspended before it is torn down');
  }
  const seconds = warnings.map((warning) => checked('warnings', warning, Duration.seconds(1), Duration.days(365)).toSeconds());
  return {
    interval,
    warningSeconds: [...new Set(seconds)].sort((one, other) => other - one),
    teardownAfterSeconds: checked('teardownAfter', props.teardownAfter ?? Duration.days(7), Duration.seconds(0), Duration.days(30)).toSeconds(),
    suspendUnusedAfterSeconds: afterTelling('suspendUnusedAfter', props.suspendUnusedAfter),
    removeUnusedAfterSeconds: afterTelling('removeUnusedAfter', props.removeUnusedAfter),
    driftCheckSeconds: checked('driftCheck', props.driftCheck ?? Duration.days(1), Duration.minutes(1), Duration.days(30)).toSeconds(),
    ...(props.removeDrift === true ? { removeDrift: true } : {}),
    ...(registry.defaultOwner === undefined ? {} : {
      sponsorCheckSeconds: checked('sponsorCheck', props.sponsorCheck ?? Duration.days(1), Duration.seconds(1), Duration.days(30)).toSeconds(),
      defaultOwner: registry.defaultOwner,
    }),
    ...(props.revocationRetry === undefined ? {} : {
      revocationRetrySeconds: checked('revocationRetry', props.revocationRetry, Duration.seconds(1), Duration.days(1)).toSeconds(),
    }),
    ...(registry.looksUpCosts === true ? { looksUpCosts: true } : {}),
    concurrency,
    limit: requireInstance('agenda.limit', props.limit ?? SweepLimit.of(), SweepLimit, 'SweepLimit.of()'),
  };
}

/** The settings that engine and sweep share, as an environment variable. */
export function agendaVariable(facts: AgendaFacts): string {
  const { interval: _interval, concurrency: _concurrency, limit: _limit, ...settings } = facts;
  return JSON.stringify(settings);
}

function afterTelling(name: string, value: Duration | undefined): number | undefined {
  return value === undefined ? undefined : checked(name, value, Duration.seconds(0), Duration.days(365)).toSeconds();
}

function checked(name: string, value: Duration, least: Duration, most: Duration): Duration {
  if (typeof value?.isUnresolved !== 'function') {
    throw invalid(`${name} ${shown(value)}`, `a Duration, such as Duration.${name === 'interval' ? 'hours(1)' : 'days(7)'}`);
  }
  const isFine = !value.isUnresolved() && value.toMilliseconds() % 1000 === 0
    && value.toSeconds() >= least.toSeconds() && value.toSeconds() <= most.toSeconds();
  if (!isFine) {
    throw invalid(`${name} ${value.isUnresolved() ? 'that is a token' : value.toHumanString()}`, `whole seconds from ${least.toHumanString()} to ${most.toHumanString()}`);
  }
  return value;
}

function invalid(what: string, allowed: string): InvalidInputError {
  return new InvalidInputError('AgendaInvalid', `the agenda's ${what} is not allowed: use ${allowed}`);
}
