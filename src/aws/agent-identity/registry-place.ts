import { CfnRule, Fn, Stack, Stage, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../core/errors';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';
import { registriesMeant } from '../lifecycle-registry/registries';
import { factsOf } from '../lifecycle-registry/registry-facts';

/**
 * Fails with `RegistryOutsideStage` or `RegistryElsewhere`. CloudFormation invokes only functions of its own region, and the ledger belongs to one account. If the region of the agent's stack is known
 * only at deployment, CloudFormation refuses the stack.
 *
 * @internal
 */
export function requireSamePlace(agent: Construct, registry: ILifecycleRegistry): void {
  const own = Stack.of(agent);
  if (Stage.of(agent) !== Stage.of(registry)) {
    throw new InvalidInputError('RegistryOutsideStage',
      `${agent.node.path}: the agent is in a Stage, and its registry ${registry.registryName} at ${registry.node.path} isn't: a construct in a Stage can't depend on one outside it; use LifecycleRegistry.fromRegistryName() in the Stage`);
  }
  for (const what of ['account', 'region'] as const) {
    const homes = what === 'region' ? homeRegions(registry) : [Stack.of(registry).account].filter(isLiteral);
    if (isLiteral(own[what]) && homes.length > 0 && !homes.includes(own[what])) {
      throw new InvalidInputError('RegistryElsewhere',
        `${agent.node.path}: the agent is in ${what} ${own[what]}, its registry ${registry.registryName} in ${homes.join(', ')}: use the registry of the agent's own account and region; `
        + 'a stack of another region names the agent by ManagedAgentIdentity.fromAgentName()');
    }
  }
  if (!isLiteral(own.region)) {
    refuseOtherRegions(own, registry);
  }
}

/** Where the registry is, as far as that is known: as the reference states it, or where this app creates it. */
function homeRegions(registry: ILifecycleRegistry): string[] {
  const { homeRegion } = factsOf(registry);
  const made = homeRegion === undefined ? registriesMeant(registry, registry.registryName).map((one) => Stack.of(one).region) : [homeRegion];
  const known = made.length > 0 ? made : [Stack.of(registry).region];
  return known.every(isLiteral) ? [...new Set(known)] : [];
}

function refuseOtherRegions(stack: Stack, registry: ILifecycleRegistry): void {
  const homes = homeRegions(registry);
  const id = `RegistryRegion-${registry.registryName}`;
  if (homes.length === 0 || stack.node.tryFindChild(id) !== undefined) {
    return;
  }
  new CfnRule(stack, id, {
    assertions: [{
      assert: Fn.conditionContains(homes, stack.region),
      assertDescription: `RegistryElsewhere: the agents of this stack belong to the registry ${registry.registryName} in ${homes.join(', ')}: deploy the stack there`,
    }],
  });
}

function isLiteral(text: string): boolean {
  return !Token.isUnresolved(text);
}
