import { proposeRenewal } from '../../runtime/operator';
import { agentArgument, Consent, examples, reasonOption, Verb, yesOption } from '../command';
import { instant } from '../instants';
import { renderPlacement } from '../render';

export const renew: Verb = {
  register: (nhi, { change, print, asking }) => nhi.command('renew')
    .description('allow an agent that has ended a later end, which its next deployment must declare')
    .addArgument(agentArgument())
    .requiredOption('--until <date>', 'latest end that may be declared: the end of a day (2027-03-31), UTC, or an instant (2027-03-31T12:00:00Z)', instant)
    .addOption(reasonOption())
    .addOption(yesOption())
    .addHelpText('after', examples('nhi renew invoice-bot --until 2027-03-31 --reason \'The successor is late\''))
    .action(async (agent: string, { until, reason, ...consent }: { until: string; reason: string } & Consent) => print(
      await change((connection) => proposeRenewal(connection, agent, { until, reason }, asking()), consent),
      (state) => renderPlacement(state, asking().now))),
};
