import { Command } from 'commander';

/** A command and all below it, in the order of the help. */
export function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

/** The words that call a command, such as `nhi review list`. */
export function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** Commands that do something, and don't only have commands below them. */
export function verbsOf(program: Command): Command[] {
  return everyCommand(program).filter(({ commands }) => commands.length === 0);
}
