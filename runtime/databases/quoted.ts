import { IAM_ROLE } from './iam-role';
import { DATABASE_NAME } from '../../src/contract/database-users';
import { NotDone } from '../revokers/not-done';

/** A text in which nothing can end a quoted text, nor begin a parameter of the Data API. */
const PLAIN = /^[A-Za-z0-9 _+=/.$-]*$/;

/**
 * A name for SQL.
 *
 * @throws NotDone for one that is not of the form of `DATABASE_NAME`, which no quoting makes safe enough for an administrator's statement
 */
export function quotedName(name: string): string {
  if (name !== IAM_ROLE && !DATABASE_NAME.test(name)) {
    throw new NotDone('a name of the database is not allowed: use 1-63 of [A-Za-z0-9_-], beginning with a letter or _, and not with pg_ or rds');
  }
  return `"${name}"`;
}

/** The same as a text. */
export function nameText(name: string): string {
  return `'${quotedName(name).slice(1, -1)}'`;
}

/** A text for SQL. The body of a statement can't have parameters. */
export function quotedText(text: string): string {
  if (!PLAIN.test(text) || text.includes('$nhi$')) {
    throw new NotDone('a text for the database has a character that is not allowed');
  }
  return `'${text}'`;
}
