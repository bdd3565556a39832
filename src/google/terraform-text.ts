import { InvalidInputError } from '../core/errors';
import { shown } from '../core/shown';

/*
 * The only way of a text of people's into what Terraform reads. Everything else is of an alphabet without `{`, which a form holds, or a token of CDKTF.
 */
const TEMPLATE = /[$%](?=\{)/g;
/** Placeholder of a value that is known only at deployment. */
export const CDKTF_TOKEN = /\$\{TfToken\[TOKEN\.\d+\]\}/g;

/** Escapes a text, so that Terraform doesn't evaluate it. */
export function verbatim(text: string): string {
  return text.replace(TEMPLATE, '$&$&');
}

/**
 * Checks and returns a text that Terraform doesn't change.
 *
 * @throws InvalidInputError `TextNotNormalized`: Terraform converts each text to Unicode's form C
 */
export function requireNormal(what: string, text: string): string {
  if (text.normalize('NFC') !== text) {
    throw new InvalidInputError('TextNotNormalized', `${what} ${shown(text)} is not in Unicode's normalization form C, and Terraform would change it: use .normalize('NFC') of it`);
  }
  return text;
}

/** Whether Terraform would evaluate anything in a text besides the tokens of CDKTF. */
export function isTemplate(text: string): boolean {
  return /[$%]\{/.test(text.replace(CDKTF_TOKEN, ''));
}
