import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';

/**
 * Returns the name of a registry.
 *
 * @throws InvalidInputError `RegistryNameInvalid`
 */
export function requireRegistryName(name: string): string {
  if (!/^[a-z](?!.*--)[a-z0-9-]{1,18}[a-z0-9]$/.test(requireLiteral('the registry name', name)) || /goog/.test(name)) {
    throw new InvalidInputError('RegistryNameInvalid', `registry name ${shown(name)} is not allowed: use 3-20 of [a-z0-9-], beginning with a letter, ending with a letter or digit, without -- and goog`);
  }
  return name;
}

/** A topic may not begin with goog; a registry's name doesn't. */
export function topicId(registryName: string): string {
  return `${registryName}-lifecycle`;
}

/** Names of buckets are the world's: the project, which is too, keeps it apart. Colons of old projects aren't allowed there. */
export function bucketName(registryName: string, project: string): string {
  return `${project.replace(/[:.]/g, '-')}-${registryName}-registry`;
}
