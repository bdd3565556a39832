import { setTimeout as pause } from 'node:timers/promises';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { LocalAws } from './local-aws';

/** A sweep, started as its schedule starts it. */
export async function sweep({ env: { account, region }, registry: { stateMachine } }: LocalAws): Promise<void> {
  const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:agents-nhi-agenda`;
  const { executionArn } = await stateMachine.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));
  for (;;) {
    const { status, error, cause } = await stateMachine.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') {
      return;
    }
    if (status !== 'RUNNING') {
      throw new Error(`the sweep ended as ${status}: ${error} ${cause}`);
    }
    await pause(50);
  }
}
