import { replaceUnseen } from '../../src/core/unseen';

const LONGEST_TEXT = 500;
const LONGEST_SUBJECT = 120;
/** What mail programs turn into a link: a scheme, or a name with dots. */
const SCHEME = /:\/\//g;
const HOST = /(?<=[\p{L}\p{N}_-])\.(?=[\p{L}]{2})/gu;

/** A mail address, with a comma after it or not. A link to it only opens a new mail. */
const ADDRESS = /^[A-Za-z0-9_+=.-]{1,64}@[A-Za-z0-9.-]{1,190},?$/;

/**
 * A text from outside as one line that is safe to read: without characters that hide or reverse text, not too long, and with addresses of pages written so
 * that no mail program makes links of them.
 */
export function harmless(text: string): string {
  const words = replaceUnseen(text, () => ' ').split(' ');
  const line = words.map((word) => (ADDRESS.test(word) ? word : word.replace(SCHEME, '[:]//').replace(HOST, '[.]'))).join(' ');
  const units = [...line];
  return units.length > LONGEST_TEXT ? `${units.slice(0, LONGEST_TEXT).join('')}...` : line;
}

/** A subject of printable ASCII on one line, which needs no encoding and can't begin another header. */
export function plainSubject(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, ' ').replace(/ {2,}/g, ' ').slice(0, LONGEST_SUBJECT);
}

/** Makes a text part of HTML, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}

/** An instant as people read it. What is no instant is returned as it is. */
export function readableInstant(instant: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/.exec(instant);
  return parts === null ? instant : `${parts[1]} ${parts[2]} UTC`;
}
