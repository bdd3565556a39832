import { setTimeout as pause } from 'node:timers/promises';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { LocalAws } from './local-aws';

const SECOND_MS = 1_000;

/**
 * Runs a sweep to its end. It is started as its schedule starts it, because the emulator's scheduler starts none. What is due is due at a full second, rounded up,
 * so the sweep begins after the second in which it was asked for: whatever was done before is due by then.
 */
export async function sweep({ env: { account, region }, registry: { stateMachine } }: LocalAws): Promise<void> {
  const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:agents-nhi-agenda`;
  await pause(SECOND_MS - Date.now() % SECOND_MS);
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
