const LONGEST_SHOWN = 80;
// Terminals obey what JSON leaves as it is: C1 controls, marks that turn the direction of text.
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Hostile input as an error may show it: quoted, escaped, cut. Never fails. */
export function shown(value: unknown): string {
  const text = asText(value).replace(UNSEEN, escaped);
  // By code points: half a pair would be no text.
  return text.length > LONGEST_SHOWN ? `${[...text].slice(0, LONGEST_SHOWN).join('')}... (${text.length} characters)` : text;
}

function asText(value: unknown): string {
  if (typeof value === 'number') {
    // JSON makes null of what is not finite.
    return String(value);
  }
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Cycles, bigints, a toJSON that throws.
    return `[${typeof value}]`;
  }
}

function escaped(char: string): string {
  return char.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}
