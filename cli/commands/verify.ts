import { isIntact, VerifiedPlacement, Verdict } from '../../runtime/operator';
import { InvalidInputError } from '../../src/core/errors';
import { agentArgument, examples, Shell, Verb } from '../command';
import { EXIT } from '../exit-codes';
import { renderVerdict, renderVerdicts } from '../render';

export const verify: Verb = {
  register: (nhi, shell) => nhi.command('verify')
    .description(`compute the chain of events of an agent, or of all, again, and compare it with state and evidence; exit code ${EXIT.found} if anything differs`)
    .addArgument(agentArgument('[agent]'))
    .option('--all', 'all agents that the registry has or had')
    .addHelpText('after', examples('nhi verify invoice-bot', 'nhi verify --all --json'))
    .action(async (agent: string | undefined, { all }: { all?: boolean }) => {
      if ((agent === undefined) !== (all === true)) {
        throw new InvalidInputError('VerifyTargetMissing', 'name one agent, or give --all');
      }
      const verdicts = agent === undefined ? await verifyAll(shell) : [await verifyOne(shell, agent)];
      if (!verdicts.every(isIntact)) {
        shell.exitWith(EXIT.found);
      }
    }),
};

async function verifyOne({ read, print, asking }: Shell, agent: string): Promise<VerifiedPlacement> {
  const verdict = await read(`verifying ${agent}`, (registry) => registry.verify(agent, asking().now));
  print(verdict, renderVerdict);
  return verdict;
}

async function verifyAll({ read, print, asking }: Shell): Promise<Verdict[]> {
  let progress = 'reading the fleet';
  const tell = (done: number, all: number): void => void (progress = `${done} of ${all} chains verified`);
  const verdicts = await read(() => progress, (registry) => registry.verifyAll(asking().now, tell));
  print(verdicts, renderVerdicts);
  return verdicts;
}
