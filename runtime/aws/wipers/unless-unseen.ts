import { reasonOf } from '../../../src/core/errors';
import { Finding } from '../../wiping';

/** The whole search is made again after these. */
const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown)/;

/**
 * Searches one of many places. A place that can't be searched, such as one with a policy that is not readable, is a finding itself: it remains, and does not keep the others from being wiped.
 */
export async function unlessUnseen(place: Pick<Finding, 'wiper' | 'kind' | 'id'>, search: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await search();
  } catch (error) {
    if (error instanceof Error && THROTTLED.test(error.name)) {
      throw error;
    }
    return [{ ...place, actedOn: true, unseen: `could not be searched: ${reasonOf(error)}` }];
  }
}
