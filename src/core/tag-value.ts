import { InvalidInputError } from './errors';
import { shown } from './shown';

/** IAM's alphabet of tag values. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
const OUTSIDE = /[^\p{L}\p{N} _.:/=+\-@]+/gu;
const MAX_LENGTH = 256;

// Reserved at the beginning of a value too, by the same page.
const RESERVED = /^(aws):/i;

/** Makes a text fit for a tag: what IAM refuses becomes a space, runs of spaces one, and the rest is cut. */
export function iamTagValue(text: string, maxLength = MAX_LENGTH): string {
  const clean = text.replace(OUTSIDE, ' ').trim().replace(RESERVED, '$1 ').replace(/ +/g, ' ');
  return [...clean].slice(0, maxLength).join('').trim();
}

/**
 * Returns a text that names somebody, unchanged: changing it would name somebody else.
 *
 * @throws InvalidInputError `TagValueUnsafe`
 */
export function requireTagSafe(what: string, text: string): string {
  if (text === '' || iamTagValue(text) !== text) {
    throw new InvalidInputError('TagValueUnsafe',
      `${what} ${shown(text)} can't be kept as a tag unchanged: use 1-${MAX_LENGTH} letters, digits and _.:/=+-@ with single spaces inside, not beginning with aws:`);
  }
  return text;
}
