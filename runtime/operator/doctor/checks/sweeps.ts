import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { Check, CREATE_AGAIN, error, isMissing, ok } from '../check';

const LOOKED_AT = 100;
/** As the alarm `SweepOverdue`. */
const MISSED = 3;
const MINUTE_MS = 60_000;

/** The schedule of the sweeps is on, and sweeps come to their end. */
export const sweeps: Check = {
  name: 'sweeps',
  needs: ['scheduler:GetSchedule', 'states:ListExecutions'],
  async look({ connection: { plain, stateMachine }, names, place, now }) {
    const schedule = names.sweepSchedule;
    const found = await plain.rest('scheduler', ['schedules', schedule]).catch((failure: unknown) => {
      if (isMissing(failure)) {
        return undefined;
      }
      throw failure;
    }) as { State?: string; ScheduleExpression?: string; CreationDate?: number } | undefined;
    if (found === undefined) {
      return [error(`the schedule ${schedule} does not exist: nothing that is due is done`, CREATE_AGAIN)];
    }
    if (found.State !== 'ENABLED') {
      return [error(`the schedule ${schedule} is ${found.State ?? 'in an unknown state'}: nothing that is due is done`, `enable it: aws scheduler update-schedule with the settings of ${schedule} and --state ENABLED`)];
    }
    const list = new ListExecutionsCommand({ stateMachineArn: names.sweepMachineArn(place), maxResults: LOOKED_AT });
    const { executions = [] } = await stateMachine.send(list);
    const lastEnded = executions.find(({ status }) => status !== 'RUNNING');
    const succeeded = executions.find(({ status }) => status === 'SUCCEEDED');
    const minutes = Number(/^rate\((\d+) minutes?\)$/.exec(found.ScheduleExpression ?? '')?.[1] ?? 60);
    const since = succeeded?.stopDate?.getTime() ?? (found.CreationDate ?? 0) * 1000;
    const last = succeeded?.stopDate === undefined ? 'no sweep has finished' : `the last sweep finished at ${succeeded.stopDate.toISOString()}`;
    if (now.getTime() - since > MISSED * minutes * MINUTE_MS) {
      return [error(`${last}, and there should be one every ${minutes} minutes`, `look at the executions of the state machine ${names.sweepMachine} in Step Functions, and at the role ${names.sweepScheduleRole}`)];
    }
    if (lastEnded !== undefined && lastEnded.status !== 'SUCCEEDED') {
      return [error(`the last sweep ended as ${lastEnded.status}; ${last}`, `look at execution ${lastEnded.name} of the state machine ${names.sweepMachine}; what was due stays due`)];
    }
    return [ok(`the schedule ${schedule} is on; ${last}`)];
  },
};
