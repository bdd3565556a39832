import { Option } from 'commander';
import { FleetStatus, fleetStatus } from '../../runtime/operator';
import { examples, Verb } from '../command';
import { wholeNumber } from '../numbers';
import { renderStatus } from '../render-status';

const ENDING_DAYS = 30;
/** Three sweeps of the default interval, as the alarm has it. */
const OVERDUE_HOURS = 3;
const WATCH_SECONDS = 60;

interface StatusFlags {
  readonly ending: number;
  readonly overdue: number;
  readonly watch?: number | true;
}

export const status: Verb = {
  register: (nhi, { read, print, watch, asking, columns, paint }) => nhi.command('status')
    .description('the fleet on one screen: stages, sponsors, and what somebody should look at. It reads what nhi list reads and, once each, the leaver limit and the orphan roles: no row of a single agent')
    .addOption(new Option('--ending <days>', 'count agents that end within so many days').argParser(wholeNumber('days', 0, 3650)).default(ENDING_DAYS))
    .addOption(new Option('--overdue <hours>', 'count as overdue what is due for longer than so many hours: give three intervals of the sweeps').argParser(wholeNumber('hours', 1, 720)).default(OVERDUE_HOURS))
    .addOption(new Option('--watch [seconds]', `at a terminal: draw it again every so many seconds, ${WATCH_SECONDS} if none are given, until Ctrl-C (exit code 130)`).argParser(wholeNumber('seconds', 2, 86_400)))
    .addHelpText('after', examples('nhi status', 'nhi status --watch 300', 'nhi status --json --ending 14'))
    .action(async ({ ending, overdue, watch: every }: StatusFlags) => {
      const look = (): Promise<FleetStatus> => read('reading the fleet', async (registry) => {
        const { now } = asking();
        const [agents, held, limitLifted, orphans] = await Promise.all([
          registry.list({}, now), registry.heldSweep(), registry.leaverLimitLifted(now), registry.orphans(),
        ]);
        return fleetStatus({ agents, held, limitLifted, orphans }, { endingWithinDays: ending, overdueAfterHours: overdue }, now);
      });
      const render = (fleet: FleetStatus): string => renderStatus(fleet, columns(), paint);
      if (every === undefined) {
        return print(await look(), render);
      }
      await watch(every === true ? WATCH_SECONDS : every, async () => render(await look()));
    }),
};
