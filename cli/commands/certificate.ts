import { agentArgument, examples, Verb } from '../command';
import { renderCertificates } from '../render';

export const certificate: Verb = {
  register: (nhi, { read, print }) => nhi.command('certificate')
    .description('decommission certificates of an agent, both parts')
    .addArgument(agentArgument())
    .addHelpText('after', examples('nhi certificate invoice-bot', 'nhi certificate invoice-bot --json'))
    .action(async (agent: string) => print(
      await read(`reading certificates of ${agent}`, (registry) => registry.certificates(agent)), renderCertificates)),
};
