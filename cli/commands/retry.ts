import { proposeRetry } from '../../runtime/operator';
import { agentArgument, Consent, examples, Verb, yesOption } from '../command';
import { renderPlacement } from '../render';

export const retry: Verb = {
  register: (nhi, { change, print, asking }) => nhi.command('retry')
    .description('do again now what failed or waits for a sweep: a teardown that is incomplete or postponed, a suspension that is not complete')
    .addArgument(agentArgument())
    .addOption(yesOption())
    .addHelpText('after', `\nA deployment that failed is repeated by a deployment, and a resumption by nhi resume.\n${examples('nhi retry invoice-bot')}`)
    .action(async (agent: string, consent: Consent) => print(
      await change((connection) => proposeRetry(connection, agent, asking()), consent), (state) => renderPlacement(state, asking().now))),
};
