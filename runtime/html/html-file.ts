import { createHash } from 'node:crypto';
import { replaceUnseen } from '../../src/core/unseen';

export interface HtmlFile {
  readonly title: string;
  readonly style: string;
  /** The program of the page. It puts text from outside into the page as text only. */
  readonly script: string;
  /** What `main` holds. Text from outside is escaped in it. */
  readonly main: string;
  /** What the script reads. Absent if it reads the page alone. */
  readonly data?: object;
}

/**
 * One HTML file that needs no network. The browser runs its script and style only: the page's policy names both by their hashes, and forbids any request.
 * What people outside wrote is escaped, or is data in which no tag can begin.
 */
export function htmlFile({ title, style, script, main, data }: HtmlFile): string {
  const policy = `default-src 'none'; script-src 'sha256-${hashOf(script)}'; style-src 'sha256-${hashOf(style)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${style}</style></head>
<body><main>
${main}
</main>
${data === undefined ? '' : `<script id="data" type="application/json">${dataOf(data)}</script>\n`}<script>${script}</script>
</body></html>
`;
}

/** Text from outside, as text of a page or in the quotes of an attribute. */
export function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** In JSON, `<` can be written as an escape, so that the script element of the data can't end early. */
function dataOf(data: object): string {
  return JSON.stringify(data, (_key, value: unknown) => (typeof value === 'string' ? visible(value) : value)).replace(/</g, '\\u003c');
}

function visible(text: string): string {
  return replaceUnseen(text, () => ' ');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
