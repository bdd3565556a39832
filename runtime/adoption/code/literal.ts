import { escapeUnseen } from '../../../src/core/unseen';

const IDENTIFIER = /^(?!__proto__$)[A-Za-z_$][\w$]*$/;

/**
 * A value as TypeScript that has exactly this value when it is run, whatever texts are in it: nothing in a text can end its literal, a line or a comment.
 */
export function literal(value: unknown): string {
  if (typeof value === 'string') {
    return text(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(literal).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${keyOf(key)}: ${literal(member)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return JSON.stringify(value) ?? 'undefined';
}

/** JSON with the quotes of our style. What no one sees is escaped, line separators among it. */
function text(value: string): string {
  const json = escapeUnseen(JSON.stringify(value)).slice(1, -1);
  return `'${json.replace(/\\.|'/g, (found) => (found === '\\"' ? '"' : found === "'" ? "\\'" : found))}'`;
}

function keyOf(key: string): string {
  if (IDENTIFIER.test(key)) {
    return key;
  }
  // In a literal, this key alone would set the prototype.
  return key === '__proto__' ? `[${text(key)}]` : text(key);
}

/** Lines of a comment that ends with its line, whatever is in the text. */
export function commentLines(value: string): string[] {
  return value.split('\n').map((line) => `// ${escapeUnseen(line)}`.trimEnd());
}
