import { reasonOf } from '../../../src/core/errors';
import { Finding } from '../../wiping';
import { unlessMissing } from '../cuts/missing';

/** The whole search is made again after these. */
const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown)/;

type Place = Pick<Finding, 'wiper' | 'kind' | 'id'>;

/**
 * Searches one of many places. A place that can't be searched, such as one with a policy that is not readable, is a finding itself: it remains, and does not keep the others from being wiped. A place that
 * no longer exists has nothing.
 */
export function unlessUnseen(place: Place, search: () => Promise<Finding[]>): Promise<Finding[]> {
  return searched(search, (reason) => ({ ...place, actedOn: true, unseen: reason }));
}

/** The same for a place of which nothing would be wiped: it is reported, and does not keep a leave open. */
export function orSaidUnseen(place: Place, search: () => Promise<Finding[]>): Promise<Finding[]> {
  return searched(search, (note) => ({ ...place, actedOn: false, note }));
}

async function searched(search: () => Promise<Finding[]>, unseen: (reason: string) => Finding): Promise<Finding[]> {
  try {
    return await unlessMissing(search) ?? [];
  } catch (error) {
    if (error instanceof Error && THROTTLED.test(error.name)) {
      throw error;
    }
    return [unseen(`could not be searched: ${reasonOf(error)}`)];
  }
}
