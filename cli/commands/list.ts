import { Option } from 'commander';
import { FleetFilter, STATUSES } from '../../runtime/operator';
import { examples, Verb } from '../command';
import { wholeNumber } from '../numbers';
import { renderFleet, renderOrphans } from '../render';

export const list: Verb = {
  register: (nhi, { read, print, asking }) => nhi.command('list')
    .description('agents of the registry, tombstones too')
    .option('--stage <stage>', 'only those in this stage')
    .option('--sponsor <id>', 'only those of this sponsor, by id or mail address as the list shows it')
    .addOption(new Option('--status <status>', 'only those with this status').choices(STATUSES))
    .addOption(new Option('--ending <days>', 'only those that live and end within so many days, or have ended').argParser(wholeNumber('days', 0, 3650)))
    .option('--orphans', 'instead: the roles under the registry\'s path that belong to no agent')
    .addHelpText('after', examples('nhi list', 'nhi list --stage production --ending 30', 'nhi list --sponsor ada.park@example.com --json', 'nhi list --orphans'))
    .action(async ({ orphans, ...filter }: FleetFilter & { orphans?: true }) => {
      if (orphans === true) {
        return print(await read('reading orphans', (registry) => registry.orphans()), renderOrphans);
      }
      const [found, held] = await read('reading the fleet', (registry) => Promise.all([registry.list(filter, asking().now), registry.heldSweep()]));
      print(found, (fleet, columns) => [
        fleet.length === 0 && Object.keys(filter).length > 0 ? 'no agents match' : renderFleet(fleet, columns),
        ...(held === undefined ? [] : [`a sweep holds back ${held.agents} agents, ${held.allowed} would be allowed: see nhi approve-sweep`]),
      ].join('\n'));
    }),
};
