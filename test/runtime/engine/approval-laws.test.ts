import * as fc from 'fast-check';
import { ApprovalWorld } from './approval-world';
import { ADA, EVE, LI } from './review-world';
import { digestOfPromotion } from '../../../runtime/certification';
import { runs } from '../../law-runs';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('./mailbox')>('./mailbox').responsesToMailbox());

const ACCESS = [['dynamodb:GetItem'], ['dynamodb:GetItem', 'dynamodb:DeleteItem'], ['s3:GetObject']];
const END_DAYS = 3;

type Operation =
  | { readonly kind: 'deploy'; readonly stage: string; readonly access: number; readonly fails: boolean; readonly doubled: boolean; readonly undo: 'delete' | 'update' | 'both' }
  | { readonly kind: 'answer'; readonly who: string; readonly verdict: 'approve' | 'decline'; readonly isStale: boolean }
  | { readonly kind: 'ask'; readonly who: string }
  | { readonly kind: 'promote'; readonly undo: 'delete' | 'update' | 'both'; readonly fails: boolean; readonly doubled: boolean }
  | { readonly kind: 'pass'; readonly days: number }
  | { readonly kind: 'destroy' };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('deploy' as const),
      stage: fc.constantFrom('test', 'production', 'production', 'production'),
      access: fc.constantFrom(0, 0, 0, 1, 2),
      fails: fc.constantFrom(false, false, false, true),
      doubled: fc.boolean(),
      undo: fc.constantFrom('delete' as const, 'update' as const, 'both' as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const), who: fc.constantFrom(ADA, ADA, LI, LI, EVE), verdict: fc.constantFrom('approve' as const, 'approve' as const, 'approve' as const, 'decline' as const), isStale: fc.constantFrom(false, false, false, true),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ask' as const), who: fc.constantFrom(ADA, LI, EVE) }) },
  // All that a promotion needs, in its order, which chance alone rarely finds.
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('promote' as const), undo: fc.constantFrom('delete' as const, 'update' as const, 'both' as const), fails: fc.constantFrom(false, false, true), doubled: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), days: fc.constantFrom(1, 2, 4) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'destroy' as const }) },
);

async function perform(world: ApprovalWorld, one: Operation): Promise<void> {
  switch (one.kind) {
    case 'deploy': {
      const { stage, access, ...course } = one;
      await world.to(stage, ACCESS[access], course);
      return world.fake.resume();
    }
    case 'answer': return void await world.approve(one.who, { verdict: one.verdict, ...(one.isStale ? { digest: 'f'.repeat(64) } : {}) });
    case 'ask': return void await world.request(one.who);
    case 'promote': {
      const { kind: _kind, ...course } = one;
      await world.to('production');
      await world.approve(ADA);
      await world.approve(LI);
      return perform(world, { kind: 'deploy', stage: 'production', access: 0, ...course });
    }
    case 'pass': return world.pass(one.days);
    case 'destroy': return world.stack.destroy();
  }
}

interface Given {
  readonly by: string;
  readonly digest: string;
  readonly until: string;
}

/** What the chain says: each use had enough approvals of exactly that, which were valid, by people who may, and which no other use had. */
async function checkUses(world: ApprovalWorld, persons: number): Promise<number> {
  const events = await world.fake.engine.ledger.events({ account: '111122223333', agentName: 'invoice-bot' });
  let [given, requesters]: [Given[], string[]] = [[], []];
  let uses = 0;
  for (const { type, time, data } of events) {
    const { details = {} } = data.unmapped as { details?: Record<string, unknown> };
    const [name, digest, by] = [type.split('.')[2], details.digest as string, details.by as string];
    switch (name) {
      case 'approval-requested':
        requesters = details.askedBy === 'deployment' ? requesters : [...requesters, details.askedBy as string];
        given = given.filter((one) => (details.approvals as string[]).includes(`${one.by} until ${one.until}`) && one.digest === digest);
        break;
      case 'approved':
        expect([ADA, LI]).toContain(by);
        expect(requesters).not.toContain(by);
        given = [...given.filter((one) => one.by !== by), { by, digest, until: details.until as string }];
        break;
      case 'approval-declined':
      case 'left':
      case 'joined':
        [given, requesters] = [[], []];
        break;
      case 'approval-used': {
        const people = details.by as unknown as string[];
        expect(new Set(people).size).toBeGreaterThanOrEqual(persons);
        people.forEach((person) => {
          expect(given).toContainEqual(expect.objectContaining({ by: person, digest }));
          expect(requesters).not.toContain(person);
          expect(given.find((one) => one.by === person)!.until > time).toBe(true);
        });
        [given, requesters] = [[], []];
        uses += 1;
        break;
      }
    }
  }
  return uses;
}

test.each([1, 2])('whatever is deployed, approved, declined, repeated and fails: nothing gets into the stage without %d valid approvals of exactly that, each used once', async (persons) => {
  const seen = { moved: 0, joined: 0, refused: 0, taken: 0 };
  await fc.assert(fc.asyncProperty(fc.array(operation, { minLength: 3, maxLength: 12 }), fc.boolean(), async (operations, isInTest) => {
    const world = new ApprovalWorld({ twoReviewers: persons === 2 }, { approvalSeconds: END_DAYS * 86_400 });
    if (isInTest) {
      await world.to('test');
    }
    for (const one of operations) {
      const [before, names] = [await world.state(), await world.names()];
      await perform(world, one);
      const [after, now] = [await world.state(), await world.names()];
      const used = now.slice(names.length).filter((name) => name === 'approval-used').length;
      expect(used).toBeLessThanOrEqual(1);
      const isIn = (state: typeof after): boolean => state?.status === 'active' && state.declared.stage === 'production';
      if (isIn(after) && !isIn(before)) {
        expect(used).toBe(1);
        const [{ digest }] = (await world.details('approval-used')).slice(-1);
        expect(digest).toBe(digestOfPromotion({ registry: 'agents', placement: after!.placement, stackName: after!.owner.stackName, declared: after!.declared }));
        seen[now.slice(names.length).includes('joined') ? 'joined' : 'moved'] += 1;
      }
      if (used === 0) {
        expect(world.stages().includes('production') && !isIn(before)).toBe(false);
      }
      seen.refused += one.kind === 'deploy' && /^Approval/.test(world.stack.failure ?? '') ? 1 : 0;
      seen.taken += now.slice(names.length).includes('move-undone') ? 1 : 0;
      await world.check();
    }
    await checkUses(world, persons);
    await world.stack.destroy();
    await world.check();
    expect(world.canAct()).toEqual([]);
  }), { numRuns: runs(60) });
  // Otherwise the law would be tested on nothing.
  Object.entries(seen).forEach(([what, times]) => expect(`${what} ${times > 0}`).toBe(`${what} true`));
});
