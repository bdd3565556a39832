import { ILifecycleRegistry } from './lifecycle-registry-ref';
import { FORMS, requireProjectId, RESOURCE_NAMES } from '../../contract/google';
import { InvalidInputError } from '../../core/errors';
import { allTexts, Kind, KINDS, requireKind, requireList } from '../../core/kind';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';
import { AgentStage } from '../../core/stage';

export const REGISTRY: Kind<ILifecycleRegistry> = {
  isOne: ({ registryName, project, topicName, bucketName, stages, node }) => (
    allTexts(registryName, project, topicName, bucketName) && Array.isArray(stages) && typeof node === 'object'),
  use: 'new LifecycleRegistry(...) or LifecycleRegistry.fromRegistryName(...)',
};

/**
 * Checks the names of a registry, because anyone can implement the interface.
 *
 * @throws InvalidInputError `RegistryInvalid`
 */
export function requireRegistry(registry: ILifecycleRegistry): ILifecycleRegistry {
  const { registryName, project, bucket: bucketName } = FORMS;
  const forms = { registryName, project, bucketName, topicName: RESOURCE_NAMES.topic.pattern };
  for (const [name, form] of Object.entries(forms)) {
    const value = registry[name as keyof typeof forms];
    if (!form.test(requireLiteral(name, value))) {
      throw new InvalidInputError('RegistryInvalid', `${name} of the registry is ${shown(value)}: use LifecycleRegistry or LifecycleRegistry.fromRegistryName(...)`);
    }
  }
  if (!registry.topicName.startsWith(`projects/${registry.project}/topics/`)) {
    throw new InvalidInputError('RegistryInvalid', `topicName of the registry is ${shown(registry.topicName)}, which is not in its project ${shown(registry.project)}: use a topic of that project`);
  }
  requireStages(registry.stages);
  requireDenyScope(registry.denyScope);
  requireTokenHours(registry.longestTokenHours);
  requireSearch(registry);
  return registry;
}

const LONGEST_TOKEN_HOURS = 12;

/**
 * Checks and returns a scope for deny policies.
 *
 * @throws InvalidInputError `ScopeInvalid`, `LiteralRequired`
 */
export function requireDenyScope(scope: string | undefined): string | undefined {
  if (scope !== undefined && scope !== null && !/^(?:organizations|folders)\/\d+$/.test(requireLiteral('denyScope', scope))) {
    throw new InvalidInputError('ScopeInvalid', `denyScope ${shown(scope)} is no organization and no folder: use one such as organizations/123456789012`);
  }
  return scope ?? undefined;
}

/**
 * Checks and returns where a teardown searches besides the declared places.
 *
 * @throws InvalidInputError `ScopeInvalid`, `ScopeMissing`, `ProjectIdInvalid`, `LiteralRequired`
 */
export function requireSearch({ searchScope, wipedProjects }: Pick<ILifecycleRegistry, 'searchScope' | 'wipedProjects'>) {
  const projects = requireList('wipedProjects', wipedProjects).map((project) => requireProjectId('the project', project));
  if (searchScope === undefined || searchScope === null) {
    if (projects.length > 0) {
      throw new InvalidInputError('ScopeMissing', `wipedProjects names ${projects.join(', ')}, and without searchScope nothing is found there: set searchScope, such as organizations/123456789012`);
    }
    return {};
  }
  if (!FORMS.scope.test(requireLiteral('searchScope', searchScope))) {
    throw new InvalidInputError('ScopeInvalid', `searchScope ${shown(searchScope)} is no organization, folder or project: use one such as organizations/123456789012`);
  }
  return { searchScope, wipedProjects: projects };
}

/**
 * Checks and returns the lifetime of tokens.
 *
 * @throws InvalidInputError `TokenHoursInvalid`
 */
export function requireTokenHours(hours: number | undefined): number | undefined {
  if (hours !== undefined && hours !== null && (!Number.isInteger(hours) || hours < 1 || hours > LONGEST_TOKEN_HOURS)) {
    throw new InvalidInputError('TokenHoursInvalid', `longestTokenHours ${shown(hours)} is not allowed: use a whole number from 1 to ${LONGEST_TOKEN_HOURS}`);
  }
  return hours ?? undefined;
}

/**
 * Checks and returns a list of stages.
 *
 * @throws InvalidInputError `WrongType`
 */
export function requireStages(stages: readonly AgentStage[]): readonly AgentStage[] {
  return requireList('stages', stages).map((stage) => requireKind('the stage', stage, KINDS.stage));
}
