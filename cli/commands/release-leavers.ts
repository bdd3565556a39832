import { LeaversReleased, proposeRelease } from '../../runtime/operator';
import { Consent, examples, Verb, yesOption } from '../command';
import { wholeNumber } from '../numbers';

export const releaseLeavers: Verb = {
  register: (nhi, { change, print, asking }) => nhi.command('release-leavers')
    .description('suspend the limit on how many agents may leave within an hour, for a time')
    .option('--minutes <minutes>', 'for how long', wholeNumber('minutes', 1, 1440), 60)
    .addOption(yesOption())
    .addHelpText('after', examples('nhi release-leavers --minutes 30'))
    .action(async ({ minutes, ...consent }: Consent & { minutes: number }) => print(
      await change((connection) => proposeRelease(connection, minutes, asking()), consent), rendered)),
};

function rendered({ operator, until, waiting }: LeaversReleased): string {
  return `${operator} lifted the limit until ${until}: delete the stacks of those who wait again${waiting.length === 0 ? '' : ` (${waiting.join(', ')})`}`;
}
