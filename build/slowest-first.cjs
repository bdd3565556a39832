// Starts the slowest suites first, so that no worker ends long after the others. Jest sorts by how long a suite took the last time; on a fresh
// machine it knows only how long the files are, which says little.
const { default: Sequencer } = require('@jest/test-sequencer');

// Those that take longest on two cores, the end-to-end tests first.
const SLOWEST = [
  'test/e2e/google/constructs.test.ts',
  'test/e2e/examples.test.ts',
  'test/e2e/leave.test.ts',
  'test/e2e/agenda.test.ts',
  'test/e2e/join.test.ts',
  'test/e2e/google/retirement.test.ts',
  'test/e2e/google/repair.test.ts',
  'test/e2e/move.test.ts',
  'test/e2e/suspend-events.test.ts',
  'test/e2e/suspend-compute.test.ts',
  'test/e2e/attacks.test.ts',
  'test/e2e/references.test.ts',
  'test/e2e/failed-move.test.ts',
  'test/checks/static-checks.test.ts',
  'test/aws/lifecycle-registry/suspend-on.test.ts',
  'test/runtime/sweep/agenda-laws.test.ts',
  'test/aws/model-access/model-access.test.ts',
  'test/runtime/engine/suspension-cuts.test.ts',
  'test/runtime/engine/protocol-laws.test.ts',
  'test/runtime/engine/disturbed-laws.test.ts',
  'test/aws/agent-identity/registry-within-reach.test.ts',
  'test/runtime/engine/renewal-laws.test.ts',
];

/** Where a suite comes: those that Jest has a duration of are last, in Jest's order. */
const placeOf = ({ path, duration }) => {
  const place = SLOWEST.findIndex((name) => path.endsWith(name));
  return duration !== undefined || place === -1 ? SLOWEST.length : place;
};

module.exports = class extends Sequencer {
  sort(tests) {
    // Equal ones keep their order.
    return [...super.sort(tests)].sort((one, other) => placeOf(one) - placeOf(other));
  }
};
module.exports.SLOWEST = SLOWEST;
