import { agentArgument, examples, Verb } from '../command';
import { renderPlacement } from '../render';

export const show: Verb = {
  register: (nhi, { read, print, asking }) => nhi.command('show')
    .description('one agent')
    .addArgument(agentArgument())
    .addHelpText('after', examples('nhi show invoice-bot', 'nhi show invoice-bot --json'))
    .action(async (agent: string) => print(
      await read(`reading ${agent}`, (registry) => registry.show(agent)), (state) => renderPlacement(state, asking().now))),
};
