import { InvalidInputError } from './errors';
import { shown } from './shown';
import { requirePlainText } from './text';

const LONGEST_PURPOSE = 256;

/**
 * Checks and returns an agent's purpose, unchanged.
 *
 * @throws InvalidInputError `PurposeInvalid`, and the codes of `requirePlainText`
 */
export function requirePurpose(purpose: string): string {
  if (requirePlainText('the purpose', purpose) === '' || purpose.length > LONGEST_PURPOSE) {
    throw new InvalidInputError('PurposeInvalid', `the purpose ${shown(purpose)} is not allowed: say in 1-${LONGEST_PURPOSE} characters what the agent is for`);
  }
  return purpose;
}
