import { InvalidInputError } from '../core/errors';
import { requireLiteral } from '../core/literal';
import { shown } from '../core/shown';

/**
 * Checks and returns the name of a region, such as `europe-west1`.
 *
 * @throws InvalidInputError `LocationInvalid`, `LiteralRequired`
 */
export function requireRegion(what: string, region: string): string {
  if (!/^[a-z]{2,20}(?:-[a-z]{2,20}){1,2}\d{1,2}$/.test(requireLiteral(what, region))) {
    throw new InvalidInputError('LocationInvalid', `${what} ${shown(region)} is not a region: use one such as europe-west1`);
  }
  return region;
}

/**
 * Checks and returns the name of a location of Cloud Storage: a region, a dual-region such as `EUR4` or a multi-region such as `EU`.
 *
 * @throws InvalidInputError `LocationInvalid`, `LiteralRequired`
 */
export function requireBucketLocation(what: string, location: string): string {
  if (!/^[a-z]{2,20}(?:-[a-z]{2,20})*\d{0,2}$/i.test(requireLiteral(what, location))) {
    throw new InvalidInputError('LocationInvalid', `${what} ${shown(location)} is not a location of Cloud Storage: use one such as EU, EUR4 or europe-west1`);
  }
  return location;
}
