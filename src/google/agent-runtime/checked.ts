import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';

/** Checks a value for a condition or a member: a literal in a known alphabet, so that it can't end the surrounding text. */
export function requireForm(code: string, what: string, value: string, form: RegExp, words: string): string {
  if (!form.test(requireLiteral(what, value))) {
    throw new InvalidInputError(code, `${what} ${shown(value)} is not allowed: use ${words}`);
  }
  return value;
}

/** Checks the number of a project. Google's own accounts contain it in their names. */
export function requireProjectNumber(what: string, value: string): string {
  return requireForm('ProjectNumberInvalid', what, value, /^[1-9]\d{5,18}$/, 'the number of the project, as `gcloud projects describe` prints it, not its id');
}
