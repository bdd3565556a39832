import { InvalidInputError } from './errors';
import { shown } from './shown';

/** Characters outside IAM's alphabet of tag values. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
const OUTSIDE = /[^\p{L}\p{N} _.:/=+\-@]+/gu;
const MAX_LENGTH = 256;

// The same page also reserves this prefix for values.
const RESERVED = /^(aws):/i;

/** Converts a text to a valid tag value. Runs of characters that IAM rejects become one space, and a long text is truncated. */
export function iamTagValue(text: string, maxLength = MAX_LENGTH): string {
  const clean = text.replace(OUTSIDE, ' ').trim().replace(RESERVED, '$1 ').replace(/ +/g, ' ');
  return [...clean].slice(0, maxLength).join('').trim();
}

/**
 * Checks and returns a text that names someone. It is never changed, because a changed name could name someone else.
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
