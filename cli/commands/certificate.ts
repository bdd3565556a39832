import { agentArgument, Verb } from '../command';
import { renderCertificates } from '../render';

export const certificate: Verb = {
  register: (nhi, { read, print }) => nhi.command('certificate')
    .description('decommission certificates of an agent, both parts')
    .addArgument(agentArgument())
    .action(async (agent: string) => print(
      await read(`reading certificates of ${agent}`, (registry) => registry.certificates(agent)), renderCertificates)),
};
