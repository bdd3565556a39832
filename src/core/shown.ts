import { escapeUnseen } from './unseen';

const LONGEST_SHOWN = 80;

/** Renders hostile input for an error message: quoted, escaped and truncated. Never fails. */
export function shown(value: unknown): string {
  // JSON doesn't escape C1 controls and marks that change the direction of text, which terminals obey.
  const text = escapeUnseen(asText(value));
  // Truncates by code points, because half a surrogate pair is not valid text.
  return text.length > LONGEST_SHOWN ? `${[...text].slice(0, LONGEST_SHOWN).join('')}... (${text.length} characters)` : text;
}

function asText(value: unknown): string {
  if (typeof value === 'number') {
    // JSON turns NaN and infinity into null.
    return String(value);
  }
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // JSON.stringify fails for cycles, bigints, and a toJSON that throws.
    return `[${typeof value}]`;
  }
}
