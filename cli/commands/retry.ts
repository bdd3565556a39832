import { agentArgument, Consent, examples, Verb, yesOption } from '../command';
import { renderPlacement } from '../render';

export const retry: Verb = {
  register: (nhi, { changeOnEither, print, asking }) => nhi.command('retry')
    .description('do again now what failed or waits for a sweep: a teardown that is incomplete or postponed, a suspension that is not complete, on Google a revocation that is open')
    .addArgument(agentArgument())
    .addOption(yesOption())
    .addHelpText('after', `\nA deployment that failed is repeated by a deployment, and a resumption by nhi resume.\n${examples('nhi retry invoice-bot', 'nhi --google-registry gs://acme-agents-agents-registry retry invoice-bot')}`)
    .action(async (agent: string, consent: Consent) => print(
      await changeOnEither((registry) => registry.proposeRetry(agent, asking()), consent), (state) => renderPlacement(state, asking().now))),
};
