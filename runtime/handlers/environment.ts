import { InvalidInputError } from '../../src/core/errors';
import { completeProfile, RiskProfile, RiskProfileProps } from '../../src/core/risk-profile';

/** What the construct sets on the functions. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new InvalidInputError('EnvironmentMissing', `the environment variable ${name} is not set: deploy the registry again`);
  }
  return value;
}

/** What each stage of the registry demands of its agents. */
export function stageProfiles(): ReadonlyMap<string, RiskProfile> {
  const stages = JSON.parse(required('STAGES')) as Record<string, RiskProfileProps>;
  return new Map(Object.entries(stages).map(([name, props]) => [name, completeProfile(props)]));
}

export function optionalNumber(name: string): number | undefined {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : Number(value);
}
