import { setTimeout as pause } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { Consent, Shell } from './command';
import { VERBS } from './commands';
import { Ask, requireConsent } from './consent';
import { LiveLine, withProgress } from './progress';
import { Connects, engineOf, registryOf, RegistryOptions } from './registry';
import { renderJson } from './render';
import { watch } from './watch';
import { version } from '../package.json';
import { printable } from '../runtime/evidence';
import { connectInventory } from '../runtime/inventory';
import { Connection, Proposal } from '../runtime/operator';
import { InvalidInputError } from '../src/core/errors';
import { DEFAULT_REGISTRY_NAME } from '../src/core/name-forms';

interface Output {
  write(text: string): unknown;
}

/** Terminals that the command writes to. Absent for a file or a pipe. */
interface Terminals {
  readonly output?: { readonly columns: number };
  readonly progress?: { readonly columns: number };
}

/** What the command uses besides its output. */
interface Outside extends Connects {
  readonly now: () => Date;
  /** Absent: with the operator's own credentials. */
  readonly connectInventory?: typeof connectInventory;
  /** Absent if there are none. */
  readonly terminals?: Terminals;
  /** Output for progress, separate from the output for data. */
  readonly progress: Output;
  /** Absent if there is no terminal to ask at. */
  readonly ask?: Ask;
  /** Waits. Absent: by the clock. */
  readonly pause?: (milliseconds: number) => Promise<void>;
  /** How often the state of a running transition is read. */
  readonly lookEveryMs?: number;
  /** How often progress is shown. */
  readonly tellEveryMs?: number;
}

/** The `nhi` command. Each verb reads, renders and prints. */
export function program(output: Output, outside: Outside): Command {
  const nhi = new Command('nhi')
    .version(version)
    .description('Agents of a registry: who is accountable for them, which stage they are in, and proof that they left')
    .option('--registry <name>', 'name of the registry', DEFAULT_REGISTRY_NAME)
    .option('--profile <name>', 'profile of the AWS configuration (default: that of the environment)')
    .option('--region <region>', 'home region of the registry (default: that of the environment)')
    .addOption(new Option('--google-registry <bucket>', 'read a registry on Google instead: gs:// and the name of its bucket').conflicts(['registry', 'region']))
    .option('--google-project <project>', 'only agents whose accounts are in this project (default: all projects of the registry)')
    .option('--json', 'print JSON for other programs')
    .showHelpAfterError()
    .hook('preAction', () => {
      const { profile } = nhi.opts<{ profile?: string }>();
      // Every client of AWS reads it from there.
      if (profile !== undefined) {
        process.env.AWS_PROFILE = profile;
      }
    });
  VERBS.forEach((verb) => verb.register(nhi, shellOf(nhi, output, outside)));
  return nhi;
}

function shellOf(nhi: Command, output: Output, outside: Outside): Shell {
  const tell = (line: string): void => void outside.progress.write(`${printable(line)}\n`);
  const options = () => nhi.opts<RegistryOptions>();
  const slowly = async <T>(what: string | (() => string), work: () => Promise<T>): Promise<T> => (
    withProgress(typeof what === 'string' ? () => what : what, work, { tell, everyMs: outside.tellEveryMs }));
  return {
    read: (what, work) => slowly(what, async () => work(await registryOf(options(), outside))),
    reading: (what, work) => slowly(what, async () => work(await engineOf(options(), outside))),
    offline: (what, work) => slowly(what, work),
    account: async (work) => {
      const line = new LiveLine(outside.progress, outside.terminals?.progress?.columns, outside.now);
      try {
        const source = await (outside.connectInventory ?? connectInventory)(options());
        return await work(source, { clock: outside.now, pause, tell: (text) => line.show(printable(text)) });
      } finally {
        line.clear();
      }
    },
    watch: async (everySeconds, look) => {
      if (outside.terminals?.output === undefined || nhi.opts<{ json?: boolean }>().json === true) {
        throw new InvalidInputError('TerminalMissing', '--watch draws a screen again and again, so it needs a terminal and no --json: run the command without it for each look');
      }
      await watch(output, look, () => (outside.pause ?? pause)(everySeconds * 1000));
    },
    write: (document) => void output.write(`${document}\n`),
    isJson: () => nhi.opts<{ json?: boolean }>().json === true,
    region: () => options().region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION,
    columns: () => outside.terminals?.output?.columns,
    deployed: (what, work) => slowly(what, async () => work(await outside.connectDeployed(options()))),
    change: async <T>(look: (connection: Connection) => Promise<Proposal<T>>, consent: Consent) => {
      const { will, nothingToDo, make } = await slowly('looking at what there is to do', async () => look(await engineOf(options(), outside)));
      will.forEach(tell);
      if (nothingToDo !== true) {
        await requireConsent(consent, outside.ask);
      }
      return make();
    },
    print: (data, render) => void output.write(`${nhi.opts<{ json?: boolean }>().json === true ? renderJson(data) : render(data)}\n`),
    asking: () => ({ now: outside.now(), lookEveryMs: outside.lookEveryMs, tell }),
    exitWith: (code) => void (process.exitCode = code),
  };
}
