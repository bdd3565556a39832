import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { DeniedRegistry } from '../access-rules/registry-reach';
import { generatedLogGroups } from '../agent-runtime/lambda-log-groups';
import { registryResources, RegistryResources } from '../guards/registry-resources';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';
import { registriesMeant, stacksOfRegistry } from '../lifecycle-registry/registries';
import { factsOf } from '../lifecycle-registry/registry-facts';
import { literalUpkeep } from '../lifecycle-registry/registry-upkeep';

const SECRETS = new WeakMap<IConstruct, string>();
const RESOURCES = new WeakMap<IConstruct, { key: string; resources: RegistryResources }>();

/** The registry, with what one of its agents may not access. */
export function deniedRegistry(agent: IConstruct, agentName: string, registry: ILifecycleRegistry, readsFleet: boolean): DeniedRegistry {
  return {
    resources: resourcesOf(registry),
    ownSecrets: `secret:${registry.registryName}/${agentName}/*`,
    ownLogGroups: `log-group:${generatedLogGroups(Stack.of(agent))}:*`,
    readsFleet,
  };
}

/** ARN of the secrets of all agents, as the guards contain it. */
export function secretsOf(registry: ILifecycleRegistry): string {
  const secrets = SECRETS.get(registry) ?? registryResources(factsOf(registry).names, Stack.of(registry), []).secrets;
  SECRETS.set(registry, secrets);
  return secrets;
}

/** Computed once for all agents. A reference may be created before its registry. */
function resourcesOf(registry: ILifecycleRegistry): RegistryResources {
  const stackNames = stacksOfRegistry(registry, registry.registryName).map(({ stackName }) => stackName).filter((name) => !Token.isUnresolved(name));
  const key = stackNames.join();
  const made = RESOURCES.get(registry);
  if (made?.key === key) {
    return made.resources;
  }
  const known = (text: string): string => (Token.isUnresolved(text) ? '*' : text);
  const { partition, region, account } = Stack.of(registry);
  const place = { partition: known(partition), region: known(region), account: known(account) };
  const upkeep = registriesMeant(registry, registry.registryName).flatMap(literalUpkeep);
  const resources = registryResources(factsOf(registry).names, place, stackNames, upkeep);
  RESOURCES.set(registry, { key, resources });
  return resources;
}
