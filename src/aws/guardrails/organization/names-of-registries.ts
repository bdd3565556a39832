import { Construct } from 'constructs';
import { RegistryNames, validateRegistryName } from '../../../contract/registry-names';
import { requireInstance } from '../../../core/instance';
import { requireLiteral } from '../../../core/literal';
import { DEFAULT_REGISTRY_NAME } from '../../../core/name-forms';
import { withPath } from '../../../core/scope';
import { AgentNaming } from '../../lifecycle-registry';

/** The names of the registries of an organization's accounts. */
export function namesOfRegistries(
  scope: Construct, registryName: string = DEFAULT_REGISTRY_NAME, naming: AgentNaming = AgentNaming.standard(),
): RegistryNames {
  return withPath(scope, () => {
    const checked = requireInstance('naming', naming, AgentNaming, 'AgentNaming.of()');
    const name = validateRegistryName(requireLiteral('the registry name', registryName));
    return new RegistryNames(name, checked.rootPath(name));
  });
}
