import { Duration } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

const MOST_DAYS = 366;

/**
 * The days of an agent's expected use.
 *
 * @throws InvalidInputError `ExpectedUseInvalid`
 */
export function expectedUseDays(agent: IConstruct, atLeastEvery: Duration | undefined): number | undefined {
  if (atLeastEvery === undefined) {
    return undefined;
  }
  const days = typeof atLeastEvery.isUnresolved === 'function' && !atLeastEvery.isUnresolved() ? atLeastEvery.toDays({ integral: false }) : Number.NaN;
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
    throw new InvalidInputError('ExpectedUseInvalid',
      `${agent.node.path}: expectedUseAtLeastEvery ${Number.isNaN(days) ? shown(atLeastEvery) : `${days} days`} is not allowed: use whole days from 1 to ${MOST_DAYS}, such as Duration.days(366)`);
  }
  return days;
}
