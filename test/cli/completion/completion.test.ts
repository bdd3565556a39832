import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { completionIn, INSTALLED, SHELLS } from './shells';
import { nhiProgram } from '../../../build/nhi-program';
import { everyCommand } from '../../../cli/command-tree';
import { completablesOf } from '../../../cli/completion';
import { VERDICTS } from '../../../runtime/model/review';
import { newFolder } from '../../runtime/inventory/taken';

const ALL = completablesOf(nhiProgram());
const FOLDER = newFolder();
beforeAll(() => {
  mkdirSync(join(FOLDER, 'cdk.out'));
  writeFileSync(join(FOLDER, 'report one.html'), '');
});

describe.each(INSTALLED)('in a real %s', (shell) => {
  const offered = completionIn(shell, ALL, FOLDER);

  test.each<[string, string[]]>([
    ['nhi susp', ['suspend']],
    ['nhi --registry bots rel', ['release-leavers']],
    ['nhi --json revi', ['review']],
    ['nhi review de', ['decide', 'delegate']],
    ['nhi review decide invoice-bot ke', ['keep']],
    ['nhi review decide invoice-bot ', VERDICTS.filter((verdict) => !verdict.includes('deleg'))],
    ['nhi review decide invoice-bot keep ke', []],
    ['nhi inventory --fo', ['--format']],
    ['nhi inventory --format ', ['csv', 'html', 'json', 'ocsf', 'table']],
    ['nhi inventory --format csv --reg', ['--region', '--registry']],
    ['nhi list --sta', ['--stage', '--status']],
    ['nhi list --stage suspended sus', []],
    ['nhi list --status suspended-', ['suspended-partly']],
    ['nhi list --json --ver', ['--version']],
    ['nhi plan --fail-on leave wid', ['wider-access']],
    ['nhi plan --fail-on leave --mark', ['--markdown']],
    ['nhi plan cd', ['cdk.out']],
    ['nhi completion z', ['zsh']],
    ['nhi show sus', []],
  ])('%s', (line, found) => {
    expect(offered(line)).toEqual([...found].sort());
  });

  test('--format=c completes the value alone or with its option', () => {
    expect(offered('nhi inventory --format=c').map((one) => one.replace('--format=', ''))).toEqual(['csv']);
  });

  test('a file with a blank in its name is one candidate, and a folder alone completes a folder', () => {
    expect(offered('nhi inventory --output rep').map((one) => one.replace('\\ ', ' '))).toEqual(['report one.html']);
    expect(offered('nhi inventory --checkout rep')).toEqual([]);
  });

  test('hostile descriptions, choices and names are text', () => {
    const ran = join(newFolder(), 'ran');
    const hostile = [`'; touch ${ran}; '`, `$(touch ${ran})`, `\`touch ${ran}\``, `\\'; touch ${ran} #`, `"; touch ${ran}; (touch ${ran})`];
    const program = new Command('nhi').description(hostile.join(' '));
    hostile.forEach((text, index) => {
      const verb = program.command(`verb${index}`).description(`${text}\n\u001b[2J: x`).addArgument(new Argument('<which>', text).choices([`a${text}`, 'safe']));
      verb.addOption(new Option('--kind <kind>', text).choices([`b${text}`, 'safe']));
    });
    const complete = completionIn(shell, completablesOf(program));

    expect(complete('nhi ver')).toEqual(['verb0', 'verb1', 'verb2', 'verb3', 'verb4']);
    hostile.forEach((_text, index) => {
      expect(complete(`nhi verb${index} `)).toEqual([expect.stringContaining('touch'), 'safe']);
      expect(complete(`nhi verb${index} --kind `)).toEqual([expect.stringContaining('touch'), 'safe']);
    });
    expect(complete('nhi verb0 --ki')).toEqual(['--kind']);
    expect(existsSync(ran)).toBe(false);
  });
});

// A machine may lack a shell. The scripts are made all the same.
test.each(Object.keys(SHELLS))('the script for %s knows every command and every option', (shell) => {
  const script = SHELLS[shell].script(ALL);
  const words = everyCommand(nhiProgram()).flatMap((command) => [command.name(), ...command.options.map(({ long }) => (shell === 'fish' ? long!.slice(2) : long!))]);

  expect(words.filter((word) => !script.includes(word))).toEqual([]);
});

test('bash is here, so that a script is tried for real', () => {
  expect(INSTALLED).toContain('bash');
});
