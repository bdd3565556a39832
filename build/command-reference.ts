import { Argument, Command, Option } from 'commander';
import { nhiProgram } from './nhi-program';
import { examplesOf } from '../cli/command';
import { pathOf, verbsOf } from '../cli/command-tree';
import { VARIABLES } from '../cli/environment';
import { EXIT, EXIT_MEANINGS } from '../cli/exit-codes';

/** A part of the page of the command: text, rows of a name and what it is, or command lines. */
export type Part =
  | { readonly text: string }
  | { readonly rows: readonly (readonly [name: string, says: string])[] }
  | { readonly lines: readonly string[] };

export interface Section {
  readonly title: string;
  readonly parts: readonly Part[];
  readonly sections: readonly Section[];
}

export const NAME = 'nhi';

/** The page of the command, read from the program itself. */
export function commandReference(program: Command = nhiProgram()): Section[] {
  const verbs = verbsOf(program);
  return [
    section('Name', { text: `${NAME} - ${lowered(program.description())}` }),
    section('Synopsis', { lines: [`${NAME} [options] <command> [<argument>...]`, ...verbs.map(synopsisOf)] }),
    section('Description',
      { text: 'Reads and changes the agents of a registry with your own credentials, or reads accounts that have no registry. Data goes to the standard output, questions and progress to the error output. Options of all commands may stand before or after the command.' },
      { text: 'A command that changes something first looks at what there is, says what it will do, and asks. With --yes it does not ask; where nobody can be asked and --yes is missing, it changes nothing and fails.' },
      { text: 'In a terminal tables fit its width, and what somebody should look at has a colour. In a file or a pipe nothing is shortened, coloured or drawn twice. Control characters in names, tags and messages are replaced, so they cannot move the cursor.' },
      { text: 'Ctrl-C leaves no file half-written. What the engine has begun continues; nhi show says how far it is.' }),
    section('Options of all commands', { rows: rowsOf(program, program.options) }),
    { title: 'Commands', parts: [], sections: verbs.map(sectionOf) },
    section('Exit codes', { rows: Object.entries(EXIT_MEANINGS).map(([name, says]) => [String(EXIT[name as keyof typeof EXIT]), says]) }),
    section('Errors', { text: 'An error is one line on the error output, which begins with "nhi:" and a code, then says what was received, what is allowed and what to do. The codes do not change.' }),
    section('Environment', { rows: Object.entries(VARIABLES) }),
    section('Files', {
      rows: [
        ['~/.aws/config, ~/.aws/credentials', 'profiles, as for all tools of AWS'],
        ['~/.cache/nhi/inventory', 'pages of an interrupted inventory, readable by you only, deleted when it is complete'],
      ],
    }),
  ];
}

function section(title: string, ...parts: readonly Part[]): Section {
  return { title, parts, sections: [] };
}

function sectionOf(verb: Command): Section {
  const about = verb.parent?.parent === null ? [] : [{ text: `${pathOf(verb.parent!)}: ${verb.parent!.description()}.` }];
  const named = verb.registeredArguments.filter(({ description }) => description !== '');
  return section(pathOf(verb), { lines: [synopsisOf(verb)] }, { text: `${sentence(verb.description())}` }, ...about,
    {
      rows: [
        ...named.map((argument): [string, string] => [shownArgument(argument), verb.createHelp().argumentDescription(argument)]),
        ...rowsOf(verb, verb.options),
      ],
    },
    { lines: examplesOf(verb) });
}

function rowsOf(command: Command, options: readonly Option[]): [string, string][] {
  const help = command.createHelp();
  return options.map((option) => [option.flags, `${help.optionDescription(option)}${option.mandatory ? ' (required)' : ''}`]);
}

function synopsisOf(verb: Command): string {
  const required = verb.options.filter(({ mandatory }) => mandatory).map(({ flags }) => flags);
  const others = verb.options.some(({ mandatory }) => !mandatory) ? ['[options]'] : [];
  return [pathOf(verb), ...verb.registeredArguments.map(shownArgument), ...required, ...others].join(' ');
}

function shownArgument(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
