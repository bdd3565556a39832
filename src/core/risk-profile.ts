import { InvalidInputError } from './errors';
import { shown } from './shown';

/** What a stage demands of its agents. */
export interface RiskProfile {
  /** How far ahead an agent's end may lie when it joins, moves or is extended, in days. */
  readonly longestTenureDays: number;
  /** Longest session, in minutes, 60 to 720. */
  readonly longestSessionMinutes: number;
  /** How often the sponsor certifies the access, in days. */
  readonly reviewIntervalDays: number;
  /** How long an agent may be unused before it counts as a zombie, in days. */
  readonly longestIdleDays: number;
  /** Whether keys that don't end by themselves are tolerated. */
  readonly longLivedKeysAllowed: boolean;
  /** Whether moving into this stage needs an approval. */
  readonly promotionNeedsApproval: boolean;
  /** Whether the principal is cut before its successor in another stage is granted access, or kept until compute has moved. */
  readonly cutBeforeGrant: boolean;
}

/** What a stage of your own demands of its agents; what is left out is as in production. */
export interface RiskProfileProps {
  /**
   * How far ahead an agent's end may lie when it joins, moves or is extended, in days.
   * @default 365
   */
  readonly longestTenureDays?: number;
  /**
   * Longest session, in minutes, 60 to 720.
   * @default 60
   */
  readonly longestSessionMinutes?: number;
  /**
   * How often the sponsor certifies the access, in days.
   * @default 90
   */
  readonly reviewIntervalDays?: number;
  /**
   * How long an agent may be unused before it counts as a zombie, in days.
   * @default 30
   */
  readonly longestIdleDays?: number;
  /**
   * Whether keys that don't end by themselves are tolerated.
   * @default false
   */
  readonly longLivedKeysAllowed?: boolean;
  /**
   * Whether moving into this stage needs an approval.
   * @default true
   */
  readonly promotionNeedsApproval?: boolean;
  /**
   * Whether the principal is cut before its successor in another stage is granted access, or kept until compute has moved.
   * @default false
   */
  readonly cutBeforeGrant?: boolean;
}

export const TEST_PROFILE: RiskProfile = {
  longestTenureDays: 180,
  longestSessionMinutes: 60,
  reviewIntervalDays: 90,
  longestIdleDays: 30,
  longLivedKeysAllowed: true,
  promotionNeedsApproval: false,
  cutBeforeGrant: true,
};
export const STAGING_PROFILE: RiskProfile = { ...TEST_PROFILE, longLivedKeysAllowed: false };
export const PRODUCTION_PROFILE: RiskProfile = {
  ...STAGING_PROFILE,
  longestTenureDays: 365,
  promotionNeedsApproval: true,
  cutBeforeGrant: false,
};

/** What is to be said of a profile so that `completeProfile` gives it again. */
export function differenceFromProduction(profile: RiskProfile): RiskProfileProps {
  return Object.fromEntries(Object.entries(profile).filter(([name, value]) => value !== PRODUCTION_PROFILE[name as keyof RiskProfile]));
}

const RANGES: Record<'longestTenureDays' | 'longestSessionMinutes' | 'reviewIntervalDays' | 'longestIdleDays', [number, number]> = {
  longestTenureDays: [1, 3650],
  // IAM's limits of MaxSessionDuration. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
  longestSessionMinutes: [60, 720],
  reviewIntervalDays: [1, 3650],
  longestIdleDays: [1, 3650],
};

/**
 * Completes a profile with production's values.
 *
 * @throws InvalidInputError `RiskProfileInvalid`
 */
export function completeProfile(props: RiskProfileProps): RiskProfile {
  // An optional that is given as undefined must not erase the default.
  const given = Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
  const profile: RiskProfile = { ...PRODUCTION_PROFILE, ...given };
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = profile[name as keyof typeof RANGES];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidInputError('RiskProfileInvalid', `${name} ${shown(value)} is not allowed: use a whole number from ${least} to ${most}`);
    }
  }
  return profile;
}
