import { Argument, Command, InvalidArgumentError } from 'commander';
import { connect, ConnectOptions } from './connect';
import { finishTeardown } from './finish';
import { renderFleet, renderJson, renderPlacement, renderVerdict } from './render';
import { certificatesOf, listFleet, releaseLeavers, showPlacement, verifyPlacement } from './verbs';
import { printable, renderCertificate } from '../runtime/evidence';
import { validateAgentName } from '../src/core/agent-name';

interface Output {
  write(text: string): unknown;
}

/** What the command reaches beside its output. */
export interface Outside {
  readonly connect: typeof connect;
  readonly now: () => Date;
  /** Where progress goes: not where data goes. */
  readonly progress: Output;
  /** How often a running transition is looked at. */
  readonly lookEveryMs?: number;
}

/** The `nhi` command: each verb fetches, renders, prints. */
export function program(output: Output, outside: Outside = { connect, now: () => new Date(), progress: process.stderr }): Command {
  const nhi = new Command('nhi')
    .description('Agents of a registry: who answers for them, where they are in their life, and proof that they left')
    .option('--registry <name>', 'name of the registry', 'agents')
    .option('--region <region>', 'home region of the registry (default: that of the environment)')
    .option('--json', 'print JSON for other programs')
    .showHelpAfterError();

  const print = <T>(data: T, render: (data: T) => string): void => {
    output.write(`${nhi.opts<{ json?: boolean }>().json ? renderJson(data) : render(data)}\n`);
  };
  const tell = (line: string): void => void outside.progress.write(`${printable(line)}\n`);
  const registry = (): ReturnType<typeof connect> => outside.connect(nhi.opts<ConnectOptions>());
  // Looked at before AWS is asked for anything.
  const agentArgument = (): Argument => new Argument('<agent>', 'name of the agent').argParser(validateAgentName);

  nhi.command('list').description('all agents of the registry, tombstones too')
    .action(async () => print(await listFleet(await registry()), renderFleet));
  nhi.command('show').description('one agent').addArgument(agentArgument())
    .action(async (agent: string) => print(await showPlacement(await registry(), agent), renderPlacement));
  nhi.command('verify').description('recompute the chain of events of an agent').addArgument(agentArgument())
    .action(async (agent: string) => {
      const verdict = await verifyPlacement(await registry(), agent);
      print(verdict, renderVerdict);
      if (!verdict.chain.intact) {
        process.exitCode = 2;
      }
    });
  nhi.command('certificate').description('decommission certificates of an agent').addArgument(agentArgument())
    .action(async (agent: string) => print(await certificatesOf(await registry(), agent), (all) => all.map(renderCertificate).join('\n\n')));
  nhi.command('release-leavers').description('lift the limit of leavers for a time, so that those who wait can go')
    .option('--minutes <minutes>', 'for how long', minutes, 60)
    .action(async ({ minutes: duration }: { minutes: number }) =>
      print(await releaseLeavers(await registry(), duration, outside.now()), ({ until, operator }) => `${operator} lifted the limit until ${until}: delete the stacks of those who wait again`));
  nhi.command('finish').description('finish a teardown that CloudFormation has given up: of an agent whose construct or stack is gone, or of a replaced role')
    .addArgument(agentArgument())
    .action(async (agent: string) => {
      const state = await finishTeardown(await registry(), agent, { now: outside.now(), lookEveryMs: outside.lookEveryMs, tell });
      print(state, renderPlacement);
    });
  return nhi;
}

function minutes(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1440) {
    throw new InvalidArgumentError('use a whole number of minutes from 1 to 1440');
  }
  return value;
}
