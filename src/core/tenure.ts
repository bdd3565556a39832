import { RiskProfile } from './risk-profile';

const DAY_MS = 86_400_000;

/** Number of days before its end from which an agent is reported as ending soon. */
export const ENDS_SOON_DAYS = 30;

/** The latest end that may be declared now, in a stage of this profile. */
export function latestEnd({ maxTenureDays }: Pick<RiskProfile, 'maxTenureDays'>, now: Date): Date {
  return new Date(now.getTime() + maxTenureDays * DAY_MS);
}

/** The last day that `Expiry.on` may name for an end no later than this. */
export function lastDayBefore(end: Date): string {
  return new Date(end.getTime() - DAY_MS).toISOString().slice(0, 10);
}

/** Whether the end is near but not past. */
export function endsSoon(expiresAt: string, now: Date): boolean {
  const left = Date.parse(expiresAt) - now.getTime();
  return left > 0 && left <= ENDS_SOON_DAYS * DAY_MS;
}
