import { proposeKeeping } from '../../runtime/operator';
import { agentArgument, Consent, examples, reasonOption, Verb, yesOption } from '../command';
import { renderPlacement } from '../render';

export const keep: Verb = {
  register: (nhi, { change, print, asking }) => nhi.command('keep')
    .description('say that an agent which seems unused is still needed, and why')
    .addArgument(agentArgument())
    .addOption(reasonOption())
    .addOption(yesOption())
    .addHelpText('after', examples('nhi keep invoice-bot --reason \'It runs once a quarter\''))
    .action(async (agent: string, { reason, ...consent }: { reason: string } & Consent) => print(
      await change((connection) => proposeKeeping(connection, agent, reason, asking()), consent),
      (state) => renderPlacement(state, asking().now))),
};
