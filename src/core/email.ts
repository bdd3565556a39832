import { InvalidInputError } from './errors';
import { requireLiteral } from './literal';
import { shown } from './shown';

// RFC 5321 restricted to what an IAM tag can contain: no quotes, no unusual local parts, a domain with a dot. Lengths: 4.5.3.1.
const EMAIL = /^(?=.{6,254}$)(?=[^@]{1,64}@)[A-Za-z0-9_+=/-]+(?:\.[A-Za-z0-9_+=/-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$/;

/**
 * Checks and returns a mail address that a tag can store unchanged.
 *
 * @throws InvalidInputError `EmailInvalid`, `LiteralRequired`
 */
export function validateEmail(what: string, email: string): string {
  if (!EMAIL.test(requireLiteral(what, email))) {
    throw new InvalidInputError('EmailInvalid', `${what} ${shown(email)} is not a mail address that can be kept in a tag: use name@domain.tld of letters, digits and _.+=/-`);
  }
  return email;
}
