import * as fc from 'fast-check';
import { Fault, FaultKind, KINDS } from './faults';
import { play } from './harness';
import { SCENARIOS } from './scenarios';

jest.mock('../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../runtime/engine/mailbox')>('../runtime/engine/mailbox').responsesToMailbox());

/** `npm run test:faults` plays every schedule with one fault, and many with two. */
const ALL = process.env.FAULTS === 'all';
const [SAMPLE, PAIRS] = ALL ? [Infinity, 1_500] : [3, 40];

const kinds = Object.keys(KINDS) as FaultKind[];
const names = Object.keys(SCENARIOS);

/** Plays a schedule. What fails says which one it was. */
async function tried(name: string, faults: readonly Fault[], calls: readonly string[]): Promise<boolean> {
  try {
    return (await play(SCENARIOS[name], faults)).happened;
  } catch (error) {
    throw new Error(`${name}, ${faults.map(({ at, kind }) => `${kind} at ${at} ${calls[at]}`).join(', ')}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Calls of an undisturbed run, whose indices name the schedules. */
const callsOf = async (name: string): Promise<readonly string[]> => (await play(SCENARIOS[name], [])).calls;

describe.each(names)('%s', (name) => {
  let calls: readonly string[];
  beforeAll(async () => {
    calls = await callsOf(name);
  });

  test.each(kinds)('%s: once the faults end, it is done, and nothing is too wide, doubled, missing or left', async (kind) => {
    expect(calls.length).toBeGreaterThan(10);
    const step = Math.max(1, calls.length / SAMPLE);
    const places = new Set(calls.map((_, at) => Math.floor(Math.floor(at / step) * step + kinds.indexOf(kind)) % calls.length));
    const failed: string[] = [];
    let happened = 0;
    for (const at of ALL ? calls.keys() : places) {
      try {
        happened += Number(await tried(name, [{ at, kind }], calls));
      } catch (error) {
        failed.push((error as Error).message);
      }
    }
    tell(name, kind, happened);
    expect(failed).toEqual([]);
    // A read is stale only where something has changed and is read.
    expect(happened).toBeGreaterThan(kind === 'stale' ? -1 : 0);
  }, 600_000);
});

test('any two faults', async () => {
  const counts = new Map<string, readonly string[]>();
  for (const name of names) {
    counts.set(name, await callsOf(name));
  }
  let happened = 0;
  const fault = fc.record({ at: fc.nat({ max: 200 }), kind: fc.constantFrom(...kinds) });
  await fc.assert(fc.asyncProperty(fc.constantFrom(...names), fault, fault, async (name, one, other) => {
    const calls = counts.get(name)!;
    const faults = [one, other].map(({ at, kind }) => ({ at: at % calls.length, kind }));
    happened += Number(await tried(name, faults, calls));
  }), { numRuns: PAIRS });
  tell('any', 'two', happened);
  expect(happened).toBeGreaterThan(PAIRS / 4);
}, 900_000);

/** For docs/reliability.md. */
function tell(name: string, kind: string, happened: number): void {
  if (ALL) {
    process.stderr.write(`schedules|${name}|${kind}|${happened}\n`);
  }
}
