import { InvalidInputError } from './errors';
import { requireLiteral } from './literal';
import { shown } from './shown';
import { UNSEEN } from './unseen';

/** CloudFormation puts a value in its place: a secret would reach tags, the ledger and mails. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
export const DYNAMIC_REFERENCE = /\{\{\s*resolve\s*:/i;

/**
 * Checks that a text is displayed as given everywhere (in templates, tags, ledger, mails, pages and terminals), and returns it unchanged.
 *
 * @throws InvalidInputError `TextRequired`, `LiteralRequired`, `DynamicReference`, `TextNotPlain`
 */
export function requirePlainText(what: string, text: string): string {
  if (DYNAMIC_REFERENCE.test(requireLiteral(what, text))) {
    throw new InvalidInputError('DynamicReference', `${what} ${shown(text)} holds a dynamic reference, which CloudFormation would replace by a value, such as a secret: write the text out`);
  }
  if (UNSEEN.test(text)) {
    throw new InvalidInputError('TextNotPlain', `${what} ${shown(text)} holds line breaks, control characters or marks that no one sees: write one line of visible characters`);
  }
  if (text !== text.trim()) {
    throw new InvalidInputError('TextNotPlain', `${what} ${shown(text)} begins or ends with a space: remove it`);
  }
  return text;
}
