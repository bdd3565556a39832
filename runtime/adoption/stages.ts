import { ENVIRONMENT } from '../../src/contract/environment';
import { RegistryNames } from '../../src/contract/registry-names';
import { AgentStage } from '../../src/core';
import { InvalidInputError, reasonOf } from '../../src/core/errors';
import { STAGE_NAME } from '../../src/core/name-forms';
import { completeProfile, RiskProfile } from '../../src/core/risk-profile';
import { shown } from '../../src/core/shown';
import { InventorySource } from '../inventory';

/** A stage that a row may name. */
export interface StageOfRegistry {
  readonly name: string;
  readonly profile: RiskProfile;
}

/** The stages of every registry that lists none of its own. */
export const STANDARD_STAGES: readonly StageOfRegistry[] = [AgentStage.TEST, AgentStage.STAGING, AgentStage.PRODUCTION];

const LAMBDA_API = '2015-03-31';

/**
 * The stages of a registry in which agents may join, as its engine has them: one call of `lambda:GetFunctionConfiguration`.
 *
 * @throws InvalidInputError `RegistryNotFound`, `StagesUnreadable`
 */
export async function stagesOf({ plain, account, region }: Pick<InventorySource, 'plain' | 'account' | 'region'>, registry: string): Promise<StageOfRegistry[]> {
  const { lifecycleFunction } = new RegistryNames(registry);
  const found = await plain.rest('lambda', [LAMBDA_API, 'functions', lifecycleFunction, 'configuration']).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') {
      throw new InvalidInputError('RegistryNotFound', `there is no registry ${shown(registry)} in account ${account}, ${region}: name the registry with --registry and its home region with --region, or leave out --own-stages`);
    }
    throw error;
  }) as { Environment?: { Variables?: Record<string, string> } };
  return readStages(found.Environment?.Variables?.[ENVIRONMENT.stages], lifecycleFunction);
}

/** Agents join in no stage in which access may only be narrowed. */
function readStages(text: string | undefined, from: string): StageOfRegistry[] {
  try {
    return Object.entries(JSON.parse(text ?? '') as Record<string, Partial<RiskProfile>>).map(([name, profile]) => {
      if (!STAGE_NAME.test(name)) {
        throw new Error(`the name ${shown(name)}`);
      }
      return { name, profile: completeProfile(profile) };
    }).filter(({ profile }) => !profile.onlyNarrows);
  } catch (error) {
    throw new InvalidInputError('StagesUnreadable', `the function ${from} has no stages of a registry (${reasonOf(error)}): deploy the registry with the version of the library that this command is of`, { cause: error });
  }
}
