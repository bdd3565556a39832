import { reasonOf } from '../../../src/core/errors';
import { Finding } from '../../wiping';
import { inParallel } from '../in-parallel';

const AT_ONCE = 8;

/** What a wiper searches for: the wiper's name and the kind of item. */
interface Looked {
  readonly wiper: string;
  readonly kind: string;
}

/** Searches each place. A place that can't be searched becomes a finding, and the other places are still searched. */
export async function look<T>(
  { wiper, kind }: Looked, places: readonly T[], nameOf: (place: T) => string, idsIn: (place: T) => Promise<readonly string[]>,
): Promise<Finding[]> {
  const found = await inParallel(places, AT_ONCE, async (place): Promise<Finding[]> => {
    try {
      return (await idsIn(place)).map((id) => ({ wiper, kind, id, actedOn: true }));
    } catch (error) {
      return [{ wiper, kind, id: nameOf(place), actedOn: true, unseen: `could not be looked at: ${reasonOf(error)}` }];
    }
  });
  return found.flat();
}
