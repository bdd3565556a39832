/** What a colour says. It never says anything that the text does not say too. */
export type Tone = 'good' | 'warning' | 'bad';

/** Colours a text, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

const CODES = { good: 32, warning: 33, bad: 31 } as const;
const DEFAULT_CODE = 39;

/** For files, pipes and JSON. */
export const plain: Paint = (_tone, text) => text;

// `styleText` of Node.js decides by itself in some versions.
const coloured: Paint = (tone, text) => `\u001b[${CODES[tone]}m${text}\u001b[${DEFAULT_CODE}m`;

/**
 * Colours are for terminals that have them, unless NO_COLOR is set (https://no-color.org).
 *
 * @param isTerminal whether the output goes to a terminal
 */
export function paintFor(isTerminal: boolean, { NO_COLOR: none = '', TERM: terminal = '' }: NodeJS.ProcessEnv): Paint {
  return isTerminal && none === '' && terminal !== 'dumb' ? coloured : plain;
}
