import { Construct } from 'constructs';
import { AdoptedAgentIdentityProps } from './adopted-agent-identity-props';
import { AgentDefaults } from './agent-defaults';
import { requireClasses } from './given-classes';
import { ManagedAgentIdentityProps } from './managed-agent-identity-props';
import { requireBoundaryArn } from './permissions-boundary';
import { claimPlacement } from './placements';
import { requireAccepted, requireReviews } from './registry-fit';
import { requireSamePlace } from './registry-place';
import { declareAgentIn } from './stacks-of-agents';
import { validateAgentName } from '../../core/agent-name';
import { requirePurpose } from '../../core/purpose';
import { required, withPath } from '../../core/scope';
import { factsOf } from '../lifecycle-registry/registry-facts';

type Defaults = ReturnType<AgentDefaults['_merged']>;

/** What every agent declares, with the defaults of its scope, checked. */
export function declaredSettings(scope: Construct, props: ManagedAgentIdentityProps | AdoptedAgentIdentityProps, defaults: Defaults) {
  const registry = required(scope, 'registry', props.registry ?? defaults.registry, 'RegistryMissing');
  const sponsor = required(scope, 'sponsor', props.sponsor ?? defaults.sponsor, 'SponsorMissing');
  const stage = required(scope, 'stage', props.stage ?? defaults.stage, 'StageMissing');
  const expires = required(scope, 'expires', props.expires ?? defaults.expires, 'ExpiryMissing');
  const agentName = withPath(scope, () => validateAgentName(props.agentName));
  return { registry, sponsor, stage, expires, agentName };
}

/** What an agent with a role of its own declares besides. Claims its name. */
export function agentSettings(scope: Construct, props: ManagedAgentIdentityProps) {
  const defaults = AgentDefaults.of(scope)._merged();
  requireClasses(scope, props, defaults);
  const declared = declaredSettings(scope, props, defaults);
  const { registry, agentName, stage } = declared;
  const purpose = withPath(scope, () => requirePurpose(props.purpose));
  const { names, place, naming } = factsOf(registry);
  const ofRole = withPath(scope, () => naming._placeOf(registry.registryName, agentName, stage.name));
  const permissionsBoundary = props.permissionsBoundary ?? defaults.permissionsBoundary;
  requireBoundaryArn(scope, permissionsBoundary);
  requireAccepted(scope, registry, stage);
  requireSamePlace(scope, registry);
  requireReviews(scope, registry, declared.expires);
  claimPlacement(scope, registry.registryName, agentName, stage.name);
  declareAgentIn(scope);
  return {
    ...declared,
    purpose,
    names,
    place,
    naming,
    ofRole,
    permissionsBoundary,
    runtime: (props.runtime ?? defaults.runtime)!,
    expectedUse: props.expectedUseAtLeastEvery ?? defaults.expectedUseAtLeastEvery,
  };
}
