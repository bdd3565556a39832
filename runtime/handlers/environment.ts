import { ENVIRONMENT } from '../../src/contract/environment';
import { ResidueKind } from '../../src/contract/residue';
import { RoleNaming } from '../../src/contract/role-names';
import { DEFAULT_TAG_PREFIX } from '../../src/contract/tags';
import { InvalidInputError } from '../../src/core/errors';
import { completeProfile, RiskProfile } from '../../src/core/risk-profile';
import { AgendaSettings } from '../model/agenda-settings';
import { ReviewSettings } from '../model/review';

/** Value of a variable that the registry's construct sets. */
export function required(name: string): string {
  const value = optional(name);
  if (value === undefined) {
    throw new InvalidInputError('EnvironmentMissing', `the environment variable ${name} is not set: deploy the registry again`);
  }
  return value;
}

export function optional(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

/** A number as a property, if the variable is set. */
export function numberAs<K extends string>(key: K, variable: string): { readonly [P in K]?: number } {
  const value = optional(variable);
  return value === undefined ? {} : { [key]: Number(value) } as { [P in K]: number };
}

/** How the registry names the roles of its agents. */
export function roleNaming(): RoleNaming {
  return { namePrefix: optional(ENVIRONMENT.namePrefix) ?? '', generatedNames: optional(ENVIRONMENT.generatedNames) === 'true' };
}

/** Prefix of the keys of agents' tags. */
export function tagPrefix(): string {
  return optional(ENVIRONMENT.tagPrefix) ?? DEFAULT_TAG_PREFIX;
}

/** Kinds of residue that the registry wipes besides what it always wipes. */
export function residues(): ReadonlySet<ResidueKind> {
  return new Set(optional(ENVIRONMENT.wipes)?.split(',') as ResidueKind[] | undefined);
}

/** What each stage of the registry demands of its agents. */
export function stageProfiles(): ReadonlyMap<string, RiskProfile> {
  const stages = JSON.parse(required(ENVIRONMENT.stages)) as Record<string, Partial<RiskProfile>>;
  return new Map(Object.entries(stages).map(([name, props]) => [name, completeProfile(props)]));
}

/** How the agenda is set, with the reviews of an `AccessCertification`. */
export function agendaSettings(): AgendaSettings {
  const reviews = optional(ENVIRONMENT.reviews);
  const settings = JSON.parse(required(ENVIRONMENT.agenda)) as AgendaSettings;
  return reviews === undefined ? settings : { ...settings, review: JSON.parse(reviews) as ReviewSettings };
}
