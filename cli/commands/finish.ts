import { proposeFinish } from '../../runtime/operator';
import { agentArgument, Consent, examples, Verb, yesOption } from '../command';
import { renderPlacement } from '../render';

export const finish: Verb = {
  register: (nhi, { change, print, asking }) => nhi.command('finish')
    .description('finish a teardown that CloudFormation has given up: of an agent whose construct or stack was removed, of a replaced role, or of a role created in its place')
    .addArgument(agentArgument())
    .addOption(yesOption())
    .addHelpText('after', examples('nhi finish invoice-bot'))
    .action(async (agent: string, consent: Consent) => print(
      await change((connection) => proposeFinish(connection, agent, asking()), consent), (state) => renderPlacement(state, asking().now))),
};
