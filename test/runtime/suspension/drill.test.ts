import { Responder, RULE } from './responder';
import { statusOf } from '../../../runtime/model/placement-state';
import { LifecycleRequest } from '../../../runtime/model/request';
import { drill, DrillContext } from '../../../runtime/suspension';
import { PLACEMENT } from '../engine/decision/requests';
import { named } from '../ledger/memory-table';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

let responder: Responder;
let context: DrillContext;
const asked = (): string[] => requests().map(({ intent }) => intent.kind);
const requests = () => [...responder.world.fake.memory.items.values()].flatMap(({ sk, stored }) => sk === 'request' ? [(stored as { request: LifecycleRequest }).request] : [])
  .filter(({ origin }) => origin.kind === 'schedule');

beforeEach(async () => {
  responder = await new Responder().join();
  const { fake } = responder.world;
  let last: { status: string; output?: object } | undefined;
  context = {
    registry: 'agents',
    ledger: fake.engine.ledger,
    requests: fake.engine.requests,
    rule: RULE,
    lookEveryMs: 1,
    patienceMs: 50,
    now: () => fake.now,
    stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:agents-nhi-lifecycle',
    stateMachine: {
      send: async ({ constructor: { name }, input }: { constructor: { name: string }; input: { input: string } }) => {
        if (name === 'StartExecutionCommand') {
          const { requestId } = JSON.parse(input.input) as { requestId: string };
          last = await fake.run(requests().find((request) => request.requestId === requestId)!) as never;
          return {};
        }
        return { status: last?.status, output: JSON.stringify(last?.output), error: 'Failed' };
      },
    } as unknown as DrillContext['stateMachine'],
  };
});

test('suspends the agent, resumes it, and tells how long the suspension took', async () => {
  const before = responder.world.canAct();
  const began = responder.world.fake.now.getTime();
  responder.world.fake.around = () => (responder.world.fake.now = new Date(responder.world.fake.now.getTime() + 100));
  const latency = await drill(context, PLACEMENT);
  expect(latency).toBeGreaterThanOrEqual(100);
  expect(latency).toBeLessThan(responder.world.fake.now.getTime() - began);
  expect(asked()).toEqual(['drill', 'end-drill']);
  expect(responder.world.canAct()).toEqual(before);
  expect(await responder.world.names()).toEqual(['joined', 'suspended', 'resumed']);
  const events = await responder.world.fake.engine.ledger.events(PLACEMENT);
  expect((events[2].data.unmapped as { details: object }).details).toMatchObject({ drill: true, latencyMs: latency });
});

test('fails when the agent could not be denied, and gives back what was', async () => {
  responder.world.fake.disturb((call, moment) => {
    if (moment === 'before' && /iam:(PutRolePermissionsBoundary|AttachRolePolicy|PutRolePolicy)/.test(call)) {
      throw named('AccessDenied', 'not this one');
    }
  });
  await expect(drill(context, PLACEMENT)).rejects.toMatchObject({ code: 'DrillFailed', message: expect.stringContaining('was not suspended') });
  responder.world.fake.disturb(() => undefined);
  expect(asked()).toEqual(['drill', 'end-drill']);
  expect(statusOf((await responder.world.state())!)).toBe('active');
});

test('fails when something was still on, and resumes', async () => {
  responder.world.fake.compute.function('worker', responder.role.roleArn);
  responder.world.fake.disturb((call) => {
    if (call === 'lambda:PutFunctionConcurrency') {
      throw named('AccessDeniedException', 'not this one');
    }
  });
  await expect(drill(context, PLACEMENT)).rejects.toMatchObject({ code: 'DrillFailed', message: expect.stringContaining('suspended-partly') });
  expect(responder.world.canAct()).not.toEqual([]);
});

test('never resumes an agent that somebody suspended', async () => {
  await responder.world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
  await expect(drill(context, PLACEMENT)).rejects.toMatchObject({ code: 'DrillFailed', message: expect.stringContaining('AgentSuspended') });
  expect(responder.world.canAct()).toEqual([]);
});

test('an execution of which Step Functions does not know yet leaves no agent suspended', async () => {
  const { send } = context.stateMachine as unknown as { send: (command: { constructor: { name: string } }) => Promise<unknown> };
  let asksUntilKnown = 2;
  const late = async (command: { constructor: { name: string } }): Promise<unknown> => {
    if (command.constructor.name === 'DescribeExecutionCommand' && asksUntilKnown-- > 0) {
      throw named('ExecutionDoesNotExist');
    }
    return send(command);
  };
  const before = responder.world.canAct();
  await drill({ ...context, stateMachine: { send: late } as unknown as DrillContext['stateMachine'] }, PLACEMENT);
  expect(asked()).toEqual(['drill', 'end-drill']);
  expect(responder.world.canAct()).toEqual(before);
});

test('fails when the engine does not come to an end', async () => {
  context = { ...context, stateMachine: { send: async () => ({ status: 'RUNNING' }) } as unknown as DrillContext['stateMachine'] };
  await expect(drill(context, PLACEMENT)).rejects.toMatchObject({ code: 'DrillFailed', message: expect.stringContaining('TransitionSlow') });
});
