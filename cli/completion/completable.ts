import { Argument, Command, Option } from 'commander';
import { printable } from '../../runtime/evidence';
import { everyCommand } from '../command-tree';

/** What can stand in the place of a value. */
export interface CompletableValue {
  readonly choices: readonly string[];
  /** Names of files or folders complete it. */
  readonly names?: 'files' | 'folders';
}

export interface CompletableOption extends CompletableValue {
  readonly flags: readonly string[];
  readonly says: string;
  readonly takes: 'nothing' | 'a value' | 'values';
}

/** What can follow the words of a command, which are empty for `nhi` itself. */
export interface Completable {
  readonly words: string;
  readonly commands: readonly { readonly name: string; readonly says: string }[];
  readonly options: readonly CompletableOption[];
  readonly positions: readonly CompletableValue[];
}

/** Placeholders of values that are names of files or folders. */
const NAMES: Readonly<Record<string, CompletableValue['names']>> = { file: 'files', folder: 'folders', assembly: 'folders' };
const LONGEST = 80;

/** Everything that can be completed, read from the program itself. */
export function completablesOf(program: Command): Completable[] {
  return everyCommand(program).map((command) => {
    const help = command.createHelp();
    return {
      words: wordsOf(command),
      commands: help.visibleCommands(command).map((one) => ({ name: one.name(), says: shortly(one.description()) })),
      options: [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)].map(optionOf),
      positions: command.registeredArguments.map(valueOf),
    };
  });
}

function wordsOf(command: Command): string {
  return command.parent === null ? '' : `${wordsOf(command.parent)} ${command.name()}`.trim();
}

function optionOf(option: Option): CompletableOption {
  const { short, long, description, variadic, required } = option;
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    says: shortly(description),
    takes: variadic ? 'values' : required ? 'a value' : 'nothing',
    ...valueOf(option),
  };
}

function valueOf(value: Option | Argument): CompletableValue {
  const [, placeholder = ''] = value instanceof Option ? /[<[]([\w-]+)/.exec(value.flags) ?? [] : [undefined, value.name()];
  const names = NAMES[placeholder];
  return { choices: value.argChoices ?? [], ...(names === undefined ? {} : { names }) };
}

/** The first part of a sentence. */
function shortly(description: string): string {
  const [first] = printable(description).split(/[.:;] /);
  return first.length > LONGEST ? `${first.slice(0, LONGEST - 1)}…` : first;
}
