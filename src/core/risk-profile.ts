import { InvalidInputError } from './errors';
import { type TargetedRiskAnalysis, validateRiskAnalysis } from './risk-analysis';
import { shown } from './shown';

/** What a stage demands of its agents, as registry and engine store it. */
export interface RiskProfile {
  /** How far ahead an agent's end may be when it joins, moves or is extended, in days. */
  readonly maxTenureDays: number;
  /** Longest session, in minutes, 60 to 720. */
  readonly maxSessionMinutes: number;
  /** Whether keys without an expiry are allowed. On AWS nothing issues one. */
  readonly longLivedKeysAllowed: boolean;
  /** Whether the principal is denied before its successor in another stage is granted access. Otherwise it works until compute has moved. */
  readonly cutBeforeGrant: boolean;
  /** How long an agent may be unused, in days. */
  readonly maxIdleDays: number;
  /** How old a credential may get that CloudFormation made for an agent, before its sponsor is asked to replace it, in days. */
  readonly maxKeyAgeDays: number;
  /** How many of sponsor and backup must be active people when an agent joins or moves, 1 or 2. Checked if the registry has a directory. */
  readonly minimumSponsors: number;
  /** How often the sponsor reviews the agent's access, in days. */
  readonly reviewIntervalDays: number;
  /** Whether two people must keep an item of a review before it counts. */
  readonly twoReviewers: boolean;
  /** Whether a move or a join into the stage needs the approval of the sponsor or the backup. */
  readonly requiresApproval: boolean;
  /** Whether what an agent may do, who may assume its role and its end can only be narrowed. */
  readonly onlyNarrows: boolean;
  /** Which risk justifies the interval of the reviews. Absent if nobody said so. */
  readonly targetedRiskAnalysis?: TargetedRiskAnalysis;
}

export const TEST_PROFILE: RiskProfile = {
  maxTenureDays: 180,
  maxSessionMinutes: 60,
  longLivedKeysAllowed: true,
  cutBeforeGrant: true,
  maxIdleDays: 30,
  maxKeyAgeDays: 90,
  minimumSponsors: 1,
  reviewIntervalDays: 90,
  twoReviewers: false,
  requiresApproval: false,
  onlyNarrows: false,
};
export const STAGING_PROFILE: RiskProfile = { ...TEST_PROFILE, longLivedKeysAllowed: false };
export const PRODUCTION_PROFILE: RiskProfile = { ...STAGING_PROFILE, maxTenureDays: 365, cutBeforeGrant: false, maxIdleDays: 90, minimumSponsors: 2 };
export const PILOT_PROFILE: RiskProfile = { ...PRODUCTION_PROFILE, maxTenureDays: 90, maxIdleDays: 30, reviewIntervalDays: 30 };
// IAM allows no shorter session than an hour.
export const DEPRECATED_PROFILE: RiskProfile = {
  ...PRODUCTION_PROFILE, maxTenureDays: 180, maxSessionMinutes: 60, maxIdleDays: 30, onlyNarrows: true,
};

/** The members of a profile that differ from production. `completeProfile` restores the profile from them. */
export function differenceFromProduction(profile: RiskProfile): Partial<RiskProfile> {
  return Object.fromEntries(Object.entries(profile).filter(([name, value]) => value !== PRODUCTION_PROFILE[name as keyof RiskProfile]));
}

const RANGES: Record<'maxTenureDays' | 'maxSessionMinutes' | 'maxIdleDays' | 'maxKeyAgeDays' | 'minimumSponsors' | 'reviewIntervalDays', [number, number]> = {
  maxTenureDays: [1, 3650],
  // IAM's limits of MaxSessionDuration. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
  maxSessionMinutes: [60, 720],
  // IAM tracks the last use for 400 days. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
  maxIdleDays: [1, 366],
  maxKeyAgeDays: [1, 366],
  minimumSponsors: [1, 2],
  reviewIntervalDays: [1, 366],
};

/**
 * Completes a profile with production's values.
 *
 * @throws InvalidInputError `RiskProfileInvalid`, and the codes of `validateRiskAnalysis`
 */
export function completeProfile(given: Partial<RiskProfile>): RiskProfile {
  // A property with the value undefined must not replace the default.
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const profile: RiskProfile = { ...PRODUCTION_PROFILE, ...known };
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = profile[name as keyof typeof RANGES];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidInputError('RiskProfileInvalid', `${name} ${shown(value)} is not allowed: use a whole number from ${least} to ${most}`);
    }
  }
  for (const name of ['longLivedKeysAllowed', 'cutBeforeGrant', 'twoReviewers', 'requiresApproval', 'onlyNarrows'] as const) {
    if (typeof profile[name] !== 'boolean') {
      throw new InvalidInputError('RiskProfileInvalid', `${name} ${shown(profile[name])} is not allowed: use true or false`);
    }
  }
  if (profile.targetedRiskAnalysis !== undefined) {
    validateRiskAnalysis(profile.targetedRiskAnalysis);
  }
  return profile;
}
