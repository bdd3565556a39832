import { InvalidInputError } from '../core/errors';
import { requireLiteral } from '../core/literal';
import { shown } from '../core/shown';

// https://cloud.google.com/resource-manager/docs/creating-managing-projects: also with the domain that old projects have before a colon.
const PROJECT = /^(?:(?:[a-z0-9-]+\.)+[a-z]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
// Google takes no new project with these; `undefined` and `null` come from variables that were not set.
const RESTRICTED = /google|null|undefined|ssl/;

/**
 * Returns the id of a project, if Google can have one of that name.
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

/** The address of an account: a project with a domain turns it around. */
export function accountEmail(accountId: string, project: string): string {
  const [id, domain] = project.split(':').reverse();
  return `${accountId}@${id}${domain === undefined ? '' : `.${domain}`}.iam.gserviceaccount.com`;
}
