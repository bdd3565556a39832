import { quoted } from './completion/quoted';

/** What no shell takes for more than itself. */
const PLAIN = /^[\w./:@%+=,-]+$/;

/** A text as one word of a POSIX shell, for commands that people copy. */
export function word(text: string): string {
  return PLAIN.test(text) ? text : quoted(text);
}
