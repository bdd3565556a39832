import { isDeepStrictEqual } from 'node:util';
import { Stack, Stage, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AgentStage, type Expiry, type RiskProfile } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { requireStageList } from '../../core/value-classes';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';
import { factsOf } from '../lifecycle-registry/registry-facts';

/**
 * Fails with `StageUnknown` for a stage that the registry does not define, and with `StageDiffers` for one that it defines with another profile.
 *
 * @internal
 */
export function requireStages(agent: Construct, registry: ILifecycleRegistry, stages: readonly AgentStage[]): void {
  const { stages: ofRegistry } = factsOf(registry);
  for (const stage of withPath(agent, () => requireStageList('stages', stages))) {
    const known = ofRegistry.find(({ name }) => name === stage.name);
    if (known === undefined) {
      throw new InvalidInputError('StageUnknown',
        `${agent.node.path}: the registry ${registry.registryName} has no stage ${shown(stage.name)}: use ${ofRegistry.map(({ name }) => name).join(', ')}, or add it to the registry's stages`);
    }
    if (!isDeepStrictEqual(demandsOf(known), demandsOf(stage))) {
      throw new InvalidInputError('StageDiffers',
        `${agent.node.path}: stage ${stage.name} demands ${JSON.stringify(stage.profile)} here, and ${JSON.stringify(known.profile)} in the registry ${registry.registryName}, which applies: use the same AgentStage for both`);
    }
  }
}

/** What an agent's template depends on. A risk analysis is done again each year, and an approval is the registry's matter: neither must break the agents' apps. */
function demandsOf({ profile }: AgentStage): Omit<RiskProfile, 'targetedRiskAnalysis' | 'requiresApproval'> {
  const { targetedRiskAnalysis: _analysis, requiresApproval: _approval, ...demands } = profile;
  return demands;
}

/**
 * Fails with `RegistryOutsideStage` or `RegistryElsewhere`. CloudFormation invokes only functions of its own region, and the ledger belongs to one account.
 *
 * @internal
 */
export function requireSamePlace(agent: Construct, registry: ILifecycleRegistry): void {
  const [own, home] = [Stack.of(agent), Stack.of(registry)];
  if (Stage.of(agent) !== Stage.of(registry)) {
    throw new InvalidInputError('RegistryOutsideStage',
      `${agent.node.path}: the agent is in a Stage, and its registry ${registry.registryName} at ${registry.node.path} isn't: a construct in a Stage can't depend on one outside it; use LifecycleRegistry.fromRegistryName() in the Stage`);
  }
  for (const what of ['account', 'region'] as const) {
    if (!Token.isUnresolved(own[what]) && !Token.isUnresolved(home[what]) && own[what] !== home[what]) {
      throw new InvalidInputError('RegistryElsewhere',
        `${agent.node.path}: the agent is in ${what} ${own[what]}, its registry ${registry.registryName} in ${home[what]}: use the registry of the agent's own account and region`);
    }
  }
}

/**
 * Synthesis fails with `CertificationMissing` if the agent's end needs reviews, and its registry, created in this app, has none. The engine refuses to let an agent join a registry of another app
 * that has none. Checked at the end, because the reviews may be created after the agent.
 *
 * @internal
 */
export function requireReviews(agent: Construct, registry: ILifecycleRegistry, expires: Expiry): void {
  if (expires.needsCertification) {
    agent.node.addValidation({
      validate: () => factsOf(registry).isCertified?.() === false
        ? [`CertificationMissing: ${agent.node.path}: its access ends unless a review carries it on, and the registry ${registry.registryName} has no reviews: add new AccessCertification(...) to it, or use Expiry.on()`]
        : [],
    });
  }
}
