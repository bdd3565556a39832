import { agentArgument, Consent, examples, reasonOption, Verb, yesOption } from '../command';
import { renderPlacement } from '../render';

export const confirm: Verb = {
  register: (nhi, { changeOnEither, print, asking }) => nhi.command('confirm')
    .description('attest that an agent\'s access at a third party no longer exists, and how you know')
    .addArgument(agentArgument())
    .argument('<revoker>', 'id of the revoker, as `nhi show` has it')
    .addOption(reasonOption())
    .addOption(yesOption())
    .addHelpText('after', examples('nhi confirm invoice-bot okta --reason \'The vendor has confirmed it by mail\''))
    .action(async (agent: string, revoker: string, { reason, ...consent }: { reason: string } & Consent) => print(
      await changeOnEither((registry) => registry.proposeConfirmation(agent, { revoker, reason }, asking()), consent),
      (state) => renderPlacement(state, asking().now))),
};
