import { DescribeStateMachineForExecutionCommand, ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { unlessUnseen } from './unless-unseen';
import { isDeadArn, Wiper, WiperContext, WipeTarget } from './wiper';
import { allItems } from '../../pages';
import { Finding } from '../../wiping';
import { ofEach, unlessMissing } from '../cuts/missing';

/** Running executions of Step Functions keep the role with which they began, after a move too. Every call that they make is denied. */
export const runningExecutions: Wiper = {
  name: 'running-executions',
  ofAgent: false,
  source: 'running executions of the state machines in the agent\'s stacks, by the role that each holds',
  gaps: ['express workflows, whose executions Step Functions does not list: they end within five minutes', 'state machines in other stacks'],
  needs: [
    // The statements of the cut `executions` allow the rest.
    { sid: 'AskExecutions', actions: ['states:DescribeStateMachineForExecution'], resources: ['arn:{partition}:states:{region}:{account}:execution:*'], of: 'every' },
    { sid: 'FindExecutions', actions: ['states:DescribeStateMachine', 'states:ListExecutions'], resources: ['arn:{partition}:states:{region}:{account}:stateMachine:*'] },
    { sid: 'StopExecutions', actions: ['states:StopExecution'], resources: ['arn:{partition}:states:{region}:{account}:execution:*'] },
  ],
  async list(context, target) {
    const machines = (await target.resources()).own.get('AWS::StepFunctions::StateMachine') ?? [];
    return (await Promise.all(machines.map((machine) => (
      unlessUnseen({ wiper: 'running-executions', kind: 'execution', id: `execution/${machine}` }, () => heldIn(context, target, machine)))))).flat();
  },
  wipe: ({ stateMachine }, _target: WipeTarget, { id }) => unlessMissing(async () => void await stateMachine.send(
    new StopExecutionCommand({ executionArn: id.slice('execution/'.length), error: 'PrincipalRetired', cause: 'the agent\'s role that it holds is torn down' }))),
};

async function heldIn(context: WiperContext, target: WipeTarget, machine: string): Promise<Finding[]> {
  const held = await ofEach(await runningOf(context, machine), async (executionArn) => {
    const { roleArn } = await context.stateMachine.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    return isDeadArn(target, roleArn) ? executionArn : undefined;
  });
  return held.map((arn) => ({ wiper: 'running-executions', kind: 'execution', id: `execution/${arn}`, actedOn: true }));
}

async function runningOf({ stateMachine }: WiperContext, stateMachineArn: string): Promise<string[]> {
  try {
    const all = await allItems(
      (nextToken) => stateMachine.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', nextToken })), (page) => page.executions, (page) => page.nextToken);
    return all.flatMap(({ executionArn }) => executionArn ?? []);
  } catch (error) {
    // An express workflow.
    if (error instanceof Error && error.name === 'StateMachineTypeNotSupported') {
      return [];
    }
    throw error;
  }
}
