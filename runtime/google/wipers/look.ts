import { reasonOf } from '../api';
import { Finding } from './wiper';

/** Looks at each place. One that can't be looked at is a finding itself and doesn't keep the others from being looked at. */
export async function look<T>(
  kind: string, places: readonly T[], nameOf: (place: T) => string, find: (place: T) => Promise<Finding[]>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const place of places) {
    try {
      findings.push(...await find(place));
    } catch (error) {
      findings.push({ kind, id: nameOf(place), unseen: `could not be looked at: ${reasonOf(error)}` });
    }
  }
  return findings;
}
