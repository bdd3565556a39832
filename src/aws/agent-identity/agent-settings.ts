import { Construct } from 'constructs';
import { AgentDefaults } from './agent-defaults';
import { requireClasses } from './given-classes';
import { ManagedAgentIdentityProps } from './managed-agent-identity-props';
import { requireBoundaryArn } from './permissions-boundary';
import { validateAgentName } from '../../core/agent-name';
import { requirePurpose } from '../../core/purpose';
import { required, withPath } from '../../core/scope';
import { factsOf } from '../lifecycle-registry/registry-facts';

/** What is declared of an agent, with the defaults of its scope, checked. */
export function agentSettings(scope: Construct, props: ManagedAgentIdentityProps) {
  const defaults = AgentDefaults.of(scope)._merged();
  requireClasses(scope, props, defaults);
  const registry = required(scope, 'registry', props.registry ?? defaults.registry, 'RegistryMissing');
  const sponsor = required(scope, 'sponsor', props.sponsor ?? defaults.sponsor, 'SponsorMissing');
  const stage = required(scope, 'stage', props.stage ?? defaults.stage, 'StageMissing');
  const expires = required(scope, 'expires', props.expires ?? defaults.expires, 'ExpiryMissing');
  const agentName = withPath(scope, () => validateAgentName(props.agentName));
  const purpose = withPath(scope, () => requirePurpose(props.purpose));
  const { names, place, naming } = factsOf(registry);
  const ofRole = withPath(scope, () => naming._placeOf(registry.registryName, agentName, stage.name));
  const permissionsBoundary = props.permissionsBoundary ?? defaults.permissionsBoundary;
  requireBoundaryArn(scope, permissionsBoundary);
  return {
    registry,
    sponsor,
    stage,
    expires,
    agentName,
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
