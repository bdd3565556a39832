import * as handlers from '../../../runtime/handlers';
import { FEATURES, OPTIONAL_FEATURES } from '../../../src/aws/lifecycle-registry/features';
import { context } from '../../aws/lifecycle-registry/features/permissions';

test('each handler that a feature declares is exported, and each that is exported is declared', () => {
  const declared = [...FEATURES, ...OPTIONAL_FEATURES].flatMap((feature) => feature.functions?.(context) ?? []).map(({ handler }) => handler);

  expect(declared.length).toBeGreaterThan(0);
  expect(declared.sort()).toEqual(Object.keys(handlers).sort());
  for (const name of declared) {
    expect(handlers[name as keyof typeof handlers]).toBeInstanceOf(Function);
  }
});
