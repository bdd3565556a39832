import { InvalidInputError } from './errors';
import { requireLiteral } from './literal';
import { shown } from './shown';

const LONGEST_PURPOSE = 256;

/**
 * Returns what an agent is for, trimmed.
 *
 * @throws InvalidInputError `PurposeInvalid`, `LiteralRequired`
 */
export function requirePurpose(purpose: string): string {
  if (requireLiteral('the purpose', purpose).trim() === '' || purpose.length > LONGEST_PURPOSE || /\p{C}/u.test(purpose)) {
    throw new InvalidInputError('PurposeInvalid', `the purpose ${shown(purpose)} is not allowed: say in 1-${LONGEST_PURPOSE} characters, on one line, what the agent is for`);
  }
  return purpose.trim();
}
