import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../../core/errors';
import { shown } from '../../../core/shown';

/**
 * Requires a literal text of a form. A token could contain anything, a wildcard too.
 *
 * @throws InvalidInputError with the given code
 */
export function requireText(scope: Construct, code: string, what: string, value: string, form: RegExp, words: string): string {
  if (typeof value !== 'string' || Token.isUnresolved(value) || !form.test(value)) {
    throw new InvalidInputError(code, `${scope.node.path}: ${what} ${shown(value)} is not allowed: give ${words}, literally`);
  }
  return value;
}
