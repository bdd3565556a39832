import type { Duration } from 'aws-cdk-lib';
import { InvalidInputError } from './errors';
import { requireLiteral } from './literal';
import { STAGE_NAME } from './name-forms';
import type { TargetedRiskAnalysis } from './risk-analysis';
import { completeProfile, DEPRECATED_PROFILE, PILOT_PROFILE, PRODUCTION_PROFILE, RiskProfile, STAGING_PROFILE, TEST_PROFILE } from './risk-profile';
import { shown } from './shown';

const BUILT_IN = ['test', 'staging', 'pilot', 'production', 'deprecated'];

/** Risk profile of your own stage. Properties that are left out have the values of production. */
export interface StageProfile {
  /**
   * The longest time until an agent's end when the agent joins, moves or is extended: whole days, up to 3,650.
   *
   * @default Duration.days(365)
   */
  readonly maxTenure?: Duration;

  /**
   * The longest session of an agent's role: whole minutes, 60 to 720.
   *
   * @default Duration.hours(1)
   */
  readonly maxSessionDuration?: Duration;

  /**
   * Whether keys that don't expire are allowed. On AWS the library never issues one.
   *
   * @default false
   */
  readonly longLivedKeysAllowed?: boolean;

  /**
   * Whether, in a move from this stage, the old principal is denied before the new one is granted access. If not, the old principal works until compute has moved.
   *
   * @default false
   */
  readonly cutBeforeGrant?: boolean;

  /**
   * How long an agent may be unused until its sponsor is notified: whole days, up to 366.
   *
   * @default Duration.days(90)
   */
  readonly maxIdle?: Duration;

  /**
   * How old a key of API Gateway, a client of Cognito or a provider of API keys may get until its sponsor is asked for another `generation`: whole days, up to 366. It counts from the deployment that first
   * declared it.
   *
   * @default Duration.days(90)
   */
  readonly maxKeyAge?: Duration;

  /**
   * How many people must be active when an agent joins, moves or gets another sponsor: 1 is the sponsor, 2 is sponsor and backup. Only a registry with a `sponsorDirectory`
   * can check this.
   *
   * @default 2
   */
  readonly minimumSponsors?: number;

  /**
   * How often the sponsor reviews the agent's access, if the registry has `AccessCertification`: whole days, up to 366.
   *
   * @default Duration.days(90)
   */
  readonly reviewInterval?: Duration;

  /**
   * Whether a review keeps access, and a move that needs an approval is approved, only if two people, such as sponsor and backup, decide so. One of them may have deployed what is reviewed.
   *
   * @default false
   */
  readonly twoReviewers?: boolean;

  /**
   * Whether an agent moves, or joins, into the stage only with an approval of exactly what it will be granted, by its sponsor or its backup (by two people with `twoReviewers`). Needs a registry
   * with an `AccessCertification`.
   *
   * @default false
   */
  readonly requiresApproval?: boolean;

  /**
   * Whether an agent in the stage can only lose: its access, the principals that may assume its role and its end can be narrowed by a deployment and not widened, also by the move into the stage. The
   * engine refuses anything else, and a join.
   *
   * @default false
   */
  readonly onlyNarrows?: boolean;

  /**
   * Why `reviewInterval` is as long as it is: which risk was judged, and when. It is part of each campaign's package. Synthesis warns when it is more than 12 months old.
   *
   * @default - none
   */
  readonly targetedRiskAnalysis?: TargetedRiskAnalysis;
}

/** The stage of an agent. It selects the agent's access and the limits that apply to it. */
export class AgentStage {
  /** For trials. In a move the old principal is denied before the new one is granted access. */
  public static readonly TEST = new AgentStage('test', TEST_PROFILE);
  /** The last stage before production: as TEST, without long-lived keys. */
  public static readonly STAGING = new AgentStage('staging', STAGING_PROFILE);
  /** Between staging and production: real work for a short time. As PRODUCTION, with a tenure of 90 days. Only where the registry lists it (`stages`). */
  public static readonly PILOT = new AgentStage('pilot', PILOT_PROFILE);
  /** Production. In a move the old principal works until compute has moved. */
  public static readonly PRODUCTION = new AgentStage('production', PRODUCTION_PROFILE);
  /**
   * On the way out: no new grants, no new callers, no later end, and sessions of an hour. An agent moves into it with the access that it had, or with less. Only where the registry lists it (`stages`).
   */
  public static readonly DEPRECATED = new AgentStage('deprecated', DEPRECATED_PROFILE);

  /**
   * Defines your own stage. The registry must define it too (`stages`).
   *
   * Fails with `StageNameInvalid`, `StageNameReserved`, `RiskProfileInvalid` or `RiskAnalysisInvalid`.
   *
   * @param name 2-15 of [a-z0-9], beginning with a letter
   * @param profile the risk profile; properties that are left out have the values of production
   */
  public static of(name: string, profile: StageProfile = {}): AgentStage {
    if (!STAGE_NAME.test(requireLiteral('the stage name', name))) {
      throw new InvalidInputError('StageNameInvalid', `stage name ${shown(name)} is not allowed: use 2-15 of [a-z0-9], beginning with a letter`);
    }
    if (BUILT_IN.includes(name)) {
      throw new InvalidInputError('StageNameReserved', `stage name ${shown(name)} is built in: use AgentStage.${name.toUpperCase()}, or another name`);
    }
    const { maxTenure, maxSessionDuration, maxIdle, maxKeyAge, reviewInterval, ...others } = profile;
    return new AgentStage(name, completeProfile({
      ...others,
      maxTenureDays: amount('maxTenure', maxTenure, (duration) => duration.toDays({ integral: false })),
      maxIdleDays: amount('maxIdle', maxIdle, (duration) => duration.toDays({ integral: false })),
      maxKeyAgeDays: amount('maxKeyAge', maxKeyAge, (duration) => duration.toDays({ integral: false })),
      reviewIntervalDays: amount('reviewInterval', reviewInterval, (duration) => duration.toDays({ integral: false })),
      maxSessionMinutes: amount('maxSessionDuration', maxSessionDuration, (duration) => duration.toMinutes({ integral: false })),
    }));
  }

  private constructor(
    /** Name of the stage, such as `test`. */
    public readonly name: string,
    /** The risk profile. */
    public readonly profile: RiskProfile,
  ) {}

  /**
   * The same stage, with an approval for each move and join into it (`requiresApproval`). It belongs in the registry's `stages`, where it replaces the built-in stage of that name; agents name the built-in
   * one.
   */
  public withApproval(): AgentStage {
    return new AgentStage(this.name, { ...this.profile, requiresApproval: true });
  }

  /** The name. */
  public toString(): string {
    return this.name;
  }
}

/** A token is not accepted, because its value is known only at deployment. */
function amount(what: string, duration: Duration | undefined, inUnit: (duration: Duration) => number): number | undefined {
  if (duration === undefined || duration === null) {
    return undefined;
  }
  if (typeof duration.isUnresolved !== 'function') {
    throw new InvalidInputError('RiskProfileInvalid', `${what} ${shown(duration)} is not allowed: use a Duration, such as Duration.days(90)`);
  }
  return duration.isUnresolved() ? Number.NaN : inUnit(duration);
}
