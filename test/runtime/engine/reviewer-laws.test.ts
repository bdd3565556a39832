import * as fc from 'fast-check';
import { ADA, DAY_MS, EVE, LI, ReviewWorld } from './review-world';
import { delegationsOf } from '../../../runtime/model/delegation';
import { PlacementState } from '../../../runtime/model/placement-state';
import { runs } from '../../law-runs';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const [SAM, KIM] = ['sam@example.com', 'kim@example.com'];
const PEOPLE = [ADA, LI, EVE, SAM, KIM];

type Operation =
  | { readonly kind: 'pass'; readonly hours: number }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'decide'; readonly who: string; readonly verdict: 'keep' | 'reduce' | 'request-change'; readonly services: readonly string[] }
  | { readonly kind: 'delegate'; readonly who: string; readonly to: string; readonly days: number }
  | { readonly kind: 'end'; readonly who: string; readonly to: string }
  | { readonly kind: 'sponsor'; readonly email: string };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), hours: fc.constantFrom(1, 25, 24 * 8) }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'sweep' as const }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      who: fc.constantFrom(...PEOPLE),
      verdict: fc.constantFrom('keep' as const, 'keep' as const, 'keep' as const, 'reduce' as const, 'request-change' as const),
      services: fc.constantFrom(['s3'], ['dynamodb'], ['dynamodb', 's3'], ['dynamodb', 's3']),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delegate' as const), who: fc.constantFrom(ADA, LI, EVE), to: fc.constantFrom(EVE, SAM, KIM, LI), days: fc.constantFrom(1, 9, 90) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), who: fc.constantFrom(ADA, LI, EVE), to: fc.constantFrom(EVE, SAM) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sponsor' as const), email: fc.constantFrom(ADA, SAM) }) },
);

async function perform(world: ReviewWorld, one: Operation): Promise<void> {
  // A review is known by the second in which it was opened.
  world.pass(1 / 86_400);
  switch (one.kind) {
    case 'pass': return world.pass(one.hours / 24);
    case 'sweep': return void await world.sweep();
    case 'decide': return void await world.decide(one.who, { verdict: one.verdict, ...(one.verdict === 'reduce' ? { actions: one.services } : { items: one.services }) });
    case 'delegate': return void await world.decide(one.who, { verdict: 'delegate', to: one.to, until: new Date(world.fake.now.getTime() + one.days * DAY_MS).toISOString() });
    case 'end': return void await world.decide(one.who, { verdict: 'end-delegation', to: one.to });
    case 'sponsor': return world.deploy('test', ['dynamodb:GetItem', 's3:GetObject'], { sponsor: one.email });
  }
}

/** Who may decide before an operation, and in whose name. */
function voicesIn(state: PlacementState, now: Date): Map<string, string> {
  const { declared: { sponsor }, review } = state;
  return new Map([
    ...delegationsOf(state, now).map(({ to, by }) => [to, by] as const),
    ...(review?.open?.second?.to === undefined ? [] : [[review.open.second.to, review.open.second.to] as const]),
    ...[sponsor.accountableEmail, sponsor.backupEmail].map((email) => [email, email] as const),
  ]);
}

test('in any order of decisions, delegations, their ends and changes of sponsor: each decision is of one who may decide then, a drawn review needs two voices, and silence keeps nothing', async () => {
  const seen = { byDelegate: 0, refusedAfterEnd: 0, drawn: 0, certifiedByTwo: 0, differed: 0, missed: 0 };
  const operationsOf = fc.array(operation, { minLength: 10, maxLength: 24 });
  await fc.assert(fc.asyncProperty(operationsOf, fc.constantFrom(undefined, KIM), fc.constantFrom(0.3, 1), async (operations, reviewer, share) => {
    const world = new ReviewWorld({ intervalSeconds: 20 * 86_400, secondReview: { share, ...(reviewer === undefined ? {} : { reviewer }) } });
    await world.join();
    world.pass(21);
    await world.sweep();
    const named = new Set<string>();
    for (const one of operations) {
      const before = await world.now();
      const may = voicesIn(before, new Date(world.fake.now.getTime() + 1_000));
      const decisionsBefore = (await world.details('review-decided')).length;
      const certifiedBefore = (await world.details('certified')).length;
      await perform(world, one);
      const after = await world.now();
      const decisions = (await world.details('review-decided')).slice(decisionsBefore);
      if (one.kind === 'delegate') {
        named.add(one.to);
      }
      if (one.kind === 'decide' && before.status === 'active') {
        // A decision counts once, and only of one who may decide now.
        expect(decisions.length <= 1).toBe(true);
        expect(decisions.length === 0 || may.has(one.who)).toBe(true);
        expect(decisions.every(({ by, namedBy = by }) => by === one.who && may.get(one.who) === namedBy)).toBe(true);
        seen.byDelegate += decisions.some(({ relation }) => relation === 'delegate') ? 1 : 0;
        seen.refusedAfterEnd += decisions.length === 0 && named.has(one.who) && !may.has(one.who) ? 1 : 0;
      }
      // Only of people who are accountable now.
      (after.delegations ?? []).forEach(({ by, until }) => {
        expect([after.declared.sponsor.accountableEmail, after.declared.sponsor.backupEmail]).toContain(by);
        expect(Number.isNaN(Date.parse(until))).toBe(false);
      });
      const [certified] = (await world.details('certified')).slice(certifiedBefore);
      if (certified !== undefined) {
        seen.differed += certified.differed === undefined ? 0 : 1;
      }
      if (certified?.drawnForSecondReviewAt !== undefined) {
        const of = (await world.details('review-decided')).filter(({ review }) => review === certified.review);
        for (const service of certified.kept as string[]) {
          const keepers = new Set(of.filter(({ verdict, services }) => verdict === 'keep' && (services as string[]).includes(service)).map(({ by, namedBy }) => namedBy ?? by));
          expect(keepers.size).toBeGreaterThanOrEqual(2);
        }
        seen.certifiedByTwo += 1;
      }
      seen.drawn += before.review?.open?.second === undefined && after.review?.open?.second !== undefined ? 1 : 0;
    }
    await world.sweepAll();
    const state = await world.now();
    const open = state.review?.open;
    if (state.status === 'active' && open !== undefined && Date.parse(open.deadline) <= world.fake.now.getTime()) {
      expect(world.canAct()).toEqual([]);
      seen.missed += 1;
    }
    await world.checkRest();
  }), { numRuns: runs(100) });
  // Otherwise the law would be tested on nothing.
  Object.entries(seen).forEach(([what, times]) => expect(`${what} ${times > 1}`).toBe(`${what} true`));
});
