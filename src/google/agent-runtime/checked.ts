import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';

/** What gets into a condition or a member is a literal of a known alphabet: nothing in it can end the text that it stands in. */
export function requireForm(code: string, what: string, value: string, form: RegExp, words: string): string {
  if (!form.test(requireLiteral(what, value))) {
    throw new InvalidInputError(code, `${what} ${shown(value)} is not allowed: use ${words}`);
  }
  return value;
}

/** Number of a project: what Google's own accounts are named by. */
export function requireProjectNumber(what: string, value: string): string {
  return requireForm('ProjectNumberInvalid', what, value, /^[1-9]\d{5,18}$/, 'the number of the project, as `gcloud projects describe` prints it, not its id');
}
