import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as handlers from '../../../runtime/handlers';
import { FEATURES, OPTIONAL_FEATURES } from '../../../src/aws/lifecycle-registry/features';
import { context } from '../../aws/lifecycle-registry/features/permissions';

/** Constructs with a function of their own in the agent's stack. */
const OTHERS = ['src/aws/agent-identity/credentials/agent-database-user.ts'];

test('each handler that a feature or a construct declares is exported, and each that is exported is declared', () => {
  const inStacks = OTHERS.flatMap((file) => [...readFileSync(join(__dirname, '..', '..', '..', file), 'utf8').matchAll(/handler: 'index\.(\w+)'/g)].map(([, name]) => name));
  const inRegistry = [...FEATURES, ...OPTIONAL_FEATURES].flatMap((feature) => feature.functions?.(context) ?? []).map(({ handler }) => handler);
  const declared = [...inRegistry, ...inStacks];

  expect(inRegistry.length).toBeGreaterThan(0);
  expect(inStacks).toHaveLength(OTHERS.length);
  expect(declared.sort()).toEqual(Object.keys(handlers).sort());
  for (const name of declared) {
    expect(handlers[name as keyof typeof handlers]).toBeInstanceOf(Function);
  }
});
