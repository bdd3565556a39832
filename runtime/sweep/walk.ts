import { DueEntry, DuePage, Fleet } from '../ledger';
import { Sweep } from './sweep';

/** The next part of what a sweep is about. */
export function partOf(fleet: Fleet, { of, until, next }: Sweep): Promise<DuePage> {
  return of === 'all' ? fleet.livingPage(next?.after) : fleet.due(new Date(until), next);
}

/** All of what a sweep is about, part by part. Only one part is in memory. */
export async function* walk(fleet: Fleet, sweep: Sweep): AsyncGenerator<readonly DueEntry[]> {
  let at: Sweep | undefined = sweep;
  while (at !== undefined) {
    const { entries, next }: DuePage = await partOf(fleet, at);
    yield entries;
    at = next === undefined ? undefined : { ...sweep, next };
  }
}
