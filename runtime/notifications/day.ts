const HOUR_MS = 3_600_000;
const HALF_A_DAY_HOURS = 12;

/**
 * The day for which a run sends digests. Days begin half a day before the hour of the digests, so a run that is up to half a day late, or a clock that is
 * wrong by minutes, doesn't make it another day.
 */
export function digestDay(now: Date, digestHour: number): string {
  return new Date(now.getTime() - (digestHour - HALF_A_DAY_HOURS) * HOUR_MS).toISOString().slice(0, 10);
}
