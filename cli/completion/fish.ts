import { Completable, CompletableOption, CompletableValue } from './completable';
import { quotedInFish as quoted } from './quoted';

/** Completion for fish. It calls nothing, not even `nhi`. */
export function fishCompletion(all: readonly Completable[]): string {
  const takers = (many: boolean): string[] => all.flatMap(({ words, options }) => (
    options.filter(({ takes }) => (many ? takes === 'values' : takes !== 'nothing')).flatMap(({ flags }) => flags.map((flag) => quoted(`${words}|${flag}`)))));
  return [
    '# Completion of nhi for fish. Made by: nhi completion fish',
    `set -g __nhi_commands ${all.filter(({ words }) => words !== '').map(({ words }) => quoted(words)).join(' ')}`,
    `set -g __nhi_takes_value ${takers(false).join(' ')}`,
    `set -g __nhi_takes_values ${takers(true).join(' ')}`,
    WALK,
    'complete -c nhi -e',
    'complete -c nhi -f',
    ...all.flatMap(({ words, commands, options, positions }) => [
      ...commands.map(({ name, says }) => `complete -c nhi -n ${at(words, 0)} -a ${quoted(quoted(name))} -d ${quoted(says)}`),
      ...options.map((option) => `complete -c nhi -n ${at(words)} ${flagsOf(option)} -d ${quoted(option.says)}`),
      // Fish itself knows of one value only.
      ...options.filter(({ takes }) => takes === 'values').map((option) => `complete -c nhi -n ${valuing(words, option)} ${valued(option)}`),
      ...positions.flatMap((value, position) => {
        const offered = valued(value);
        return offered === '' ? [] : [`complete -c nhi -n ${at(words, position)} ${offered}`];
      }),
    ]),
  ].join('\n');
}

/** The condition under which something is offered. Fish evaluates it, so that it is quoted twice. */
function at(words: string, position?: number): string {
  return quoted(`__nhi_at ${quoted(words)}${position === undefined ? '' : ` ${position}`}`);
}

function valuing(words: string, { flags }: CompletableOption): string {
  return quoted(`__nhi_valuing ${flags.map((flag) => quoted(`${words}|${flag}`)).join(' ')}`);
}

function flagsOf({ flags, takes, ...value }: CompletableOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${quoted(flag.slice(2))}` : `-s ${quoted(flag.slice(1))}`)).join(' ');
  return takes === 'nothing' ? names : `${names} -r ${valued(value)}`.trimEnd();
}

/** Fish evaluates the candidates, so that they are quoted twice. */
function valued({ choices, names }: CompletableValue): string {
  return choices.length > 0 ? `-f -a ${quoted(choices.map(quoted).join(' '))}`
    : names === undefined ? '' : names === 'files' ? '-F' : `-f -a ${quoted('(__fish_complete_directories (commandline -ct))')}`;
}

/** Finds the command, the flag whose values continue, and the position; then whether the line is there. */
const WALK = `function __nhi_look
    set -l words (commandline -opc)
    set -g __nhi_verb ''
    set -g __nhi_flag ''
    set -g __nhi_position 0
    for word in $words[2..-1]
        if test -n "$__nhi_flag"
            if string match -q -- '-*' $word
                set __nhi_flag ''
            else
                contains -- "$__nhi_verb|$__nhi_flag" $__nhi_takes_values; or set __nhi_flag ''
                continue
            end
        end
        if string match -q -- '-*' $word
            contains -- "$__nhi_verb|$word" $__nhi_takes_value; and set __nhi_flag $word
        else if test $__nhi_position -eq 0; and contains -- (string trim -- "$__nhi_verb $word") $__nhi_commands
            set __nhi_verb (string trim -- "$__nhi_verb $word")
        else
            set __nhi_position (math $__nhi_position + 1)
        end
    end
end
function __nhi_at
    __nhi_look
    test "$__nhi_verb" = "$argv[1]"; or return 1
    test (count $argv) -eq 1; and return 0
    test -z "$__nhi_flag" -a "$__nhi_position" = "$argv[2]"
end
function __nhi_valuing
    __nhi_look
    contains -- "$__nhi_verb|$__nhi_flag" $argv
end`;
