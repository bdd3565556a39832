import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';

/**
 * Checks and returns the number of an organization.
 *
 * @throws InvalidInputError `OrganizationInvalid`, `LiteralRequired`
 */
export function requireOrganization(number: string): string {
  if (!/^[1-9]\d{4,18}$/.test(requireLiteral('the organization', number))) {
    throw new InvalidInputError('OrganizationInvalid', `the organization ${shown(number)} is not a number: use one such as 123456789012, as gcloud organizations list prints it`);
  }
  return number;
}
