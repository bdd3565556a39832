import { Option } from 'commander';
import { proposeApprovalRequest } from '../../runtime/operator';
import { agentArgument, Consent, examples, reasonOption, Verb, yesOption } from '../command';
import { renderPlacement } from '../render';

export const requestApproval: Verb = {
  register: (nhi, { change, print, asking }) => nhi.command('request-approval')
    .description('ask an agent\'s sponsor to approve its move into a stage, with what is declared for it; you can\'t approve it yourself then')
    .addArgument(agentArgument())
    .addOption(new Option('--stage <stage>', 'stage into which the agent is to move').makeOptionMandatory())
    .addOption(reasonOption())
    .addOption(yesOption())
    .addHelpText('after', examples('nhi request-approval invoice-bot --stage production --reason \'Tested for two weeks\''))
    .action(async (agent: string, { stage, reason, ...consent }: { stage: string; reason: string } & Consent) => print(
      await change((connection) => proposeApprovalRequest(connection, agent, { stage, reason }, asking()), consent),
      (state) => renderPlacement(state, asking().now))),
};
