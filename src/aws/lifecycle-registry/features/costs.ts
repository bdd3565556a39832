import { Duration } from 'aws-cdk-lib';
import { allow, RegistryFeature } from '../feature';

/** Looks up by tags what access outside of AWS costs: a function of its own, so that neither engine nor agents read bills. Without `lookUpCosts` none of this exists. */
export const costs: RegistryFeature = {
  functions: ({ names, settings: { agenda } }) => (agenda.looksUpCosts === undefined ? [] : [{
    name: names.costFunction,
    handler: 'costs',
    role: {
      name: names.costRole,
      service: 'lambda',
      purpose: 'Only with `lookUpCosts`: asks Cost Explorer what has a tag. It can do nothing else.',
      // Cost Explorer can't restrict what is asked.
      statements: [allow('LookUpCosts', ['ce:GetCostAndUsage'], ['*'])],
    },
    // Twenty tags, each of which may be asked for again.
    timeout: Duration.minutes(2),
    keyUse: {},
  }]),
};
