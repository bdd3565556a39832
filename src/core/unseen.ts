/**
 * Characters that terminals, mails and pages interpret or hide: control, format and unassigned characters, lone surrogates, and Unicode's line and
 * paragraph separators. They include line breaks, escapes and marks that change the direction of text.
 */
export const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/u;

const EACH = new RegExp(UNSEEN, 'gu');

/** Turns text from outside into one safe line: it can't move the cursor, change the reading direction or fake a line. */
export function replaceUnseen(text: string, replacement: (unseen: string) => string): string {
  return text.replace(EACH, replacement);
}

/** Escapes these characters as JSON and JavaScript do. */
export function escapeUnseen(text: string): string {
  return replaceUnseen(text, (unseen) => unseen.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''));
}
