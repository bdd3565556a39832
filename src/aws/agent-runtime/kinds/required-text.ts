import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../../core/errors';
import { shown } from '../../../core/shown';
import { DYNAMIC_REFERENCE } from '../../../core/text';

/**
 * Requires a literal text of a form. A token could contain anything, a wildcard too, and CloudFormation would put a secret in the place of a dynamic reference.
 *
 * @throws InvalidInputError with the given code
 */
export function requireText(scope: Construct, code: string, what: string, value: string, form: RegExp, words: string): string {
  if (typeof value !== 'string' || Token.isUnresolved(value) || DYNAMIC_REFERENCE.test(value) || !form.test(value)) {
    throw new InvalidInputError(code, `${scope.node.path}: ${what} ${shown(value)} is not allowed: give ${words}, literally`);
  }
  return value;
}
