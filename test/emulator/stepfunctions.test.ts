import { setTimeout as pause } from 'node:timers/promises';
import { IAMClient, PutRolePermissionsBoundaryCommand } from '@aws-sdk/client-iam';
import {
  CreateStateMachineCommand, DescribeExecutionCommand, DescribeExecutionCommandOutput, SFNClient, StartExecutionCommand, StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { Cloud, outcome } from './harness/cloud';
import { invoke, makeFunction } from './harness/functions';
import { makeRole } from './harness/principals';

const LARGEST_RESULT_BYTES = 262_144;
/** Throws an error with the given name, or returns the given number of bytes as JSON. */
const FUNCTION = `
  class Throttled extends Error { name = 'Throttled'; }
  exports.handler = async ({ error, bytes = 2 }) => {
    if (error === 'Throttled') throw new Throttled('later');
    if (error === 'TypeError') undefined.name;
    if (error !== undefined) throw new Error(error);
    return 'x'.repeat(bytes - 2);
  };`;

let cloud: Cloud;
let sfn: SFNClient;
let functionArn: string;
let mayInvoke: string;

beforeAll(async () => {
  cloud = await Cloud.start({ SFN_LONGEST_WAIT_SECONDS: '4' });
  sfn = new SFNClient(cloud.as());
  functionArn = await makeFunction(cloud, 'worker', FUNCTION);
  mayInvoke = await makeRole(cloud, 'may-invoke', [{ Action: 'lambda:InvokeFunction', Resource: functionArn }]);
});

afterAll(() => cloud.stop());

interface MachineProps {
  /** @default - a role that may invoke the function */
  readonly roleArn?: string;
  readonly TimeoutSeconds?: number;
}

async function makeMachine(name: string, states: Record<string, object>, { roleArn = mayInvoke, ...more }: MachineProps = {}) {
  const definition = JSON.stringify({ StartAt: Object.keys(states)[0], States: states, ...more });
  const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name, roleArn, definition }));
  return stateMachineArn;
}

async function ended(executionArn: string | undefined): Promise<DescribeExecutionCommandOutput> {
  for (;;) {
    const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') {
      return execution;
    }
    await pause(30);
  }
}

/** The result of an execution: its output or its error. */
async function run(stateMachineArn: string | undefined, input: unknown = {}): Promise<string | undefined> {
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  const { output, error } = await ended(executionArn);
  return error ?? output;
}

const task = (more: object = { End: true }) => ({ Type: 'Task', Resource: functionArn, ...more });
const waiting = (Seconds: number) => ({ Wait: { Type: 'Wait', Seconds, End: true } });

describe('lambda-errors', () => {
  test.each(['Throttled', 'TypeError', 'Error'])('a function that throws a %s says so, with the trace', async (error) => {
    expect(await invoke(cloud, 'worker', { error })).toMatchObject({
      errorType: error, errorMessage: expect.any(String), trace: expect.arrayContaining([expect.stringContaining(error)]),
    });
  });

  test('a function that throws nothing answers, also after one that did', async () => {
    await invoke(cloud, 'worker', { error: 'Throttled' });

    expect(await invoke(cloud, 'worker', { bytes: 5 })).toBe('xxx');
  });

  test('the environment stays after an error', async () => {
    await makeFunction(cloud, 'stayer', 'exports.handler = async ({ fails }) => { if (fails) throw new Error("later"); return process.pid; };');
    const before = await invoke(cloud, 'stayer');

    expect(await invoke(cloud, 'stayer', { fails: true })).toMatchObject({ errorMessage: 'later' });
    expect(await invoke(cloud, 'stayer')).toBe(before);
  });

  test('Catch matches the error\'s name, and no other', async () => {
    const caught = task({ Catch: [{ ErrorEquals: ['Throttled'], Next: 'Caught' }], End: true });
    const machine = await makeMachine('catches', { Call: caught, Caught: { Type: 'Pass', Result: 'caught', End: true } });

    expect(await run(machine, { error: 'Throttled' })).toBe('"caught"');
    expect(await run(machine, { error: 'TypeError' })).toBe('TypeError');
  });
});

describe('sfn-executions', () => {
  test('the same name and input while it runs is the same execution; another input or a later time is refused', async () => {
    const stateMachineArn = await makeMachine('once', waiting(60));
    const start = (input: object) => sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'first', input: JSON.stringify(input) }));
    const { executionArn } = await start({ agent: 'bot', stage: 'test' });

    expect((await start({ stage: 'test', agent: 'bot' })).executionArn).toBe(executionArn);
    expect(await outcome(start({ agent: 'other' }))).toBe('ExecutionAlreadyExists');
    await sfn.send(new StopExecutionCommand({ executionArn }));
    expect(await outcome(start({ agent: 'bot', stage: 'test' }))).toBe('ExecutionAlreadyExists');
  });

  test('a state machine\'s TimeoutSeconds end an execution, for good', async () => {
    const stateMachineArn = await makeMachine('late', waiting(2), { TimeoutSeconds: 1 });
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    const { status: once } = await ended(executionArn);
    // Longer than the timeout that it tests.
    await pause(1_500);

    expect([once, (await ended(executionArn)).status]).toEqual(['TIMED_OUT', 'TIMED_OUT']);
    expect(await run(await makeMachine('in-time', waiting(0), { TimeoutSeconds: 10 }))).toBe('{}');
  });

  test('no wait is longer than the tests allow, and a shorter one is as long as it says', async () => {
    const started = Date.now();
    expect(await run(await makeMachine('long-wait', waiting(600)))).toBe('{}');
    const long = Date.now() - started;
    expect(await run(await makeMachine('short-wait', waiting(1)))).toBe('{}');
    const short = Date.now() - started - long;

    expect(long).toBeGreaterThanOrEqual(4_000);
    expect(short).toBeGreaterThanOrEqual(1_000);
  });

  test.each(['by its ARN', 'by lambda:invoke'])('the role must allow to invoke the function, called %s', async (called) => {
    const id = called.replaceAll(/\W/g, '-');
    const integrated = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: functionArn }, OutputPath: '$.Payload', End: true };
    const states = { Call: called === 'by its ARN' ? task() : integrated };
    const other = await makeRole(cloud, `may-invoke-another-${id}`, [{ Action: 'lambda:InvokeFunction', Resource: `${functionArn}-other` }]);

    expect(await run(await makeMachine(`allowed-${id}`, states))).toBe('""');
    expect(await run(await makeMachine(`denied-${id}`, states, { roleArn: other }))).toBe('Lambda.AWSLambdaException');
  });

  test('the role\'s boundary counts too', async () => {
    const roleArn = await makeRole(cloud, 'bounded', [{ Action: 'lambda:InvokeFunction', Resource: functionArn }]);
    const machine = await makeMachine('bounded', { Call: task() }, { roleArn });
    const beforehand = await run(machine);

    await new IAMClient(cloud.as()).send(new PutRolePermissionsBoundaryCommand({ RoleName: 'bounded', PermissionsBoundary: 'arn:aws:iam::aws:policy/AWSDenyAll' }));

    expect([beforehand, await run(machine)]).toEqual(['""', 'Lambda.AWSLambdaException']);
  });

  test('a result has at most 262,144 bytes', async () => {
    const machine = await makeMachine('large', { Call: task({ ResultSelector: { ok: true }, End: true }) });

    expect(await run(machine, { bytes: LARGEST_RESULT_BYTES })).toBe('{"ok": true}');
    expect(await run(machine, { bytes: LARGEST_RESULT_BYTES + 1 })).toBe('States.DataLimitExceeded');
  });
});
