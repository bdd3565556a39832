import { IConstruct } from 'constructs';
import { AgentNaming } from './agent-naming';
import { RegistryNames, RegistryPlace } from '../../contract/registry-names';
import { ResidueKind } from '../../contract/residue';
import { AgentStage } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

/**
 * What an agent's construct needs to know of its registry. It is not part of the public API. Everything follows from the registry's name and place.
 */
export interface RegistryFacts {
  readonly names: RegistryNames;
  readonly place: RegistryPlace;
  readonly naming: AgentNaming;
  /** The stages that agents may be in. */
  readonly stages: AgentStage[];
  /** These, and those that only agents of other accounts are in. */
  readonly definedStages: AgentStage[];
  /** Its region, as a reference states it. */
  readonly homeRegion?: string;
  /** Whether the registry has an `AccessCertification`. Absent for a registry of another app. */
  isCertified?: () => boolean;
  /** Kinds of residue that the registry wipes. Absent for a registry of another app. */
  wipes?: readonly ResidueKind[];
  /** The clusters in which its function for revokers may run statements, by `clusterKey`. Absent for a registry of another app. */
  databases?: readonly string[];
  /** Whether the registry notifies people. Absent for a registry of another app. */
  notifiesPeople?: boolean;
  /** Whether the registry makes access keys. Absent for a registry of another app. */
  makesAccessKeys?: boolean;
  /** Whether the registry makes API keys of Bedrock. Absent for a registry of another app. */
  makesBedrockApiKeys?: boolean;
}

/** A global symbol, so that two copies of this library share it. */
const FACTS = Symbol.for('cdk-nhi-lifecycle.registry-facts');

export function setFacts(registry: IConstruct, facts: RegistryFacts): void {
  Object.defineProperty(registry, FACTS, { value: facts });
}

export function hasFacts(construct: IConstruct): boolean {
  return FACTS in construct;
}

/** @throws InvalidInputError `RegistryForeign` for something that only has the shape of a registry */
export function factsOf(registry: IConstruct): RegistryFacts {
  const facts = (registry as { [FACTS]?: RegistryFacts } | undefined)?.[FACTS];
  if (facts === undefined) {
    throw new InvalidInputError('RegistryForeign', `${(registry as Partial<IConstruct> | undefined)?.node?.path ?? shown(registry)} is not a registry of this library: use a LifecycleRegistry, or LifecycleRegistry.fromRegistryName()`);
  }
  return facts;
}
