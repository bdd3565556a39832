import * as core from '../../src/core';

test('users get the sponsor, the stage, the expiry and the cost, and no inner workings', () => {
  // Interfaces are exported too, without a value.
  const values = Object.entries(core).filter(([, value]) => value !== undefined).map(([name]) => name);
  expect(values.sort()).toEqual(['AgentStage', 'Expiry', 'MonthlyCost', 'Sponsor', 'SponsorKind']);
});
