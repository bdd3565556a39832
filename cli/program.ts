import { setTimeout as pause } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { Activity } from './activity';
import { paintFor } from './colours';
import { Consent, Running, Shell } from './command';
import { everyCommand, pathOf } from './command-tree';
import { VERBS } from './commands';
import { Ask, requireConsent } from './consent';
import { REGION, regionOfEnvironment, registryOfEnvironment, VARIABLES } from './environment';
import { EXIT, EXIT_MEANINGS } from './exit-codes';
import { LiveLine, withProgress } from './progress';
import { Connects, engineOf, registryOf, RegistryOptions } from './registry';
import { renderJson } from './render';
import { watch } from './watch';
import { version } from '../package.json';
import { printable } from '../runtime/evidence';
import { connectGoogleInventory, RegisteredAgent } from '../runtime/google-inventory';
import { connectInventory } from '../runtime/inventory';
import { Connection, Proposal } from '../runtime/operator';
import { validateRegistryName } from '../src/contract/registry-names';
import { InvalidInputError } from '../src/core/errors';

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
  /** The same. */
  readonly connectGoogleInventory?: typeof connectGoogleInventory;
  /** Knows what the command does. */
  readonly activity?: Activity;
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
  /** What says whether there are colours. Absent: the environment. */
  readonly colours?: NodeJS.ProcessEnv;
  /** How often progress is shown. */
  readonly tellEveryMs?: number;
}

/** The `nhi` command. Each verb reads, renders and prints. */
export function program(output: Output, outside: Outside): Command {
  const registry = registryOfEnvironment(process.env);
  const nhi = new Command('nhi')
    .version(version)
    .description('Agents of a registry: who is accountable for them, which stage they are in, and proof that they left')
    .addOption(new Option('--registry <name>', 'name of the registry').default(registry, 'NHI_REGISTRY, or agents').argParser(validateRegistryName))
    .option('--profile <name>', 'profile of the AWS configuration (default: that of the environment)')
    .addOption(new Option('--region <region>', 'home region of the registry (default: that of the environment)').argParser(regionName))
    .addOption(new Option('--google-registry <bucket>', 'read a registry on Google instead: gs:// and the name of its bucket').conflicts(['registry', 'region']))
    .option('--google-project <project>', 'only agents whose accounts are in this project (default: all projects of the registry); of an inventory with --google, the projects, with commas between them')
    .option('--json', 'print JSON for other programs')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .addHelpText('after', () => helpOnSurroundings())
    .hook('preAction', () => {
      const { profile, region } = nhi.opts<{ profile?: string; region?: string }>();
      // Every client of AWS reads it from there.
      if (profile !== undefined) {
        process.env.AWS_PROFILE = profile;
      }
      validateRegistryName(registry);
      if (region === undefined) {
        regionOfEnvironment(process.env);
      }
    });
  const shell = shellOf(nhi, output, outside);
  VERBS.forEach((verb) => verb.register(nhi, shell));
  everyCommand(nhi).forEach((command) => command.configureOutput({
    outputError: (text, write) => write(`${printable(usageError(text, pathOf(command)))}\n`),
  }));
  return nhi;
}

/** An error of commander as the command reports all others. */
function usageError(text: string, path: string): string {
  return `nhi: UsageInvalid: ${text.trim().replace(/^error: /, '').replace(/\s+/g, ' ')}: see ${path} --help`;
}

function helpOnSurroundings(): string {
  const rows = (title: string, all: readonly (readonly [string, string])[]): string[] => ['', `${title}:`, ...all.map(([name, says]) => `  ${name.padEnd(26)} ${says}`)];
  return [
    ...rows('Exit codes', Object.entries(EXIT_MEANINGS).map(([name, says]) => [String(EXIT[name as keyof typeof EXIT]), says])),
    ...rows('Environment', Object.entries(VARIABLES)),
  ].join('\n');
}

/** Lists the agents of a registry on Google that have not left. */
async function livingAgents(
  options: RegistryOptions & { readonly googleRegistry: string }, outside: Outside,
): Promise<() => Promise<RegisteredAgent[]>> {
  const registry = await registryOf(options, outside);
  return async () => (await registry.list({}, outside.now())).filter(({ status }) => status !== 'left')
    .map(({ account, agentName, stage }) => ({ account, agentName, stage, registry: options.googleRegistry.replace(/^gs:\/\/|\/$/g, '') }));
}

function regionName(text: string): string {
  if (!REGION.test(text)) {
    throw new InvalidArgumentError('use the name of a region, such as eu-west-1');
  }
  return text;
}

function shellOf(nhi: Command, output: Output, outside: Outside): Shell {
  const { activity = new Activity() } = outside;
  const tell = (line: string): void => void outside.progress.write(`${printable(line)}\n`);
  const options = () => nhi.opts<RegistryOptions>();
  const isJson = (): boolean => nhi.opts<{ json?: boolean }>().json === true;
  const slowly = async <T>(what: string | (() => string), work: () => Promise<T>): Promise<T> => (
    withProgress(typeof what === 'string' ? () => what : what, work, { tell, everyMs: outside.tellEveryMs }));
  const reading = async <T>(what: string | (() => string), work: () => Promise<T>): Promise<T> => {
    activity.begin('reading');
    return slowly(what, work);
  };
  const taking = async <T>(work: (run: Running) => Promise<T>): Promise<T> => {
    const line = new LiveLine(outside.progress, outside.terminals?.progress?.columns, outside.now);
    activity.begin('taking-inventory');
    try {
      return await work({ clock: outside.now, pause, tell: (text) => line.show(printable(text)) });
    } finally {
      line.clear();
    }
  };
  return {
    read: (what, work) => reading(what, async () => work(await registryOf(options(), outside))),
    reading: (what, work) => reading(what, async () => work(await engineOf(options(), outside))),
    offline: (what, work) => slowly(what, work),
    account: (work) => taking(async (run) => work(await (outside.connectInventory ?? connectInventory)(options()), run)),
    google: async (organization, work) => {
      const { googleProject = '', ...others } = options();
      const { googleRegistry } = others;
      const projects = googleProject.split(',').map((project) => project.trim()).filter((project) => project !== '');
      const scope = { projects, ...(organization === undefined ? {} : { organization }) };
      const source = (outside.connectGoogleInventory ?? connectGoogleInventory)(scope);
      const registered = googleRegistry === undefined ? undefined : await livingAgents({ ...others, googleRegistry }, outside);
      return taking((run) => work(source, run, registered));
    },
    watch: async (everySeconds, look) => {
      if (outside.terminals?.output === undefined || isJson()) {
        throw new InvalidInputError('TerminalMissing', '--watch draws a screen again and again, so it needs a terminal and no --json: run the command without it for each look');
      }
      activity.begin('watching');
      await watch(output, look, () => (outside.pause ?? pause)(everySeconds * 1000));
    },
    write: (document) => void output.write(`${document}\n`),
    isJson,
    question: async (text) => {
      if (outside.ask === undefined) {
        throw new InvalidInputError('TerminalMissing', 'nobody can be asked here: run it at a terminal');
      }
      activity.begin('answering');
      return outside.ask(printable(text));
    },
    requireTerminal: (otherwise) => {
      if (outside.ask === undefined) {
        throw new InvalidInputError('TerminalMissing', otherwise);
      }
    },
    registryName: () => nhi.opts<{ registry: string }>().registry,
    region: () => options().region ?? regionOfEnvironment(process.env),
    columns: () => outside.terminals?.output?.columns,
    paint: paintFor(outside.terminals?.output !== undefined, outside.colours ?? process.env),
    deployed: (what, work) => reading(what, async () => work(await outside.connectDeployed(options()))),
    change: async <T>(look: (connection: Connection) => Promise<Proposal<T>>, consent: Consent) => {
      const { will, nothingToDo, make } = await reading('looking at what there is to do', async () => look(await engineOf(options(), outside)));
      will.forEach(tell);
      if (nothingToDo !== true) {
        activity.begin('asking');
        await requireConsent(consent, outside.ask);
        activity.begin('changing');
      }
      return make();
    },
    print: (data, render) => void output.write(`${isJson() ? renderJson(data) : render(data, outside.terminals?.output?.columns)}\n`),
    asking: () => ({ now: outside.now(), lookEveryMs: outside.lookEveryMs, tell }),
    exitWith: (code) => void (process.exitCode = code),
  };
}
