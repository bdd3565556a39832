import { Duration } from 'aws-cdk-lib';
import { agendaFacts } from '../../../../src/aws/lifecycle-registry/agenda-facts';
import { FeatureContext, FeatureStatement, functionStatements } from '../../../../src/aws/lifecycle-registry/feature';
import { FEATURES, OPTIONAL_FEATURES } from '../../../../src/aws/lifecycle-registry/features';
import { Notifications } from '../../../../src/aws/lifecycle-registry/notifications';
import { SponsorDirectory } from '../../../../src/aws/lifecycle-registry/sponsor-directory';
import { RegistryNames } from '../../../../src/contract/registry-names';
import { AgentStage } from '../../../../src/core';

export const names = new RegistryNames('agents');
const place = { partition: 'aws', region: 'eu-west-1', account: '111122223333' };
export const context: FeatureContext = {
  names,
  place,
  settings: {
    propagationWait: Duration.seconds(65),
    agenda: agendaFacts(),
    notifications: Notifications.mail({ from: 'agents@example.com' })._facts,
    sponsorDirectory: SponsorDirectory.identityCenter({ identityStoreId: 'd-1234567890' })._facts,
    stages: [AgentStage.TEST],
    namePrefix: '',
    breakGlassRoleArns: [],
  },
};

const ALL = [...FEATURES, ...OPTIONAL_FEATURES];

/** All permissions of each role of every feature, by the role's name. */
export const permissions: Readonly<Record<string, readonly FeatureStatement[]>> = Object.fromEntries(ALL.flatMap((feature) => [
  ...(feature.functions?.(context) ?? []).map((declared) => (
    [declared.role.name, [...functionStatements(declared, context), ...declared.role.statements]] as const)),
  ...(feature.roles?.(context) ?? []).map(({ name, statements }) => [name, statements] as const),
]));

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
