import { InvalidInputError } from './errors';
import { shown } from './shown';
import { requirePlainText } from './text';

const [SHORTEST, LONGEST] = [10, 500];

/**
 * Checks and returns an operator's reason, unchanged. The reason is stored in the ledger.
 *
 * @throws InvalidInputError `ReasonInvalid`, and the codes of `requirePlainText`
 */
export function requireReason(reason: string): string {
  const text = requirePlainText('the reason', reason);
  if (text.length < SHORTEST || text.length > LONGEST) {
    throw new InvalidInputError('ReasonInvalid', `the reason ${shown(reason)} is not allowed: say why in ${SHORTEST} to ${LONGEST} characters, on one line`);
  }
  return text;
}
