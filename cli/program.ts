import { Command, Option } from 'commander';
import { Consent, Shell } from './command';
import { VERBS } from './commands';
import { Ask, requireConsent } from './consent';
import { withProgress } from './progress';
import { Connects, engineOf, registryOf, RegistryOptions } from './registry';
import { renderJson } from './render';
import { version } from '../package.json';
import { printable } from '../runtime/evidence';
import { Connection, Proposal } from '../runtime/operator';
import { DEFAULT_REGISTRY_NAME } from '../src/core/name-forms';

interface Output {
  write(text: string): unknown;
}

/** What the command uses besides its output. */
interface Outside extends Connects {
  readonly now: () => Date;
  /** Output for progress, separate from the output for data. */
  readonly progress: Output;
  /** Absent if there is no terminal to ask at. */
  readonly ask?: Ask;
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
    .option('--region <region>', 'home region of the registry (default: that of the environment)')
    .addOption(new Option('--google-registry <bucket>', 'read a registry on Google instead: gs:// and the name of its bucket').conflicts(['registry', 'region']))
    .option('--google-project <project>', 'only agents whose accounts are in this project (default: all projects of the registry)')
    .option('--json', 'print JSON for other programs')
    .showHelpAfterError();
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
    deployed: (what, work) => slowly(what, async () => work(await outside.connectDeployed(options()))),
    change: async <T>(look: (connection: Connection) => Promise<Proposal<T>>, consent: Consent) => {
      const { will, nothingToDo, make } = await slowly('looking at what there is to do', async () => look(await engineOf(options(), outside)));
      will.forEach(tell);
      if (nothingToDo !== true) {
        await requireConsent(consent, outside.ask);
      }
      return make();
    },
    print: (data, render) => void output.write(`${nhi.opts<{ json?: boolean }>().json ? renderJson(data) : render(data)}\n`),
    asking: () => ({ now: outside.now(), lookEveryMs: outside.lookEveryMs, tell }),
    exitWith: (code) => void (process.exitCode = code),
  };
}
