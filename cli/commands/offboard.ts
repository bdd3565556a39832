import { proposeOffboarding } from '../../runtime/operator';
import { agentArgument, Consent, examples, reasonOption, Verb, yesOption } from '../command';
import { renderPlacement } from '../render';

export const offboard: Verb = {
  register: (nhi, { change, print, asking }) => nhi.command('offboard')
    .description('let an agent leave now, without a deployment: everything of it is torn down, and no deployment brings it back; remove it from its stack afterwards')
    .addArgument(agentArgument())
    .addOption(reasonOption())
    .addOption(yesOption())
    .addHelpText('after', `\nTo stop an agent and decide later, use nhi suspend: it takes effect at once and can be undone.\n${examples('nhi offboard invoice-bot --reason \'Its vendor was breached\'')}`)
    .action(async (agent: string, { reason, ...consent }: { reason: string } & Consent) => print(
      await change((connection) => proposeOffboarding(connection, agent, reason, asking()), consent),
      (state) => renderPlacement(state, asking().now))),
};
