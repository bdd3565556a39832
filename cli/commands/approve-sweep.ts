import { Option } from 'commander';
import { ApprovedSweep, proposeApproval } from '../../runtime/operator';
import { Consent, examples, reasonOption, Verb, yesOption } from '../command';
import { digestOf } from '../digest';

export const approveSweep: Verb = {
  register: (nhi, { change, print, asking }) => nhi.command('approve-sweep')
    .description('show the agents that a sweep held back because they are too many, and approve that list')
    .addOption(new Option('--digest <digest>', 'digest of the list that you looked at; with --yes it is needed').argParser(digestOf))
    .addOption(reasonOption())
    .addOption(yesOption())
    .addHelpText('after', examples('nhi approve-sweep --reason \'The project is over\''))
    .action(async ({ digest, reason, ...consent }: { digest?: string; reason: string } & Consent, command) => {
      if (consent.yes === true && digest === undefined) {
        command.error('error: --yes needs --digest: otherwise nobody has looked at the list');
      }
      print(await change((connection) => proposeApproval(connection, { digest, reason }, asking()), consent), rendered);
    }),
};

function rendered({ by, agents, digest }: ApprovedSweep): string {
  return `${by} approved the list ${digest} of ${agents} agents: the next sweep works on them`;
}
