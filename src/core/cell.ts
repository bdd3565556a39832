import { InvalidInputError } from './errors';
import { shown } from './shown';
import { requirePlainText } from './text';

/** What begins a formula of a spreadsheet, in full width too, as keyboards of Asia have it. For a class of a regular expression. */
export const FORMULA_SIGNS = '=+\\-@\uFF1D\uFF0B\uFF0D\uFF20';

// https://owasp.org/www-community/attacks/CSV_Injection
const FORMULA = new RegExp(`^[${FORMULA_SIGNS}]`);

/**
 * Checks what is true of every cell, and returns it.
 *
 * @throws InvalidInputError `FormulaCell`, and the codes of `requirePlainText`
 */
export function requireCell(what: string, cell: string): string {
  if (FORMULA.test(requirePlainText(what, cell))) {
    throw new InvalidInputError('FormulaCell', `${what} ${shown(cell)} begins as a formula, which a spreadsheet would run: begin it with a letter or a digit`);
  }
  return cell;
}
