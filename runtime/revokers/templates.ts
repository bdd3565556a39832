import { NotDone } from './not-done';
import { PLACEHOLDER } from '../../src/contract/revokers';

/** Segments that a URL resolves. As a value they would change the path. */
const DOTS = /^\.{1,2}$/;

/**
 * Fills a URL template with percent-encoded values.
 *
 * @throws NotDone for a placeholder without a value, and for a URL on another host than the template's
 */
export function filledUrl(template: string, values: Readonly<Record<string, string>>): URL {
  const url = urlOf(filled(template, values, (value) => {
    if (DOTS.test(value)) {
      throw new NotDone('a value of its URL is "." or ".."');
    }
    return encodeURIComponent(value);
  }));
  if (url.origin !== urlOf(template.replace(PLACEHOLDER, 'x')).origin) {
    throw new NotDone('a value of its URL changes the host');
  }
  return url;
}

/** Fills a template of plain text. */
export function filledText(template: string, values: Readonly<Record<string, string>>): string {
  return filled(template, values, (value) => value);
}

function filled(template: string, values: Readonly<Record<string, string>>, encode: (value: string) => string): string {
  return template.replace(PLACEHOLDER, (_all, name: string) => {
    if (!Object.hasOwn(values, name)) {
      throw new NotDone(`it has no value for {${name}}`);
    }
    return encode(values[name]);
  });
}

export function urlOf(text: string): URL {
  if (!URL.canParse(text)) {
    throw new NotDone('its URL is not valid');
  }
  return new URL(text);
}
