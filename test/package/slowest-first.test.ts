import { existsSync } from 'node:fs';
import { join } from 'node:path';

interface Suite {
  readonly path: string;
  readonly duration?: number;
}

const PROJECT = join(__dirname, '..', '..');
// eslint-disable-next-line @typescript-eslint/no-require-imports -- Jest loads it so, untransformed
const Sequencer = require('../../build/slowest-first.cjs') as { readonly SLOWEST: string[]; new(): { sort(suites: object[]): Suite[] } };
const { SLOWEST } = Sequencer;

/** Sorts suites on a machine that knows how long those in `known` took. */
function sorted(names: string[], known: Record<string, number> = {}): string[] {
  const sequencer = Object.assign(new Sequencer(), { time: ({ path }: Suite) => known[path], hasFailed: () => false });
  const context = { config: { rootDir: PROJECT }, hasteFS: { getSize: (path: string) => (path.endsWith('large.test.ts') ? 9 : 1) } };
  return sequencer.sort(names.map((path) => ({ path, context }))).map(({ path }) => path);
}

const [slowest, next] = SLOWEST.map((name) => join(PROJECT, name));

test('every suite in the list exists', () => {
  expect(SLOWEST.filter((name) => !existsSync(join(PROJECT, name)))).toEqual([]);
});

test('on a fresh machine the slowest start first, and the others by their size', () => {
  expect(sorted(['small.test.ts', 'large.test.ts', next, slowest])).toEqual([slowest, next, 'large.test.ts', 'small.test.ts']);
});

test('where Jest knows durations, they decide', () => {
  expect(sorted(['quick.test.ts', slowest, 'long.test.ts'], { 'quick.test.ts': 10, [slowest]: 20, 'long.test.ts': 30 })).toEqual(['long.test.ts', slowest, 'quick.test.ts']);
});
