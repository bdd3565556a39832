import * as fc from 'fast-check';
import { CampaignWorld } from './campaign-world';
import { isDecided } from '../../../../runtime/certification/campaign';
import { Outcome } from '../../../../runtime/model/campaign';
import { runs } from '../../../law-runs';
import { ADA, LI } from '../../engine/review-world';

jest.mock('../../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../../engine/mailbox')>('../../engine/mailbox').responsesToMailbox());

const NAMES = ['first', 'second'];
const ACCESS = [['dynamodb:GetItem', 's3:GetObject'], ['dynamodb:GetItem']];

type Operation =
  | { readonly kind: 'open'; readonly name: string; readonly atMost: number }
  | { readonly kind: 'pass'; readonly days: number }
  | { readonly kind: 'sweep'; readonly mayRemove: boolean }
  | { readonly kind: 'decide'; readonly who: string; readonly verdict: 'keep' | 'reduce'; readonly services: readonly string[] }
  | { readonly kind: 'deploy'; readonly stage: string; readonly access: number; readonly fails: boolean }
  | { readonly kind: 'leave' }
  | { readonly kind: 'join'; readonly agentName: string };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('open' as const), name: fc.constantFrom(...NAMES), atMost: fc.constantFrom(1, 10) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), days: fc.constantFrom(1, 7, 15) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('sweep' as const), mayRemove: fc.constantFrom(true, true, false) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('decide' as const), who: fc.constantFrom(ADA, LI), verdict: fc.constantFrom('keep' as const, 'keep' as const, 'reduce' as const), services: fc.constantFrom(['dynamodb'], ['s3'], ['dynamodb', 's3']) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deploy' as const), stage: fc.constantFrom('test', 'staging'), access: fc.nat(1), fails: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'leave' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('join' as const), agentName: fc.constantFrom('a-bot', 'b-bot') }) },
);

async function perform(world: CampaignWorld, one: Operation): Promise<void> {
  switch (one.kind) {
    case 'open': return void await world.openCampaign({ atMost: one.atMost }, one.name);
    case 'pass': return world.pass(one.days);
    case 'sweep': return void await world.sweep(one.mayRemove);
    case 'decide': return void await world.decide(one.who, { verdict: one.verdict, ...(one.verdict === 'keep' ? { items: one.services } : { actions: one.services }) });
    case 'deploy':
      await world.deploy(one.stage, ACCESS[one.access], { fails: one.fails });
      return world.fake.resume();
    case 'leave':
      await world.stack.destroy();
      await world.fake.resume();
      return world.join(ACCESS[0]);
    case 'join': return world.others.some(({ Arn: arn }) => arn.includes(one.agentName)) ? undefined : world.add(one.agentName);
  }
}

/** The outcome of the engine's own agent in a campaign. */
async function outcomes(world: CampaignWorld, names: readonly string[]): Promise<Record<string, Readonly<Record<Outcome, number>>>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => {
    const { outcomes: found, manifest: { counts } } = await world.progress(name);
    expect(Object.values(found).reduce((sum, many) => sum + many, 0)).toBe(counts.agents);
    return [name, found] as const;
  })));
}

function decidedIn(found: Readonly<Record<Outcome, number>>): number {
  return Object.entries(found).reduce((sum, [outcome, many]) => sum + (isDecided(outcome as Outcome) ? many : 0), 0);
}

test('whatever is opened, opened again, swept, decided, deployed and left: a population stays as it was, each agent of it has one outcome, nobody wins time, and the package holds', async () => {
  const seen = { decided: 0, undecided: 0, both: 0, left: 0, joined: 0 };
  await fc.assert(fc.asyncProperty(fc.array(operation, { minLength: 8, maxLength: 20 }), async (operations) => {
    const world = new CampaignWorld();
    await world.join();
    const manifests = new Map<string, string>();
    let decided: Record<string, number> = {};
    for (const one of operations) {
      const before = (await world.now()).review?.open;
      await perform(world, one);
      const after = (await world.now()).review?.open;
      if (before !== undefined && after?.id === before.id) {
        expect(after.deadline).toBe(before.deadline);
      }
      for (const name of NAMES) {
        const text = world.bucket.objects.get(`campaigns/111122223333/${name}/manifest.json`);
        if (text !== undefined) {
          expect(text).toBe(manifests.get(name) ?? text);
          manifests.set(name, text);
        }
      }
      const now = Object.fromEntries(Object.entries(await outcomes(world, [...manifests.keys()])).map(([name, found]) => [name, decidedIn(found)]));
      Object.entries(decided).forEach(([name, many]) => expect(now[name]).toBeGreaterThanOrEqual(many));
      decided = now;
    }
    const asked = (await world.details('review-due')).filter(({ step, causes }) => step === 'opened' && (causes as string[]).includes('campaign'));
    expect(asked.length).toBeLessThanOrEqual(manifests.size);
    for (const name of manifests.keys()) {
      await world.openCampaign({}, name);
      const { undecided, outcomes: found } = await world.progress(name);
      expect(found.undelivered).toBe(0);
      const { signed } = await world.close(undecided === 0 ? undefined : 'The auditor comes before the deadline', name);
      expect(signed.outcomes).toEqual(found);
      const verified = await world.verify(name);
      expect([verified.findings, verified.strangers, verified.signed?.outcomes]).toEqual([[], [], signed.outcomes]);
      seen.decided += decidedIn(found);
      seen.undecided += undecided;
      seen.left += found.left;
    }
    seen.both += manifests.size === 2 ? 1 : 0;
    seen.joined += world.others.length;
  }), { numRuns: runs(60) });
  // Otherwise the law would be tested on nothing.
  Object.entries(seen).forEach(([what, times]) => expect(`${what} ${times > 2}`).toBe(`${what} true`));
});
