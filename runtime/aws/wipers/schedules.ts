import { ListConnectionsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteScheduleCommand, GetScheduleCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { orSaidUnseen, unlessUnseen } from './unless-unseen';
import { isDeadArn, Wiper, WiperContext, WipeTarget } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { allItems } from '../../pages';
import { Finding } from '../../wiping';
import { ofEach, unlessMissing } from '../cuts/missing';

const PREFIX = 'schedule/';

/**
 * Schedules of EventBridge Scheduler that act with a dead principal and can do nothing any more, and connections of EventBridge, which hold secrets of their own. Neither has a list by role, so those whose
 * names begin with the agent's are looked at.
 */
export const schedules: Wiper = {
  name: 'schedules',
  ofAgent: false,
  residue: ResidueKind.SCHEDULES,
  source: 'schedules whose names begin with the agent\'s, by the role with which each acts; connections of EventBridge whose names begin with the agent\'s',
  gaps: ['schedules and connections with other names: AWS lists neither by role', 'other regions'],
  needs: [
    { sid: 'FindOwnSchedules', actions: ['scheduler:ListSchedules', 'events:ListConnections'], resources: ['*'], of: ResidueKind.SCHEDULES },
    { sid: 'DeleteSchedules', actions: ['scheduler:GetSchedule', 'scheduler:DeleteSchedule'], resources: ['arn:{partition}:scheduler:{region}:{account}:schedule/*'], of: ResidueKind.SCHEDULES },
  ],
  async list(context, target) {
    const place = { wiper: 'schedules', kind: 'schedule', id: 'schedules' };
    return [
      ...await unlessUnseen(place, () => schedulesOf(context, target)),
      ...await orSaidUnseen({ ...place, kind: 'event-connection', id: 'event-connections' }, () => connectionsOf(context, target)),
    ];
  },
  async wipe({ scheduler }, target, { id }) {
    const [GroupName, Name] = id.slice(PREFIX.length).split('/');
    await unlessMissing(async () => {
      // Read again: somebody may have given it another role since.
      const { Target: schedule } = await scheduler.send(new GetScheduleCommand({ GroupName, Name }));
      if (isDeadArn(target, schedule?.RoleArn)) {
        await scheduler.send(new DeleteScheduleCommand({ GroupName, Name }));
      }
    });
  },
};

async function schedulesOf({ scheduler }: WiperContext, target: WipeTarget): Promise<Finding[]> {
  const all = await allItems(
    (NextToken) => scheduler.send(new ListSchedulesCommand({ NamePrefix: target.agentName, NextToken })),
    (page) => page.Schedules, (page) => page.NextToken);
  return ofEach(all, async ({ GroupName, Name }): Promise<Finding | undefined> => {
    const { Target: schedule } = await scheduler.send(new GetScheduleCommand({ GroupName, Name }));
    return isDeadArn(target, schedule?.RoleArn) ? { wiper: 'schedules', kind: 'schedule', id: `${PREFIX}${GroupName}/${Name}`, actedOn: true } : undefined;
  });
}

async function connectionsOf({ bus }: WiperContext, { agentName }: WipeTarget): Promise<Finding[]> {
  const all = await allItems(
    (NextToken) => bus.send(new ListConnectionsCommand({ NamePrefix: agentName, NextToken })), (page) => page.Connections, (page) => page.NextToken);
  return all.filter(({ Name: name }) => name === agentName || name!.startsWith(`${agentName}-`)).map(({ Name: name }) => (
    { wiper: 'schedules', kind: 'event-connection', id: `event-connection/${name}`, actedOn: false, note: 'named after the agent, and not declared as its own: look at it' }));
}
