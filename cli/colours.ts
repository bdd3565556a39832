import { styleText } from 'node:util';

/** What a colour says. It never says anything that the text does not say too. */
export type Tone = 'good' | 'warning' | 'bad';

/** Colours a text, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

const FORMATS = { good: 'green', warning: 'yellow', bad: 'red' } as const;

/** For files, pipes and JSON. */
export const plain: Paint = (_tone, text) => text;

const coloured: Paint = (tone, text) => styleText(FORMATS[tone], text);

/**
 * Colours are for terminals that have them, unless NO_COLOR is set (https://no-color.org).
 *
 * @param isTerminal whether the output goes to a terminal
 */
export function paintFor(isTerminal: boolean, { NO_COLOR: none = '', TERM: terminal = '' }: NodeJS.ProcessEnv): Paint {
  return isTerminal && none === '' && terminal !== 'dumb' ? coloured : plain;
}
