import { aws_cloudwatch as cloudwatch, aws_events as events, aws_iam as iam, aws_lambda as lambda, aws_sqs as sqs, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { AgendaFacts } from './agenda-facts';
import { AgentNaming } from './agent-naming';
import { KeyUse } from './key-use';
import { MassLeaverLimit } from './mass-leaver-limit';
import { NotificationFacts } from './notifications';
import { DirectoryFacts } from './sponsor-directory';
import { RegistryNames, RegistryPlace } from '../../contract/registry-names';
import { ResidueKind } from '../../contract/residue';
import { AgentStage } from '../../core';

/** A statement as IAM reads it. */
export interface FeatureStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string[];
  readonly Resource?: string[];
  readonly NotResource?: string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** The registry that a feature is part of. */
export interface FeatureContext {
  readonly names: RegistryNames;
  readonly place: RegistryPlace;
  readonly settings: RegistrySettings;
}

/** How the user configured the registry. */
export interface RegistrySettings {
  readonly propagationWait: Duration;
  readonly massLeaverLimit?: MassLeaverLimit;
  readonly agenda: AgendaFacts;
  /** Absent if people are not notified by the registry. */
  readonly notifications?: NotificationFacts;
  /** Absent if the registry has no directory of people. */
  readonly sponsorDirectory?: DirectoryFacts;
  /** Hosts with private addresses that revokers may reach. */
  readonly revokerPrivateHosts?: readonly string[];
  readonly stages: AgentStage[];
  readonly naming: AgentNaming;
  /** Whether the engine may deny with an inline policy. */
  readonly denyByInlinePolicy?: boolean;
  /** ARNs of the roles for emergencies, when IAM Identity Center is unavailable. */
  readonly breakGlassRoleArns: readonly string[];
  /** ARNs of the roles of reviewers besides those of IAM Identity Center. */
  readonly reviewerRoleArns?: readonly string[];
  /** ARNs of the roles of those who run campaigns, besides those of IAM Identity Center. */
  readonly campaignRoleArns?: readonly string[];
  /** ARNs of the roles of management, besides those of IAM Identity Center. */
  readonly managementRoleArns?: readonly string[];
  /** ARN of the key that signs the packages of campaigns. */
  readonly campaignKeyArn?: string;
  /** ARN of the key that signs signals. */
  readonly signalsKeyArn?: string;
  /** ARNs of keys that signed signals before. */
  readonly formerSignalsKeyArns?: readonly string[];
  /** ARN of the Agent Registry of AWS that has records of the agents. */
  readonly agentRegistryArn?: string;
  /** Kinds of residue that are wiped besides what is always wiped. */
  readonly wipes?: readonly ResidueKind[];
  /** Whether the engine makes and rotates access keys. */
  readonly accessKeys?: boolean;
  /** ARN of the user's key of ledger and evidence. */
  readonly ownKeyArn?: string;
  /** Whether reviewers are shown what agents cost. */
  readonly readsCosts?: boolean;
}

/** A role of the registry. Its statements are all its permissions. docs/permissions.md is printed from here. */
export interface FeatureRole {
  readonly name: string;
  /** AWS service that assumes it, such as `lambda`. */
  readonly service: string;
  readonly purpose: string;
  readonly statements: FeatureStatement[];
}

export interface FeatureFunction {
  readonly name: string;
  /** Export of runtime/handlers. */
  readonly handler: string;
  /** Its statements besides those that every function has for its logs and traces. */
  readonly role: FeatureRole;
  readonly timeout: Duration;
  /** How it uses a key of the user. */
  readonly keyUse: KeyUse;
  readonly environment?: Record<string, string>;
  /** Whether events that it fails to process go to the registry's dead-letter queue. */
  readonly deadLetters?: boolean;
}

/** A managed policy that the account's owner attaches to operators. Its statements are all its permissions, besides the use of a key of the user. */
export interface OperatorPolicy {
  /** Id of the construct. */
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  readonly statements: FeatureStatement[];
}

/** A condition that a person should look into when its metric is above zero. */
interface FeatureAlarm {
  readonly id: string;
  readonly metric: cloudwatch.IMetric;
  readonly description: string;
  /** Set if the alarm goes off when the metric stays at zero or has no data, for so many periods. */
  readonly missedPeriods?: number;
}

/** Graph of the registry's dashboard. */
interface FeatureGraph {
  readonly title: string;
  readonly metrics: cloudwatch.IMetric[];
}

/**
 * A part of the registry that runs after deployment: one file here, one folder in runtime/, one line in the table of features. The registry creates
 * what it declares. Alarms, dashboard, operators' policies and docs/permissions.md come from the same declaration.
 */
export interface RegistryFeature {
  readonly functions?: (context: FeatureContext) => FeatureFunction[];
  /** Roles of services other than Lambda. */
  readonly roles?: (context: FeatureContext) => FeatureRole[];
  /** What the engine's role may do for the feature, in a registry that has it. */
  readonly engine?: (context: FeatureContext) => FeatureStatement[];
  /** Managed policies for those who ask for what the feature does. */
  readonly operatorPolicies?: (context: FeatureContext) => OperatorPolicy[];
  readonly alarms?: (context: FeatureContext) => FeatureAlarm[];
  /** What the dashboard says in words. */
  readonly notes?: (context: FeatureContext) => string[];
  readonly graphs?: (context: FeatureContext) => FeatureGraph[];
  /** Creates its other resources: a state machine, a schedule, a rule. */
  readonly build?: (scope: Construct, parts: FeatureParts) => IDependable[];
}

/** What the registry created for a feature. */
export interface FeatureParts extends FeatureContext {
  readonly functions: ReadonlyMap<string, lambda.Function>;
  readonly roles: ReadonlyMap<string, iam.Role>;
  readonly deadLetters: sqs.Queue;
  readonly bus: events.IEventBus;
  readonly removalPolicy: RemovalPolicy;
}

export function allow(Sid: string, Action: string[], Resource: string[]): FeatureStatement {
  return { Sid, Effect: 'Allow', Action, Resource };
}

/**
 * Limits a statement on the ledger to rows whose partition keys match one of the patterns. Use it only for actions of which every call names its keys:
 * ForAllValues is true for a call without any.
 */
export function onRows(rows: readonly string[], statement: FeatureStatement): FeatureStatement {
  return { ...statement, Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...rows] } } };
}

/**
 * What every function may do besides its feature's statements: write its own logs and traces, and send failed events to the dead-letter queue if it
 * declares that.
 */
export function functionStatements({ name, deadLetters }: FeatureFunction, { names, place }: FeatureContext): FeatureStatement[] {
  const { partition, region, account } = place;
  return [
    allow('OwnLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], [`arn:${partition}:logs:${region}:${account}:log-group:${names.functionLogGroup(name)}:*`]),
    // X-Ray actions support no resources.
    allow('OwnTraces', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']),
    ...(deadLetters ? [allow('GiveUp', ['sqs:SendMessage'], [names.queueArn(place, names.deadLetters)])] : []),
  ];
}
