import { InvalidInputError } from './errors';
import { shown } from './shown';

const TOKEN = /[$#]\{(?:Tf)?Token\[/;

/** Whether a text is a placeholder of CDK or CDKTF, whose value is known only at deployment. */
export function looksLikeToken(value: string): boolean {
  return TOKEN.test(value);
}

/**
 * Returns the text if it is a literal.
 *
 * @throws InvalidInputError `LiteralRequired` for a token, `TextRequired` for anything but a text
 */
export function requireLiteral(what: string, value: string): string {
  if (typeof value !== 'string') {
    throw new InvalidInputError('TextRequired', `${what} must be a text, received ${shown(value)}`);
  }
  if (looksLikeToken(value)) {
    throw new InvalidInputError('LiteralRequired', `${what} must be known at synthesis, received the token ${shown(value)}: write it out`);
  }
  return value;
}
