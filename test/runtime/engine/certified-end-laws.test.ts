import * as fc from 'fast-check';
import { ADA, DAY_MS, EVE, LI, ReviewWorld } from './review-world';
import { certifiedEnd, hasLapsed } from '../../../runtime/model/certified-end';
import { runs } from '../../law-runs';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const PERIOD_DAYS = 20;
const ACCESS = [['dynamodb:GetItem', 's3:GetObject'], ['dynamodb:GetItem', 'dynamodb:PutItem', 's3:GetObject']];

type Operation =
  | { readonly kind: 'pass'; readonly days: number }
  | { readonly kind: 'sweep'; readonly mayRemove: boolean }
  | { readonly kind: 'deploy'; readonly stage: string; readonly access: number; readonly fails: boolean; readonly doubled: boolean; readonly latestInDays: number; readonly untilCertified: boolean }
  | { readonly kind: 'decide'; readonly who: string; readonly verdict: 'keep' | 'request-change'; readonly services: readonly string[]; readonly stale: boolean; readonly doubled: boolean }
  | { readonly kind: 'resume' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'renew' };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), days: fc.constantFrom(1, 4, 8, 12) }) },
  { weight: 7, arbitrary: fc.record({ kind: fc.constant('sweep' as const), mayRemove: fc.constantFrom(true, true, true, false) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('deploy' as const),
      stage: fc.constantFrom('test', 'test', 'staging'),
      access: fc.nat(1),
      fails: fc.constantFrom(false, false, true),
      doubled: fc.boolean(),
      latestInDays: fc.constantFrom(5, 30, 100, 170),
      untilCertified: fc.constantFrom(true, true, true, false),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      who: fc.constantFrom(ADA, ADA, LI, EVE),
      verdict: fc.constantFrom('keep' as const, 'keep' as const, 'keep' as const, 'request-change' as const),
      services: fc.constantFrom(['s3'], ['dynamodb', 's3'], ['dynamodb', 's3'], ['dynamodb', 's3']),
      stale: fc.constantFrom(false, false, false, true),
      doubled: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'resume' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'suspend' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'renew' as const }) },
);

const inDays = ({ fake: { now } }: ReviewWorld, days: number): string => new Date(now.getTime() + days * DAY_MS).toISOString().replace(/\.\d+Z$/, 'Z');

async function perform(world: ReviewWorld, one: Operation): Promise<void> {
  switch (one.kind) {
    case 'pass': return world.pass(one.days);
    case 'sweep': return void await world.sweep(one.mayRemove);
    case 'deploy': {
      const { stage, access, fails, doubled, latestInDays, untilCertified } = one;
      await world.deploy(stage, ACCESS[access], { fails, doubled, untilCertified, end: inDays(world, latestInDays) });
      return world.fake.resume();
    }
    case 'decide': {
      const { who, verdict, services, stale, doubled } = one;
      const { review } = await world.now();
      const about = { verdict, items: services, reviewId: review?.open?.id ?? '', shown: stale ? 'f'.repeat(64) : review?.open?.shown.sha256 ?? '' };
      await world.decide(who, about);
      return doubled ? void await world.decide(who, about) : undefined;
    }
    case 'resume': return void await world.ask({ kind: 'resume', reason: 'It has to go on' });
    case 'suspend': return void await world.ask({ kind: 'suspend', reason: 'Its key was seen in a public place' });
    case 'renew': return void await world.renew(inDays(world, 60));
  }
}

test('whatever passes, is swept, deployed, decided, resumed and repeated: only a decision carries access on, once, and never beyond the latest end; silence never does', async () => {
  const seen = { carriedOn: 0, lapsed: 0, deniedByDeployment: 0 };
  await fc.assert(fc.asyncProperty(fc.array(operation, { minLength: 8, maxLength: 22 }), fc.boolean(), async (operations, isOpen) => {
    const world = new ReviewWorld({ intervalSeconds: PERIOD_DAYS * 86_400, deadlineSeconds: 8 * 86_400, graceSeconds: 86_400 });
    await world.join(ACCESS[0], 'test', { untilCertified: true });
    if (isOpen) {
      world.pass(13);
      await world.sweep();
    }
    for (const one of operations) {
      const [before, decided] = [await world.now(), (await world.details('certified')).length];
      await perform(world, one);
      const after = await world.now();
      const decisions = (await world.details('certified')).length - decided;
      if (after.status !== 'active') {
        break;
      }
      expect(decisions).toBeLessThanOrEqual(one.kind === 'decide' ? 1 : 0);
      expect(after.declared.untilCertified).toBe(true);
      if (decisions === 0) {
        expect(after.certifiedUntil).toBe(before.certifiedUntil);
      } else {
        seen.carriedOn += 1;
        const latest = [inDays(world, PERIOD_DAYS), after.declared.expiresAt].sort()[0];
        expect(after.certifiedUntil).toBe(latest);
      }
      if (one.kind === 'deploy' && world.stack.status === 'UPDATE_COMPLETE' && hasLapsed(after, world.fake.now)) {
        seen.deniedByDeployment += 1;
        expect(world.canAct()).toEqual([]);
      }
      if (one.kind === 'resume' && hasLapsed(after, world.fake.now) && before.suspension !== undefined) {
        expect(world.canAct()).toEqual([]);
      }
      await world.checkRest();
    }
    await world.sweepAll();
    const state = await world.now();
    if (state.status === 'active' && hasLapsed(state, world.fake.now)) {
      seen.lapsed += 1;
      expect(world.canAct()).toEqual([]);
    }
    // Nobody decides any more.
    const end = certifiedEnd(state);
    if (state.status === 'active' && end !== undefined) {
      world.fake.now = new Date(Math.max(world.fake.now.getTime(), Date.parse(end)));
      await world.sweepAll();
      expect(world.canAct()).toEqual([]);
    }
    await world.stack.destroy();
    await world.check();
  }), { numRuns: runs(120) });
  // Otherwise the law would be tested on nothing.
  Object.entries(seen).forEach(([what, times]) => expect(`${what} ${times > 2}`).toBe(`${what} true`));
});
