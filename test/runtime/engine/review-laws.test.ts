import * as fc from 'fast-check';
import { isReduced } from './fake-iam';
import { ADA, EVE, LI, ReviewWorld } from './review-world';
import { PlacementState, statusOf } from '../../../runtime/model/placement-state';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const DEADLINE_DAYS = 14;
const GRACE_DAYS = 30;
const ACCESS = [['dynamodb:GetItem', 's3:GetObject'], ['dynamodb:GetItem', 'dynamodb:PutItem', 's3:GetObject'], ['dynamodb:GetItem']];

type Operation =
  | { readonly kind: 'pass'; readonly days: number }
  | { readonly kind: 'sweep'; readonly mayRemove: boolean }
  | { readonly kind: 'deploy'; readonly stage: string; readonly access: number; readonly fails: boolean; readonly doubled: boolean }
  | { readonly kind: 'decide'; readonly who: string; readonly verdict: 'keep' | 'reduce' | 'restore' | 'request-change'; readonly services: readonly string[]; readonly stale: boolean }
  | { readonly kind: 'resume' }
  | { readonly kind: 'hand' };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), days: fc.constantFrom(1, 7, 15, 31) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('sweep' as const), mayRemove: fc.constantFrom(true, true, false) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deploy' as const), stage: fc.constantFrom('test', 'test', 'staging'), access: fc.nat(2), fails: fc.boolean(), doubled: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      who: fc.constantFrom(ADA, ADA, LI, LI, EVE),
      verdict: fc.constantFrom('keep' as const, 'keep' as const, 'reduce' as const, 'reduce' as const, 'restore' as const, 'restore' as const, 'request-change' as const),
      services: fc.constantFrom(['s3'], ['s3'], ['dynamodb'], ['dynamodb', 's3']),
      stale: fc.constantFrom(false, false, false, true),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'resume' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'hand' as const }) },
);

async function perform(world: ReviewWorld, one: Operation): Promise<void> {
  switch (one.kind) {
    case 'pass': return world.pass(one.days);
    case 'sweep': return void await world.sweep(one.mayRemove);
    case 'deploy':
      await world.deploy(one.stage, ACCESS[one.access], { fails: one.fails, doubled: one.doubled });
      return world.fake.resume();
    case 'decide': {
      const { who, verdict, services, stale } = one;
      const about = verdict === 'keep' || verdict === 'request-change' ? { items: services } : { actions: services };
      return void await world.decide(who, { verdict, ...about, ...(stale ? { shown: 'f'.repeat(64) } : {}) });
    }
    case 'resume': return void await world.ask({ kind: 'resume', reason: 'It has to go on' });
    case 'hand': return void world.fake.iam.roles.forEach(({ inline }) => inline.delete('nhi-reduction'));
  }
}

/** What may act of the agent, after everything that is due was done. */
async function afterSweeps(world: ReviewWorld): Promise<PlacementState> {
  await world.sweepAll();
  return world.now();
}

test('whatever passes, is swept, deployed, decided and repeated: nothing acts on silence, and a Deny of a review stays until a second person lifts it', async () => {
  const seen = { certified: 0, missed: 0, left: 0, reduced: 0, restored: 0 };
  await fc.assert(fc.asyncProperty(fc.array(operation, { minLength: 8, maxLength: 22 }), fc.boolean(), async (operations, isOpen) => {
    const world = new ReviewWorld({ intervalSeconds: 20 * 86_400 });
    await world.join();
    if (isOpen) {
      world.pass(21);
      await world.sweep();
    }
    for (const [index, one] of operations.entries()) {
      const before = await world.now();
      await perform(world, one);
      const after = await world.now();
      const denied = new Set(after.reduction?.denied.map(({ action }) => action));
      const gone = (before.reduction?.denied ?? []).filter(({ action }) => !denied.has(action));
      if (gone.length > 0) {
        seen.restored += 1;
        expect(one).toMatchObject({ kind: 'decide', verdict: 'restore' });
        expect(gone.map(({ by }) => by)).not.toContain((one as { who: string }).who);
      }
      if (one.kind !== 'hand') {
        // A hand is found by the check for drift, or by the next deployment.
        const live = world.stack.agent === undefined ? undefined : world.fake.iam.byId(world.stack.agent.roleId);
        const wasTouched = operations.slice(0, index).some(({ kind }) => kind === 'hand');
        denied.forEach((action) => expect(wasTouched || live === undefined || isReduced(live, action.replace(':*', ':Any'))).toBe(true));
      }
    }
    const state = await afterSweeps(world);
    const { review, declared, status } = state;
    const now = world.fake.now.getTime();
    if (status === 'active' && review?.open !== undefined && Date.parse(review.open.deadline) <= now) {
      expect(world.canAct()).toEqual([]);
      expect(statusOf(state)).toMatch(/^suspended/);
    }
    // Nobody decided for so long that the agent can't be there any more.
    const lastWord = Date.parse(review?.certifiedAt ?? state.joinedAt);
    if (now - lastWord > (20 + DEADLINE_DAYS + GRACE_DAYS + 3) * 86_400_000 && Date.parse(declared.expiresAt) > now) {
      world.pass(DEADLINE_DAYS + 1);
      await world.sweepAll();
      world.pass(GRACE_DAYS + 1);
      await world.sweepAll();
      expect((await world.now()).status).toBe('left');
      expect(world.canAct()).toEqual([]);
    }
    const names = await world.names();
    const decisions = await world.details('review-decided');
    expect(decisions.every(({ by, reason, meaning, shown }) => by !== EVE && reason !== '' && meaning !== '' && shown !== 'f'.repeat(64))).toBe(true);
    for (const { kept, by } of await world.details('certified')) {
      expect((kept as string[]).length === 0 || (by as string[]).length > 0).toBe(true);
    }
    seen.certified += names.includes('certified') ? 1 : 0;
    seen.missed += names.includes('review-overdue') ? 1 : 0;
    seen.left += names.includes('left') ? 1 : 0;
    seen.reduced += names.includes('reduced') ? 1 : 0;
    await world.checkRest();
    await world.stack.destroy();
    await world.check();
    expect(world.canAct()).toEqual([]);
  }), { numRuns: 120 });
  // Otherwise the law would be tested on nothing.
  Object.entries(seen).forEach(([what, times]) => expect(`${what} ${times > 2}`).toBe(`${what} true`));
});
