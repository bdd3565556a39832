import * as fc from 'fast-check';
import { Course } from './cloudformation';
import { DENY_ALL } from './fake-iam';
import { World } from './world';
import { Answered } from '../../../runtime/engine/execution';

/** Something that happens to an agent's stack, or that a person does. */
export type Operation = { readonly kind: 'deploy' | 'remove' | 'destroy' | 'amid' | 'finish' | 'suspend' | 'resume' | 'offboard' | 'retry'; readonly stage: string; readonly course: Course; readonly noise: number; readonly byHand: boolean; readonly late: boolean };

const stage = fc.constantFrom('test', 'staging', 'production');
const course: fc.Arbitrary<Course> = fc.record({
  fails: fc.boolean(),
  undo: fc.constantFrom('delete', 'update', 'both'),
  cleanUp: fc.constantFrom('sent', 'sent', 'dropped'),
  doubled: fc.boolean(),
  rewrites: fc.boolean(),
  answerLost: fc.constantFrom(false, false, false, true),
  sponsor: fc.constantFrom('ada@example.com', 'eve@example.com'),
  purpose: fc.constantFrom('Matches invoices', 'Matches orders'),
  may: fc.constantFrom(['dynamodb:GetItem'], ['dynamodb:GetItem', 'dynamodb:PutItem']),
});
export const operation = (noise: fc.Arbitrary<number>): fc.Arbitrary<Operation> => fc.record({
  kind: fc.constantFrom('deploy', 'deploy', 'deploy', 'deploy', 'remove', 'destroy', 'amid', 'finish', 'suspend', 'resume', 'offboard', 'retry'), stage, course, noise, byHand: fc.boolean(), late: fc.boolean(),
});

/** Performs one, and checks what must hold at once. */
export async function perform(world: World, { kind, stage: target, course: how, byHand }: Operation): Promise<void> {
  const { stack, fake } = world;
  if (byHand && stack.agent !== undefined) {
    fake.iam.byId(stack.agent.roleId)?.attached.add('arn:aws:iam::aws:policy/AdministratorAccess');
  }
  switch (kind) {
    case 'deploy': return stack.deploy(target, how);
    case 'remove': return stack.remove(how);
    case 'destroy': return stack.destroy(how);
    case 'amid': return stack.destroyAmidMove(target, how.fails ?? false);
    case 'finish': return finish(world);
    case 'suspend': return suspend(world, byHand);
    case 'resume': return resume(world);
    case 'offboard': return offboard(world, byHand);
    case 'retry': return retry(world);
  }
}

/** An operator finishes what CloudFormation abandoned. After that nothing new can act, except what the stack has. */
async function finish(world: World): Promise<void> {
  if (await world.state() === undefined || world.stack.stuck) {
    return;
  }
  const before = [...world.canAct(), world.stack.agent?.roleId];
  const { answered, code } = ((await world.finish())?.output ?? {}) as Partial<Answered>;
  expect(before).toEqual(expect.arrayContaining(world.canAct()));
  world.stack.forgot &&= !(answered === 'SUCCESS' || code === 'NothingToFinish');
}

/** Nothing may act from then on, even if a person removes one of the denials. */
async function suspend(world: World, liftsOne: boolean): Promise<void> {
  if ((await world.state())?.status !== 'active' || world.stack.stuck) {
    return;
  }
  const { answered } = ((await world.ask({ kind: 'suspend', reason: 'This is an emergency' }))?.output ?? {}) as Partial<Answered>;
  if (answered === 'SUCCESS') {
    expect(world.canAct()).toEqual([]);
    if (liftsOne) {
      world.fake.iam.roles.forEach((role) => { role.boundary = undefined; });
      expect(world.canAct()).toEqual([]);
    }
  }
}

/** Nothing may act from then on, whatever the stack is doing, and even if a person or a deployment lifts one of the denials. */
async function offboard(world: World, liftsOne: boolean): Promise<void> {
  const before = await world.state();
  const { answered, code } = ((await world.ask({ kind: 'offboard', reason: 'Its team is dissolved' }))?.output ?? {}) as Partial<Answered>;
  if (before?.declared === undefined || before.status === 'left') {
    // A disturbance may end it before it is decided.
    expect(['AgentUnknown', 'AlreadyLeft', 'ThrottlingException']).toContain(code ?? 'AlreadyLeft');
    return;
  }
  if (answered === 'SUCCESS') {
    world.isOffboarded = true;
    expect(await world.state()).toMatchObject({ status: 'left', suspension: {} });
    expect(world.canAct()).toEqual([]);
    if (liftsOne) {
      world.fake.iam.roles.forEach((role) => { role.boundary = undefined; });
      expect(world.canAct()).toEqual([]);
      world.fake.iam.roles.forEach((role) => { role.boundary = DENY_ALL; });
    }
  }
}

/** Nothing can act after it that could not before. */
async function retry(world: World): Promise<void> {
  const before = world.canAct();
  await world.ask({ kind: 'retry' });
  expect(before).toEqual(expect.arrayContaining(world.canAct()));
}

async function resume(world: World): Promise<void> {
  if ((await world.state())?.suspension !== undefined && !world.stack.stuck) {
    const { answered } = ((await world.ask({ kind: 'resume', reason: 'The emergency is over' }))?.output ?? {}) as Partial<Answered>;
    world.isOffboarded &&= answered !== 'SUCCESS';
  }
}
