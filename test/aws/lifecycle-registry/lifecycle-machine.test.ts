import { lifecycleMachine, MACHINE_TIMEOUT_SECONDS } from '../../../src/aws/lifecycle-registry/lifecycle-machine';
import { STEP_NAMES } from '../../../src/contract/steps';

interface MachineState {
  readonly Type: string;
  readonly Next?: string;
  readonly Retry?: { readonly ErrorEquals: string[] }[];
  readonly Catch?: { readonly Next: string }[];
  readonly Choices?: { readonly Next: string }[];
  readonly Default?: string;
  readonly Parameters?: object;
}

describe('the state machine', () => {
  const machine = JSON.parse(JSON.stringify(lifecycleMachine('arn:steps'))) as { StartAt: string; TimeoutSeconds: number; States: Record<string, MachineState> };

  test('ends before CloudFormation stops waiting', () => {
    expect(machine.TimeoutSeconds).toBe(MACHINE_TIMEOUT_SECONDS);
    expect(machine.TimeoutSeconds).toBeLessThan(3_600);
  });

  test('whatever fails before the response is recorded and answered as failed', () => {
    const tasks = Object.entries(machine.States).filter(([, { Type: type }]) => type === 'Task' || type === 'Map');
    expect(tasks.map(([name]) => name).sort()).toEqual([...STEP_NAMES].sort());
    expect(tasks.filter(([, state]) => state.Catch?.[0].Next !== 'Fail').map(([name]) => name)).toEqual(['Refuse', 'Fail']);
  });

  test('each step is chosen by a run or follows another, and the time that IAM needs passes behind the quarantine', () => {
    expect(machine.States.Next.Choices?.map(({ Next: next }) => next)).toEqual(['Adopt', 'Quarantine', 'Cut', 'Reduce', 'Restore', 'Clean', 'Return', 'Wipe', 'Terminate', 'Revoke', 'Settle', 'Watch', 'Refuse']);
    expect(machine.States.Quarantine.Next).toBe('Wait');
    expect(machine.States.Wipe.Next).toBe('Terminate');
  });

  test('after the response what CloudFormation deletes is waited for, and the output of the execution is what came of the request', () => {
    expect([machine.States.Settle.Next, machine.States.Watch.Next, machine.States.Wait.Next]).toEqual(['Wait', 'Wait', 'Next']);
    expect(machine.States.Next.Default).toBe('Done');
    expect(machine.States.Done).toEqual({ Type: 'Succeed', OutputPath: '$.progress.answer' });
    expect(machine.States.Refuse).toMatchObject({ Next: 'Done', ResultPath: '$.progress.answer' });
  });

  test('every step leads to one that is there, and all that is there is led to', () => {
    const targets = Object.values(machine.States).flatMap(({ Next: next, Catch: caught = [], Choices: choices = [], Default: otherwise }) =>
      [next, otherwise, ...caught.map((one) => one.Next), ...choices.map((one) => one.Next)].filter((name) => name !== undefined));
    expect(new Set([machine.StartAt, ...targets])).toEqual(new Set(Object.keys(machine.States)));
  });

  test('an execution knows a request\'s id and nothing else of it', () => {
    expect(JSON.stringify(machine)).not.toMatch(/ResponseURL|responseUrl|Sponsor/);
  });
});
