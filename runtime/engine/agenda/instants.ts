import { createHash } from 'node:crypto';

/** An instant without fractions of a second. The index of due dates compares instants as texts. */
export function instantAt(epochMs: number): string {
  return new Date(Math.ceil(epochMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** The later one of two instants, of which one may be absent. */
export function laterOf(one: string, other: string | undefined): string {
  return other !== undefined && Date.parse(other) > Date.parse(one) ? instantAt(Date.parse(other)) : one;
}

/**
 * The next moment of something after `now`. Each key has its own moment within the interval, so the checks of a large fleet are spread evenly, even after
 * a standstill in which all became due.
 */
export function nextMoment(key: string, intervalSeconds: number, now: Date): string {
  const phase = createHash('sha256').update(key).digest().readUInt32BE() % intervalSeconds;
  const seconds = Math.floor(now.getTime() / 1000);
  return instantAt((seconds + intervalSeconds - (((seconds - phase) % intervalSeconds) + intervalSeconds) % intervalSeconds) * 1000);
}
