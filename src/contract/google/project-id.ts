import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';

// https://cloud.google.com/resource-manager/docs/creating-managing-projects, and old projects with a domain before a colon.
const PROJECT = /^(?:(?:[a-z0-9-]+\.)+[a-z]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
// Google rejects new projects with the first and last of these words. `undefined` and `null` come from unset variables.
const RESTRICTED = /google|null|undefined|ssl/;

/**
 * Returns a project's id if its form is valid.
 *
 * @throws InvalidInputError `ProjectIdInvalid`, `LiteralRequired`
 */
export function requireProjectId(what: string, project: string): string {
  const id = requireLiteral(what, project);
  if (!PROJECT.test(id) || RESTRICTED.test(id.slice(id.indexOf(':') + 1))) {
    throw new InvalidInputError('ProjectIdInvalid',
      `${what} ${shown(project)} is no project id that Google allows: use its id, not its name or number: 6-30 of [a-z0-9-], beginning with a letter, not ending with a hyphen, without google, null, undefined and ssl`);
  }
  return id;
}

/**
 * Returns the id of a project in which accounts can be created.
 *
 * @throws InvalidInputError `ProjectWithDomain`, and as `requireProjectId`
 */
export function requireAccountProject(what: string, project: string): string {
  const id = requireProjectId(what, project);
  if (id.includes(':')) {
    throw new InvalidInputError('ProjectWithDomain',
      `${what} ${shown(project)} has a domain: the Google provider plans another address for an account there than Google gives it, and the apply fails half-way; use a project without a domain for agents' accounts. Agents can be granted roles in it`);
  }
  return id;
}
