import { isDeepStrictEqual } from 'node:util';
import { Construct } from 'constructs';
import { AgentStage, type Expiry, type RiskProfile } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { requireStageList } from '../../core/value-classes';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';
import { factsOf } from '../lifecycle-registry/registry-facts';
import { declarableStages } from '../lifecycle-registry/registry-stages';

/**
 * Fails with `StageUnknown` for a stage that the registry's agents may not be in, and with `StageDiffers` for one that the registry defines with another profile.
 *
 * @internal
 */
export function requireAccepted(agent: Construct, registry: ILifecycleRegistry, stage: AgentStage): void {
  const { stages, definedStages } = factsOf(registry);
  requireOneOf(agent, registry, stages, [stage], definedStages.some(({ name }) => name === stage.name)
    ? 'deploy the agent to the account of that stage, or add the stage to the acceptedStages of the registry'
    : 'or add it to the registry\'s stages');
}

/**
 * The same for stages that access is declared for, whose names it returns. Agents of the registry need not be in them: their access stays dormant in this account.
 *
 * @internal
 */
export function declaredNames(agent: Construct, registry: ILifecycleRegistry, stages: readonly AgentStage[]): string[] {
  requireOneOf(agent, registry, declarableStages(factsOf(registry).definedStages), stages, 'or add it to the registry\'s stages');
  return stages.map(({ name }) => name);
}

function requireOneOf(
  agent: Construct, registry: ILifecycleRegistry, allowed: readonly AgentStage[], stages: readonly AgentStage[], otherwise: string,
): void {
  for (const stage of withPath(agent, () => requireStageList('stages', stages))) {
    const known = allowed.find(({ name }) => name === stage.name);
    if (known === undefined) {
      throw new InvalidInputError('StageUnknown',
        `${agent.node.path}: the registry ${registry.registryName} has no stage ${shown(stage.name)}: use ${allowed.map(({ name }) => name).join(', ')}, ${otherwise}`);
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
