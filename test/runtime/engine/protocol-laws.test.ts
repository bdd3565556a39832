import * as fc from 'fast-check';
import { operation, perform } from './operations';
import { World } from './world';
import { runs } from '../../law-runs';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

test('whatever is deployed, fails, is taken back, forgotten or told twice: what may act is what the stack declares', async () => {
  await fc.assert(fc.asyncProperty(fc.array(operation(fc.constant(0)), { maxLength: 8 }), async (operations) => {
    const world = new World();
    for (const one of operations) {
      await perform(world, one);
      expect(world.stack.stuck).toBe(false);
      // An execution that waits for the deletion of a role may still wait at the next event.
      await (one.late ? world.checkRest() : world.check());
    }
    await world.stack.destroy();
    await world.check();
    expect(world.canAct()).toEqual([]);
  }), { numRuns: runs(300) });
});
