import { FeatureStatement, RegistryFeature } from '../feature';
import { filledIn } from './lifecycle-permissions';
import { POLICY_READ_STATEMENTS, WIPER_STATEMENTS } from '../wiper-statements.generated';

/** Residue outside of agents' own roles. Every registry reads the policies of resources; what more it may do depends on the kinds of residue that it wipes. */
export const residue: RegistryFeature = {
  engine: (context) => {
    const { place, settings: { wipes = [] } } = context;
    const ofAccount = (statement: FeatureStatement): FeatureStatement => (
      // A bucket's ARN has no account.
      { ...statement, Condition: { StringEquals: { ...statement.Condition?.StringEquals, 'aws:ResourceAccount': place.account } } });
    return [
      ...POLICY_READ_STATEMENTS.map((statement) => ofAccount(filledIn(context, statement))),
      ...WIPER_STATEMENTS.filter(({ of }) => of === 'every').map((statement) => filledIn(context, statement)),
      ...WIPER_STATEMENTS.filter(({ of }) => of !== undefined && (wipes as string[]).includes(of)).map((statement) => {
        const filled = filledIn(context, statement);
        return statement.resources.includes('*') ? filled : ofAccount(filled);
      }),
    ];
  },
};
