import { InvalidInputError } from './errors';
import { requireLiteral } from './literal';
import { completeProfile, PRODUCTION_PROFILE, RiskProfile, RiskProfileProps, STAGING_PROFILE, TEST_PROFILE } from './risk-profile';
import { shown } from './shown';

// No hyphen, so that <agentName>-<stage> can be read one way only; 15, so that a role name never passes IAM's 64 characters.
const STAGE_NAME = /^[a-z][a-z0-9]{1,14}$/;
const BUILT_IN = ['test', 'staging', 'production'];

/** Where in its life an agent is: what it may reach, and what is demanded of it. */
export class AgentStage {
  /** Trying out: cut before its successor is granted. */
  public static readonly TEST = new AgentStage('test', TEST_PROFILE);
  /** Last rehearsal: as test, without long-lived keys. */
  public static readonly STAGING = new AgentStage('staging', STAGING_PROFILE);
  /** The real thing: kept until compute has moved. */
  public static readonly PRODUCTION = new AgentStage('production', PRODUCTION_PROFILE);

  /**
   * A stage of your own; the registry must know it (`stages`).
   *
   * Fails with `StageNameInvalid`, `StageNameReserved` or `RiskProfileInvalid`.
   *
   * @param name 2-15 of [a-z0-9], beginning with a letter
   * @param profile what it demands; what is left out is as in production
   */
  public static of(name: string, profile: RiskProfileProps = {}): AgentStage {
    if (!STAGE_NAME.test(requireLiteral('the stage name', name))) {
      throw new InvalidInputError('StageNameInvalid', `stage name ${shown(name)} is not allowed: use 2-15 of [a-z0-9], beginning with a letter`);
    }
    if (BUILT_IN.includes(name)) {
      throw new InvalidInputError('StageNameReserved', `stage name ${shown(name)} is built in: use AgentStage.${name.toUpperCase()}, or another name`);
    }
    return new AgentStage(name, completeProfile(profile));
  }

  private constructor(
    /** Name of the stage, such as `test`. */
    public readonly name: string,
    /** What it demands of its agents. */
    public readonly profile: RiskProfile,
  ) {}

  /** The name. */
  public toString(): string {
    return this.name;
  }
}
