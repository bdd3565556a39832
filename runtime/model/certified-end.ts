import { Declared, PlacementState } from './placement-state';
import { ReviewSettings } from './review';
import { PRODUCTION_PROFILE, RiskProfile } from '../../src/core/risk-profile';

const DAY_MS = 86_400_000;

type Ending = Pick<PlacementState, 'declared' | 'certifiedUntil'>;

/** How long a certification is valid: the stage's interval, or a shorter one of the registry. */
export function reviewIntervalMs(profile: RiskProfile, { intervalSeconds }: ReviewSettings): number {
  // A profile that was stored before reviews existed has no interval. The agent's next deployment brings it.
  const days = (profile as Partial<RiskProfile>).reviewIntervalDays ?? PRODUCTION_PROFILE.reviewIntervalDays;
  return Math.min(days * DAY_MS, intervalSeconds === undefined ? Infinity : intervalSeconds * 1000);
}

/** The end of a certification that begins now. It is never later than the latest end that is declared now. */
export function certificationFrom({ profile, expiresAt }: Declared, settings: ReviewSettings, now: Date): string {
  const end = Math.min(now.getTime() + reviewIntervalMs(profile, settings), Date.parse(expiresAt));
  return new Date(Math.floor(end / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/**
 * The instant at which the certification ends before the agent does. The agent's policies hold the latest end only, so the engine enforces this one. Undefined if nothing ends before the agent.
 */
export function certifiedEnd({ declared, certifiedUntil }: Ending): string | undefined {
  const isFirst = declared.untilCertified === true && certifiedUntil !== undefined && Date.parse(certifiedUntil) < Date.parse(declared.expiresAt);
  return isFirst ? certifiedUntil : undefined;
}

/** Whether nobody has carried the agent's access on: it must be denied until a reviewer decides. */
export function hasLapsed(state: Ending, now: Date): boolean {
  const end = certifiedEnd(state);
  return end !== undefined && Date.parse(end) <= now.getTime();
}
