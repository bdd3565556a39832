import { printable } from '../runtime/evidence';
import { reasonOf } from '../src/core/errors';

const HOME = '\u001b[H';
const CLEAR_TO_END_OF_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const CLEAR_ALL = `${HOME}\u001b[2J`;

/**
 * Draws what `look` returns over what was drawn before, until the process is ended. The first look must succeed. A later one that fails leaves the last
 * screen with the reason below it: a screen on a wall should survive a failure of the network, and must not look current then.
 */
export async function watch(output: { write(text: string): unknown }, look: () => Promise<string>, pause: () => Promise<void>): Promise<never> {
  let screen = await look();
  output.write(CLEAR_ALL);
  for (let failure: string | undefined; ;) {
    const lines = [...screen.split('\n'), ...(failure === undefined ? [] : ['', `NOT CURRENT: ${printable(failure)}`])];
    output.write(`${HOME}${lines.map((line) => `${line}${CLEAR_TO_END_OF_LINE}\n`).join('')}${CLEAR_BELOW}`);
    await pause();
    [screen, failure] = await look().then((seen) => [seen, undefined] as const, (error: unknown) => [screen, reasonOf(error)] as const);
  }
}
