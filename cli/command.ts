import { EventEmitter } from 'node:events';
import { Argument, Command, Option } from 'commander';
import { Paint } from './colours';
import { ExitCode } from './exit-codes';
import { Registry } from './registry';
import { GoogleSource, RegisteredAgent } from '../runtime/google-inventory';
import { InventorySource } from '../runtime/inventory';
import { Asking, Connection, DeployedReader, Proposal } from '../runtime/operator';
import { validateAgentName } from '../src/core/agent-name';
import { requireReason } from '../src/core/reason';

/** What a verb can use. */
export interface Shell {
  /** Colours what is rendered for people, if the output goes to a terminal that has colours. */
  readonly paint: Paint;
  /** Reads from the registry with the operator's own credentials, and reports progress if that takes long. */
  read<T>(what: string | (() => string), work: (registry: Registry) => Promise<T>): Promise<T>;
  /** The same from a registry that has an engine. */
  reading<T>(what: string | (() => string), work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Reads what is deployed. No registry is needed. */
  deployed<T>(what: string, work: (reader: DeployedReader) => Promise<T>): Promise<T>;
  /** Works on files alone, without credentials and network, and reports progress if that takes long. */
  offline<T>(what: () => string, work: () => Promise<T>): Promise<T>;
  /** Reads accounts. No registry is needed. Shows how far it is at a terminal only. */
  account<T>(work: (source: InventorySource, run: Running) => Promise<T>): Promise<T>;
  /** The same on Google: the projects of `--google-project`, or an organization. With `--google-registry`, its agents can be listed. */
  google<T>(
    organization: string | undefined,
    work: (source: GoogleSource, run: Running, registered?: () => Promise<readonly RegisteredAgent[]>) => Promise<T>,
  ): Promise<T>;
  /** Prepares a change by the engine of a registry on AWS, prints what it will do, asks for consent, and makes it. */
  change<T>(look: (connection: Connection) => Promise<Proposal<T>>, consent: Consent): Promise<T>;
  /** The same by a registry on either cloud. */
  changeOnEither<T>(look: (registry: Registry) => Promise<Proposal<T>>, consent: Consent): Promise<T>;
  /** Prints data: rendered for people, in a terminal for its width, or as JSON if `--json` was given. */
  print<T>(data: T, render: (data: T, columns: number | undefined) => string): void;
  /**
   * Draws the same screen of the terminal again and again until Ctrl-C.
   *
   * @throws InvalidInputError `TerminalMissing`, if the output does not go to a terminal or is JSON
   */
  watch(everySeconds: number, look: () => Promise<string>): Promise<void>;
  /** Asks a person a question, and returns what was typed, or undefined if the input ended. Ctrl-C ends the command. */
  question(text: string): Promise<string | undefined>;
  /**
   * Returns if a person can be asked.
   *
   * @throws InvalidInputError `TerminalMissing` with what to do instead
   */
  requireTerminal(otherwise: string): void;
  /** Prints a document as it is. */
  write(document: string): void;
  /** Whether `--json` was given. */
  isJson(): boolean;
  /** The name of the registry that was given, or that registries have by default. */
  registryName(): string;
  /** The region that was given, or that the environment names. */
  region(): string | undefined;
  /** Width of the terminal that the output goes to, if it does. */
  columns(): number | undefined;
  /** What a request to the engine needs. */
  asking(): Asking;
  /** Sets the command's exit code. */
  exitWith(code: ExitCode): void;
}

/** What long work needs. */
export interface Running {
  readonly clock: () => Date;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Shows a line in the place of the one before. */
  readonly tell: (line: string) => void;
}

export interface Consent {
  /** Consent was given with `--yes`, so there is no question. */
  readonly yes?: boolean;
}

/** A verb of `nhi`: one file, one line in the table, and its test. */
export interface Verb {
  /** Adds the verb to the command. */
  register(nhi: Command, shell: Shell): void;
}

/** The reason for a change, which is recorded for auditors. */
export function reasonOption(): Option {
  return new Option('--reason <text>', 'why, on one line; it is recorded').makeOptionMandatory().argParser(requireReason);
}

/** Checks the agent's name before any call. */
export function agentArgument(flags = '<agent>'): Argument {
  return new Argument(flags, 'name of the agent').argParser(validateAgentName);
}

/** The option of each verb that changes something. */
export function yesOption(): Option {
  return new Option('-y, --yes', 'do it without asking, for scripts');
}

/** Examples for the help of a verb and for the reference page: whole command lines. */
export function examples(...lines: readonly string[]): string {
  return ['', EXAMPLES_TITLE, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** The examples in what a verb adds to its help. */
export function examplesOf(command: Command): string[] {
  const added: string[] = [];
  // Its types leave out that it is one.
  (command as unknown as EventEmitter).emit('afterHelp', { error: false, command, write: (text: string) => added.push(text) });
  const lines = added.join('').split('\n');
  const begin = lines.indexOf(EXAMPLES_TITLE);
  return begin === -1 ? [] : lines.slice(begin + 1).filter((line) => line.startsWith('  ')).map((line) => line.trim());
}

const EXAMPLES_TITLE = 'Examples:';
