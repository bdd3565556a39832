import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { nhiProgram } from '../../build/nhi-program';
import { examplesOf } from '../../cli/command';
import { everyCommand, pathOf, verbsOf } from '../../cli/command-tree';
import { VARIABLES } from '../../cli/environment';
import { EXIT } from '../../cli/exit-codes';

const PROJECT = join(__dirname, '..', '..');
const VERBS = verbsOf(nhiProgram()).map((verb): [string, Command] => [pathOf(verb), verb]);

/** Parses a command line as the shell and the program do. Nothing is done. Returns the command that was called. */
async function parsed(line: string): Promise<string> {
  const [, ...words] = [...line.replace(/ (>|\|) .*/, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => single ?? double ?? bare);
  const program = nhiProgram();
  let called = '';
  for (const verb of verbsOf(program)) {
    verb.action(() => void (called = pathOf(verb)));
  }
  everyCommand(program).forEach((command) => command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined }));
  await program.parseAsync(words, { from: 'user' });
  return called;
}

test.each(VERBS)('%s has examples, and each calls it', async (path, verb) => {
  const examples = examplesOf(verb);

  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    expect(await parsed(example)).toBe(path);
  }
});

test('an example that is wrong does not parse', async () => {
  await expect(parsed('nhi list --stages test')).rejects.toMatchObject({ code: 'commander.unknownOption' });
  await expect(parsed('nhi suspend invoice-bot')).rejects.toMatchObject({ code: 'commander.missingMandatoryOptionValue' });
  await expect(parsed('nhi shows invoice-bot')).rejects.toMatchObject({ code: 'commander.unknownCommand' });
  await expect(parsed('nhi show "Invoice Bot"')).rejects.toMatchObject({ code: 'AgentNameInvalid' });
});

test.each(['README.md', ...readdirSync(join(PROJECT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)])('every command line in %s that is shown with a prompt parses', async (file) => {
  const lines = [...readFileSync(join(PROJECT, file), 'utf8').matchAll(/^\$ (nhi .*)$/gm)].map(([, line]) => line);

  expect(await Promise.all(lines.map((line) => parsed(line).then((called) => (called === '' ? `${line}: nothing is called` : undefined), (error: unknown) => `${line}: ${String(error)}`)))).toEqual(lines.map(() => undefined));
});

test.each(VERBS)('the help of %s shows the options of all commands, and it takes none of them for itself', (_path, verb) => {
  const help = verb.helpInformation();
  const [, global] = help.split('Global Options:');

  for (const flag of ['--registry <name>', '--profile <name>', '--region <region>', '--json']) {
    expect(global).toContain(flag);
  }
  const globals = nhiProgram().options.map(({ long }) => long);
  expect(verb.options.map(({ long }) => long).filter((long) => globals.includes(long))).toEqual([]);
});

test('the help of nhi has the exit codes and the variables', () => {
  let help = '';
  const program = nhiProgram().configureOutput({ writeOut: (text) => (help += text) });
  program.outputHelp();

  for (const code of Object.values(EXIT)) {
    expect(help).toMatch(new RegExp(`^  ${code} +\\S`, 'm'));
  }
  for (const name of Object.keys(VARIABLES)) {
    expect(help).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
  }
});
