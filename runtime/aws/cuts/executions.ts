import { DescribeStateMachineCommand, ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { Cut } from './cut';
import { ofEach, unlessMissing } from './missing';
import { allItems } from '../../pages';

/**
 * Running executions of state machines that hold the agent's role are stopped. They can't be continued: a resumption starts none again. Step
 * Functions doesn't list executions of express workflows. These end within five minutes, and every call that they make is denied.
 */
export const executions: Cut = {
  name: 'executions',
  isActing: true,
  needs: [
    { sid: 'FindExecutions', actions: ['states:DescribeStateMachine', 'states:ListExecutions'], resources: ['arn:{partition}:states:{region}:{account}:stateMachine:*'] },
    { sid: 'StopExecutions', actions: ['states:StopExecution'], resources: ['arn:{partition}:states:{region}:{account}:execution:*'] },
  ],
  async find({ stateMachine }, holdings) {
    const machines = await ofEach(await holdings.of('AWS::StepFunctions::StateMachine'), async (stateMachineArn) => {
      const { roleArn, type } = await stateMachine.send(new DescribeStateMachineCommand({ stateMachineArn }));
      return holdings.holds(roleArn) && type !== 'EXPRESS' ? stateMachineArn : undefined;
    });
    const running = await ofEach(machines, (machine) => runningOf(stateMachine, machine));
    return running.flat().map((id) => ({ id, isCut: false, was: null }));
  },
  apply: ({ stateMachine }, executionArn) => unlessMissing(() => stateMachine.send(
    new StopExecutionCommand({ executionArn, error: 'AgentSuspended', cause: 'the agent that it acts for was suspended' }))),
};

async function runningOf(stateMachine: SFNClient, stateMachineArn: string): Promise<string[]> {
  const all = await allItems(
    (nextToken) => stateMachine.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', nextToken })),
    (page) => page.executions, (page) => page.nextToken);
  return all.flatMap(({ executionArn }) => executionArn ?? []);
}
