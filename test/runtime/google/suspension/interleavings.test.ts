import * as fc from 'fast-check';
import { ActorName, Actors, Outcome } from './actors';
import { suspensionIn } from '../../../../runtime/google/suspension';
import { LifecycleEvent } from '../../../../src/core/lifecycle-event';
import { runs } from '../../../law-runs';
import { Life, TOPIC } from '../life';
import { SECRET } from '../world';

type Before = 'active' | 'suspending' | 'suspended';

/** An agent before anything happens side by side. */
async function agent(before: Before): Promise<Actors> {
  const life = new Life();
  await life.join({ topic: TOPIC });
  const actors = new Actors(life.google, life.input);
  if (before !== 'active') {
    const first = actors.start('suspend');
    // It dies after it recorded what it will do, or runs to its end.
    await actors.let(first, before === 'suspending' ? await callsUntilRecorded(life, actors, first) : Infinity);
  }
  // One that died is not continued.
  return new Actors(life.google, life.input);
}

async function callsUntilRecorded({ google }: Life, actors: Actors, first: number): Promise<number> {
  for (let calls = 0; !google.calls.slice(-1).some(({ what, by }) => what.startsWith('POST /upload') && by === 'operator') || actors.events.length < 2; calls += 1) {
    await actors.let(first, 1);
  }
  return 0;
}

/** The law: the chain decides. What it says last is what Google does. */
function expectTruth(actors: Actors, outcomes: readonly Outcome[]): void {
  const { google, events } = actors;
  const [account] = google.accounts.all();
  const last = google.objects.find('acme-agents-agents-registry', google.objects.names('acme-agents-agents-registry').filter((name) => name.startsWith('events/')).at(-1)!);
  const suspension = suspensionIn(last as LifecycleEvent);
  const isDenied = google.denyPolicies.denies(account.email, 'secretmanager.versions.access', SECRET);
  const story = JSON.stringify({ outcomes, events, disabled: account.disabled, isDenied });
  // Two deployments, or one and two people, can end with an agent that may not work, and the deployment fails.
  if (suspension === undefined && outcomes.includes('AgentSuspended')) {
    expect(`${isDenied} ${story}`).toBe(`false ${story}`);
  } else if (suspension === undefined) {
    expect(`${account.disabled} ${isDenied} ${story}`).toBe(`false false ${story}`);
  } else if (suspension.resumption === undefined) {
    const at = (wanted: string) => events.map(({ name }) => name).lastIndexOf(wanted);
    const mustDeny = at('suspension-completed') > at('resumption-started');
    expect(`${account.disabled} ${isDenied || !mustDeny} ${story}`).toBe(`true true ${story}`);
  }
  // Without an error, nothing overtook it that it did not see.
  const saidLast = events.filter(({ by }) => /^(suspender|resumer)/.test(by)).at(-1);
  const isClear = outcomes.every((outcome) => ['done', 'AgentChanged', 'ResumptionOvertaken', 'SuspensionIncomplete', 'NotSuspended', 'AgentSuspended'].includes(outcome));
  expect(`${isClear} ${saidLast?.name !== 'resumption-started'} ${story}`).toBe(`true true ${story}`);
}

interface Ran {
  readonly actors: Actors;
  readonly outcomes: Outcome[];
}

async function run(before: Before, names: readonly ActorName[], order: (actors: Actors, numbers: readonly number[]) => Promise<void>): Promise<Ran> {
  const actors = await agent(before);
  const numbers = names.map((name) => actors.start(name));
  await order(actors, numbers);
  return { actors, outcomes: await actors.finish() };
}

// Each program is interrupted before and after each of its changes, by the other one up to before or after each of its changes.
test.each([
  ['suspended', 'suspend', 'resume'],
  ['suspended', 'resume', 'suspend'],
  ['suspending', 'suspend', 'resume'],
  ['suspending', 'resume', 'suspend'],
  ['suspended', 'resume', 'resume'],
  ['active', 'suspend', 'suspend'],
  ['suspended', 'resume', 'enable'],
  ['suspended', 'enable', 'resume'],
  ['suspending', 'suspend', 'enable'],
  ['suspending', 'enable', 'suspend'],
] as const)('%s: wherever %s is interrupted by %s, what the chain says last is true', async (before, interrupted, other) => {
  let tried = 0;
  let isMore = true;
  for (let first = 1; isMore; first += 1) {
    for (let second = 1, goesOn = true; goesOn; second += 1) {
      for (const [one, two] of [[0, 0], [0, 1], [1, 0], [1, 1]]) {
        const { actors, outcomes } = await run(before, [interrupted, other], async (all, numbers) => {
          isMore = await all.letUntilWrite(numbers[0], first);
          await all.let(numbers[0], one);
          goesOn = await all.letUntilWrite(numbers[1], second);
          await all.let(numbers[1], two);
          await all.let(numbers[0]);
        });
        expectTruth(actors, outcomes);
        tried += 1;
      }
    }
  }
  expect(tried).toBeGreaterThan(7);
});

test.each([
  ['before it deletes a deny policy', 3, 2],
  ['before it deletes the second one', 4, 1],
  ['before it enables the account', 5, 0],
  ['before it records that it is done', 6, 0],
])('ResumptionOvertaken: a suspension %s; it stands, and the next resumption deletes what both denied', async (_when, write, left) => {
  const actors = await agent('suspended');
  const { google } = actors;
  const [resumed, suspended] = [actors.start('resume'), actors.start('suspend')];
  expect(await actors.letUntilWrite(resumed, write)).toBe(true);
  expect(google.denyPolicies.policies.size).toBe(left);
  await actors.let(suspended);
  // Its own policies, beside those that the resumption has not deleted.
  expect(google.denyPolicies.policies.size).toBe(left + 2);
  expect(await actors.finish()).toEqual(['ResumptionOvertaken', 'done']);
  expectTruth(actors, []);
  expect([google.accounts.all()[0].disabled, google.denyPolicies.policies.size]).toEqual([true, 2]);
  const next = actors.start('resume');
  await actors.let(next);
  expect([google.accounts.all()[0].disabled, google.denyPolicies.policies.size]).toEqual([false, 0]);
});

test('law: however the calls of suspensions, resumptions and deployments alternate, what the chain says last is true', async () => {
  const before = fc.constantFrom<Before>('active', 'suspending', 'suspended');
  const names = fc.array(fc.constantFrom<ActorName>('suspend', 'suspend', 'resume', 'resume', 'enable'), { minLength: 2, maxLength: 4 });
  await fc.assert(fc.asyncProperty(before, names, fc.array(fc.nat({ max: 3 }), { maxLength: 150 }), async (state, all, order) => {
    const { actors, outcomes } = await run(state, all, async (actors_) => void await actors_.finish(order));
    expectTruth(actors, outcomes);
  }), { numRuns: runs(300) });
});
