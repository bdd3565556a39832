import { rolesOfFeatures, withEveryFeature } from '../../../../build/every-feature';
import { FeatureStatement } from '../../../../src/aws/lifecycle-registry/feature';
import { residue } from '../../../../src/aws/lifecycle-registry/features/residue';
import { RegistryNames } from '../../../../src/contract/registry-names';

export const names = new RegistryNames('agents');
export const context = withEveryFeature(names, { partition: 'aws', region: 'eu-west-1', account: '111122223333' });

/** All permissions of each role of every feature, by the role's name. */
export const permissions: Readonly<Record<string, readonly FeatureStatement[]>> = Object.fromEntries(
  rolesOfFeatures(context).map(({ name, statements }) => (
    [name, name === names.engineRole ? [...statements, ...residue.engine!(context)] : statements])));

/** Matches as IAM does: `*` is any text. */
export function matches(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`).test(text);
}

function applies(statement: FeatureStatement, action: string, resource: string): boolean {
  return statement.Action.some((pattern) => matches(pattern, action))
    && (statement.Resource?.some((pattern) => matches(pattern, resource)) ?? !statement.NotResource?.some((pattern) => matches(pattern, resource)));
}

/** The Deny without a condition that applies to a call. */
export function denied(role: string, action: string, resource: string): FeatureStatement | undefined {
  return permissions[role].find((statement) => statement.Effect === 'Deny' && statement.Condition === undefined && applies(statement, action, resource));
}

/** The statement that allows a call, unless another denies it. */
export function allowed(role: string, action: string, resource: string): FeatureStatement | undefined {
  return denied(role, action, resource) ? undefined : permissions[role].find((statement) => statement.Effect === 'Allow' && applies(statement, action, resource));
}
