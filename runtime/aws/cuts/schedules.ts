import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient, ScheduleState, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { Cut } from './cut';
import { ofEach, unlessMissing } from './missing';
import { allItems } from '../../pages';

/**
 * Schedules of EventBridge Scheduler that act with the agent's role are disabled. A schedule that invokes a function of the agent with another role
 * stays on: to change it, Scheduler demands that the engine may pass that role. The function itself refuses the invocation.
 */
export const schedules: Cut = {
  name: 'schedules',
  needs: [
    // Scheduler can't restrict the list to resources.
    { sid: 'ListSchedules', actions: ['scheduler:ListSchedules'], resources: ['*'] },
    { sid: 'StopSchedules', actions: ['scheduler:GetSchedule', 'scheduler:UpdateSchedule'], resources: ['arn:{partition}:scheduler:{region}:{account}:schedule/*'] },
  ],
  async find({ scheduler }, holdings) {
    const listed = await ofEach(await holdings.of('AWS::Scheduler::Schedule'), (name) => inGroups(scheduler, name));
    return ofEach(listed.flat(), async (id) => {
      const { State: state, Target: target } = await scheduler.send(new GetScheduleCommand(scheduleOf(id)));
      return holdings.holds(target?.RoleArn) ? { id, isCut: state === 'DISABLED', was: 'enabled' } : undefined;
    });
  },
  apply: ({ scheduler }, id) => unlessMissing(() => switchTo(scheduler, id, 'DISABLED')),
  restore: ({ scheduler }, { id }) => unlessMissing(() => switchTo(scheduler, id, 'ENABLED')),
};

/** The schedules of this name, as `<group>/<name>`. A template's physical id has no group. */
async function inGroups(scheduler: SchedulerClient, name: string): Promise<string[]> {
  const all = await allItems(
    (NextToken) => scheduler.send(new ListSchedulesCommand({ NamePrefix: name, NextToken })), (page) => page.Schedules, (page) => page.NextToken);
  return all.filter(({ Name }) => Name === name).map(({ GroupName: group }) => `${group}/${name}`);
}

/** An update sets everything that it leaves out to its default, so the rest of the schedule is sent back as it was read. */
async function switchTo(scheduler: SchedulerClient, id: string, to: ScheduleState): Promise<void> {
  const {
    Name, GroupName, ScheduleExpression, ScheduleExpressionTimezone, StartDate, EndDate, Description, State, KmsKeyArn, Target, FlexibleTimeWindow,
    ActionAfterCompletion,
  } = await scheduler.send(new GetScheduleCommand(scheduleOf(id)));
  if (State !== to) {
    await scheduler.send(new UpdateScheduleCommand({
      Name,
      GroupName,
      ScheduleExpression,
      ScheduleExpressionTimezone,
      StartDate,
      EndDate,
      Description,
      KmsKeyArn,
      Target,
      FlexibleTimeWindow,
      ActionAfterCompletion,
      State: to,
    }));
  }
}

function scheduleOf(id: string): { GroupName: string; Name: string } {
  const [GroupName, Name] = id.split('/');
  return { GroupName, Name };
}
