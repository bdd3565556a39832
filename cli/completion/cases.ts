import { Completable, CompletableOption } from './completable';
import { quoted } from './quoted';

/** The words of a command and a flag of it, as a pattern of `case` in bash and zsh. */
const patterns = (words: string, flags: readonly string[]): string => flags.map((flag) => quoted(`${words}|${flag}`)).join(' | ');

/** A function of bash and zsh that says whether its argument, the words of a command and a flag, is one of some. */
export function flagTest(name: string, all: readonly Completable[], which: (option: CompletableOption) => boolean): string[] {
  const cases = all.flatMap(({ words, options }) => options.filter(which).map(({ flags }) => `    ${patterns(words, flags)}) return 0 ;;`));
  return [`${name}() {`, '  case $1 in', ...cases, '  esac', '  return 1', '}'];
}

/** A function of bash and zsh that says whether its argument is the words of a command. */
export function commandTest(name: string, all: readonly Completable[]): string[] {
  return [`${name}() {`, '  case $1 in', ...all.filter(({ words }) => words !== '').map(({ words }) => `    ${quoted(words)}) return 0 ;;`), '  esac', '  return 1', '}'];
}

/** Cases for the value of an option. */
export function valueCases(all: readonly Completable[], made: (value: CompletableOption) => string | undefined): string[] {
  return all.flatMap(({ words, options }) => options.flatMap((option) => {
    const then = made(option);
    return then === undefined ? [] : [`    ${patterns(words, option.flags)}) ${then} ;;`];
  }));
}

/** Cases for a word that is no option: a command below, or an argument by its position. */
export function wordCases(all: readonly Completable[], made: { commands: (commands: Completable['commands']) => string; value: (value: Completable['positions'][number]) => string | undefined }): string[] {
  return all.flatMap(({ words, commands, positions }) => [
    ...(commands.length === 0 ? [] : [`    ${quoted(`${words}|0`)}) ${made.commands(commands)} ;;`]),
    ...positions.flatMap((value, position) => {
      const then = made.value(value);
      return then === undefined ? [] : [`    ${quoted(`${words}|${position}`)}) ${then} ;;`];
    }),
  ]);
}
