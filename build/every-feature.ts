import { Duration } from 'aws-cdk-lib';
import { agendaFacts } from '../src/aws/lifecycle-registry/agenda-facts';
import { AgentNaming } from '../src/aws/lifecycle-registry/agent-naming';
import { FeatureContext, FeatureRole, functionStatements } from '../src/aws/lifecycle-registry/feature';
import { FEATURES, OPTIONAL_FEATURES } from '../src/aws/lifecycle-registry/features';
import { Notifications } from '../src/aws/lifecycle-registry/notifications';
import { SponsorDirectory } from '../src/aws/lifecycle-registry/sponsor-directory';
import { RegistryNames, RegistryPlace } from '../src/contract/registry-names';
import { ResidueKind } from '../src/contract/residue';
import { AgentStage } from '../src/core';

export const EVERY_FEATURE = [...FEATURES, ...OPTIONAL_FEATURES];

/** A registry that has every feature. */
export function withEveryFeature(names: RegistryNames, place: RegistryPlace): FeatureContext {
  return {
    names,
    place,
    settings: {
      propagationWait: Duration.seconds(65),
      agenda: agendaFacts({}, { looksUpCosts: true }),
      notifications: Notifications.mail({ from: 'agents@example.com' })._facts,
      sponsorDirectory: SponsorDirectory.identityCenter({ identityStoreId: 'd-1234567890' })._facts,
      stages: [AgentStage.TEST, AgentStage.STAGING, AgentStage.PRODUCTION],
      naming: AgentNaming.standard(),
      breakGlassRoleArns: ['BREAK_GLASS_ROLE'],
      reviewerRoleArns: ['REVIEWER_ROLE'],
      campaignRoleArns: ['CAMPAIGN_ROLE'],
      campaignKeyArn: 'CAMPAIGN_KEY',
      signalsKeyArn: 'SIGNALS_KEY',
      agentRegistryArn: 'AGENT_REGISTRY',
      readsCosts: true,
      databaseArns: ['DATABASE_CLUSTER'],
      wipes: Object.values(ResidueKind),
    },
  };
}

/** The roles of all features with all their permissions, those of functions first. */
export function rolesOfFeatures(context: FeatureContext): FeatureRole[] {
  return EVERY_FEATURE.flatMap((feature) => [
    ...feature.functions?.(context).map((declared) => (
      { ...declared.role, statements: [...functionStatements(declared, context), ...declared.role.statements] })) ?? [],
    ...feature.roles?.(context) ?? [],
  ]);
}
