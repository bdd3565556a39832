import { Option } from 'commander';
import { AnsweredApproval, proposeAnswer } from '../../runtime/operator';
import { agentArgument, Consent, examples, reasonOption, Verb, yesOption } from '../command';
import { digestOf } from '../digest';

interface ApproveOptions extends Consent {
  readonly decline?: boolean;
  readonly digest?: string;
  readonly reason: string;
}

export const approve: Verb = {
  register: (nhi, { change, print, asking }) => nhi.command('approve')
    .description('show what an agent would be granted by its move or join, and approve or decline it as its sponsor or backup')
    .addArgument(agentArgument())
    .option('--decline', 'say no')
    .addOption(new Option('--digest <digest>', 'digest of what you looked at; with --yes it is needed').argParser(digestOf))
    .addOption(reasonOption())
    .addOption(yesOption())
    .addHelpText('after', examples('nhi approve invoice-bot --reason \'Tested for two weeks\'', 'nhi approve invoice-bot --decline --reason \'The tests failed\''))
    .action(async (agent: string, { decline, digest, reason, ...consent }: ApproveOptions, command) => {
      if (consent.yes === true && digest === undefined) {
        command.error('error: --yes needs --digest: otherwise nobody has looked at what is approved');
      }
      const verdict = decline === true ? 'decline' : 'approve';
      print(await change((connection) => proposeAnswer(connection, agent, { verdict, reason, digest }, asking()), consent), rendered);
    }),
};

function rendered({ agentName, stage, asked: { digest, persons, approvals, declined } }: AnsweredApproval): string {
  return declined !== undefined ? `declined: agent ${agentName} may not get into ${stage}`
    : [...approvals.map(({ by, until }) => `approved by ${by} until ${until}`),
      approvals.length < persons ? `${persons - approvals.length} more must approve` : `agent ${agentName} can be deployed to ${stage} once, with exactly ${digest}`].join('\n');
}
