import { createHash } from 'node:crypto';
import { InvalidInputError } from '../core/errors';
import { requireLiteral } from '../core/literal';
import { REGISTRY_NAME } from '../core/name-forms';
import { shown } from '../core/shown';

/** Where a registry is deployed. The values may be tokens. */
export interface RegistryPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** Between a registry's name and the rest of a resource's name. */
const INFIX = '-nhi-';

/** Whether a resource's name is one that only a registry gives. */
export function isOfRegistry(name: string): boolean {
  const at = name.indexOf(INFIX);
  return at !== -1 && REGISTRY_NAME.test(name.slice(0, at));
}

/** The ledger's index of living agents by their next due date, with its keys. A row without these keys is not indexed. */
export const DUE_INDEX = { name: 'due', shard: 'dueShard', at: 'dueAt' } as const;

/**
 * Names of all the resources of a registry. They follow from the registry's name alone, so that other apps and the engine know them without exports.
 */
export class RegistryNames {
  /**
   * The names of all resources begin with it, besides those that have the registry's path or log prefix. It is reserved: agents are denied everything on
   * resources with such names.
   */
  public readonly prefix: string;

  public readonly table: string;
  public readonly bus: string;

  public readonly lifecycleFunction: string;
  public readonly stepsFunction: string;
  public readonly deletionCheckFunction: string;
  /** Responds to events that suspend agents, and to calls that lift a suspension. */
  public readonly suspensionFunction: string;
  /** Suspends and resumes an agent on a schedule. */
  public readonly drillFunction: string;
  public readonly agendaFunction: string;
  /** Notifies people. */
  public readonly notificationFunction: string;
  /** Asks the directory of people. */
  public readonly sponsorFunction: string;
  /** Asks third parties to revoke the access of agents. */
  public readonly revokerFunction: string;
  /** Takes the answers of workers on premises. */
  public readonly answersFunction: string;
  /** Serves the page for reviewers. */
  public readonly reviewPageFunction: string;
  /** Signs what happens to agents, and sends it to receivers of signals. */
  public readonly signalsFunction: string;
  /** Serves receivers of signals. */
  public readonly signalsEndpointFunction: string;
  /** Keeps AWS Agent Registry in step. */
  public readonly catalogueFunction: string;
  /** Looks costs up by tags. */
  public readonly costFunction: string;

  public readonly stateMachine: string;
  /** State machine of the agenda's sweeps. */
  public readonly sweepMachine: string;

  public readonly requestRole: string;
  public readonly engineRole: string;
  public readonly machineRole: string;
  public readonly deletionCheckRole: string;
  public readonly suspensionRole: string;
  public readonly drillRole: string;
  public readonly agendaRole: string;
  public readonly sweepMachineRole: string;
  public readonly sweepScheduleRole: string;
  public readonly notificationRole: string;
  public readonly digestScheduleRole: string;
  /** Role of the function that asks the directory of people. */
  public readonly sponsorRole: string;
  public readonly reviewPageRole: string;
  public readonly signalsRole: string;
  public readonly signalsEndpointRole: string;
  public readonly catalogueRole: string;
  public readonly costRole: string;
  /** Role of the function that asks third parties. */
  public readonly revokerRole: string;
  public readonly answersRole: string;
  /** Beginning of the names of secrets that this role may read without a policy of their own. No agent can. */
  public readonly revokerSecrets: string;

  /** Schedule of the sweeps, in the default schedule group. */
  public readonly sweepSchedule: string;
  /** Schedule of the daily digests. */
  public readonly digestSchedule: string;

  /** Rule on the default bus that matches executions that ended early. */
  public readonly endedRule: string;
  /** Rule on calls that lift something of a suspension. */
  public readonly reassertRule: string;
  /** Rule that starts drills. */
  public readonly drillRule: string;
  /** Rule on the registry's bus that matches what people are notified of. */
  public readonly notificationRule: string;

  /** Rule on the registry's bus that matches what is sent to receivers of signals. */
  public readonly signalsRule: string;
  /** Rule that has waiting signals sent. */
  public readonly deliverSignalsRule: string;
  /** Rule on the registry's bus that matches what changes records in AWS Agent Registry. */
  public readonly catalogueRule: string;
  /** Rule that has all these records compared each day. */
  public readonly reconcileCatalogueRule: string;

  /** Queue of events to sign. */
  public readonly signalsQueue: string;
  /** Queue of agents whose records in AWS Agent Registry are compared. */
  public readonly catalogueQueue: string;
  /** Queue of events that a function failed to process. */
  public readonly deadLetters: string;
  public readonly dashboard: string;
  /** Alias of the key that makes the links of mails to the page genuine. */
  public readonly reviewLinkAlias: string;

  /** Alias of the key that signs signals. */
  public readonly signalsKeyAlias: string;

  /** Attached to agents that reach no other identity. No stage's guard can have this name or the next two. */
  public readonly noSessionsPolicy: string;
  /** Attached to agents that have no access to the registry, which are nearly all agents. */
  public readonly noRegistryPolicy: string;
  /** Attached instead of `noRegistryPolicy` to agents that read the fleet. */
  public readonly registryReaderPolicy: string;
  /** For operators who may suspend agents. The next one is for those who may resume them. */
  public readonly maySuspendPolicy: string;
  public readonly mayResumePolicy: string;
  /** For people who may let agents leave without a deployment, and retry what failed. */
  public readonly mayOffboardPolicy: string;
  /** For people who may approve what a sweep held back. */
  public readonly mayApproveSweepsPolicy: string;
  /** For people who may decide reviews. */
  public readonly mayReviewPolicy: string;
  /** For people who may open, close and verify campaigns. */
  public readonly mayRunCampaignsPolicy: string;
  /** For people of management who acknowledge campaigns. */
  public readonly mayAcknowledgePolicy: string;
  /** Alias of the key that signs the packages of campaigns. */
  public readonly campaignKeyAlias: string;

  /**
   * @param registryName name of the registry
   * @param path IAM path of everything that belongs to the registry's agents: the guard policies, the principals, and IAM users that were created by
   *   hand
   */
  constructor(public readonly registryName: string, public readonly path: string = `/${registryName}/`) {
    const withPrefix = (name: string): string => `${this.prefix}${name}`;
    this.prefix = `${registryName}${INFIX}`;
    this.table = withPrefix('ledger');
    this.bus = withPrefix('lifecycle');
    this.lifecycleFunction = withPrefix('lifecycle');
    this.stepsFunction = withPrefix('lifecycle-steps');
    this.deletionCheckFunction = withPrefix('deletion-check');
    this.suspensionFunction = withPrefix('suspension');
    this.drillFunction = withPrefix('suspension-drill');
    this.agendaFunction = withPrefix('agenda');
    this.notificationFunction = withPrefix('notifications');
    this.sponsorFunction = withPrefix('sponsors');
    this.revokerFunction = withPrefix('revokers');
    this.answersFunction = withPrefix('answers');
    this.reviewPageFunction = withPrefix('review-page');
    this.signalsFunction = withPrefix('signals');
    this.signalsEndpointFunction = withPrefix('signals-endpoint');
    this.catalogueFunction = withPrefix('catalogue');
    this.costFunction = withPrefix('costs');
    this.stateMachine = withPrefix('lifecycle');
    this.sweepMachine = withPrefix('agenda');
    this.requestRole = withPrefix('lifecycle-request');
    this.engineRole = withPrefix('lifecycle-engine');
    this.machineRole = withPrefix('lifecycle-machine');
    this.deletionCheckRole = withPrefix('deletion-check');
    this.suspensionRole = withPrefix('suspension');
    this.drillRole = withPrefix('suspension-drill');
    this.agendaRole = withPrefix('agenda');
    this.sweepMachineRole = withPrefix('agenda-machine');
    this.sweepScheduleRole = withPrefix('agenda-schedule');
    this.notificationRole = withPrefix('notifications');
    this.sponsorRole = withPrefix('sponsors');
    this.digestScheduleRole = withPrefix('digest-schedule');
    this.reviewPageRole = withPrefix('review-page');
    this.signalsRole = withPrefix('signals');
    this.signalsEndpointRole = withPrefix('signals-endpoint');
    this.catalogueRole = withPrefix('catalogue');
    this.costRole = withPrefix('costs');
    this.revokerRole = withPrefix('revokers');
    this.answersRole = withPrefix('answers');
    this.revokerSecrets = withPrefix('revokers/');
    this.sweepSchedule = withPrefix('agenda');
    this.digestSchedule = withPrefix('digest');
    this.endedRule = withPrefix('lifecycle-ended');
    this.reassertRule = withPrefix('suspension-reassert');
    this.drillRule = withPrefix('suspension-drill');
    this.notificationRule = withPrefix('notifications');
    this.signalsRule = withPrefix('signals');
    this.deliverSignalsRule = withPrefix('signals-deliver');
    this.catalogueRule = withPrefix('catalogue');
    this.reconcileCatalogueRule = withPrefix('catalogue-reconcile');
    this.signalsQueue = withPrefix('signals');
    this.catalogueQueue = withPrefix('catalogue');
    this.deadLetters = withPrefix('dead-letters');
    this.dashboard = withPrefix('lifecycle');
    this.reviewLinkAlias = `alias/${withPrefix('review-links')}`;
    this.signalsKeyAlias = `alias/${withPrefix('signals')}`;
    this.noSessionsPolicy = `${registryName}-no-sessions`;
    this.noRegistryPolicy = `${registryName}-no-registry`;
    this.registryReaderPolicy = `${registryName}-registry-reader`;
    this.maySuspendPolicy = `${registryName}-may-suspend`;
    this.mayResumePolicy = `${registryName}-may-resume`;
    this.mayOffboardPolicy = `${registryName}-may-offboard`;
    this.mayApproveSweepsPolicy = `${registryName}-may-approve-sweeps`;
    this.mayReviewPolicy = `${registryName}-may-review`;
    this.mayRunCampaignsPolicy = `${registryName}-may-run-campaigns`;
    this.mayAcknowledgePolicy = `${registryName}-may-acknowledge`;
    this.campaignKeyAlias = `alias/${withPrefix('campaigns')}`;
  }

  /**
   * Name of the role through which the engine reaches the role that an agent adopted. The adopting stack creates it. The engine may assume roles with such names
   * only, and agents are denied everything on them.
   */
  public reachRole(agentName: string): string {
    return `${this.prefix}reach-${createHash('sha256').update(agentName).digest('hex').slice(0, 16)}`;
  }

  /** ARNs of all roles with such names, as a pattern. */
  public reachRoleArns({ partition, account }: Omit<RegistryPlace, 'region'>): string {
    return `arn:${partition}:iam::${account}:role/${this.prefix}reach-*`;
  }

  public alarm(id: string): string {
    return `${this.prefix}${id}`;
  }

  /** Rule on any bus whose events suspend agents. */
  public suspendOnRule(id: string): string {
    return `${this.prefix}suspend-on-${id}`;
  }

  /** Log group of one of the functions. A folder of its own, so that one pattern covers all of them and nothing else. */
  public functionLogGroup(functionName: string): string {
    return `/nhi-registry/${this.registryName}/${functionName}`;
  }

  /** Log group of one of the state machines. Logs below this prefix need no entry in the account's one resource policy of logs. */
  public machineLogGroup(machineName: string): string {
    return `/aws/vendedlogs/nhi-registry/${this.registryName}/${machineName}`;
  }

  /** Patterns of all log groups of the engine. */
  public get logGroups(): string[] {
    return [this.functionLogGroup('*'), this.machineLogGroup('*')];
  }

  /** Bucket names are global. Account and region make the name unique. */
  public bucket(place: RegistryPlace): string {
    return `${this.prefix}evidence-${place.account}-${place.region}`;
  }

  /** Names of managed policies are unique in an account, whatever their path. The registry's name makes them unique. */
  public guardPolicyName(stageName: string): string {
    return `${this.registryName}-guard-${stageName}`;
  }

  public guardPolicyArn(place: RegistryPlace, stageName: string): string {
    return this.policyArn(place, this.guardPolicyName(stageName));
  }

  public noSessionsPolicyArn(place: RegistryPlace): string {
    return this.policyArn(place, this.noSessionsPolicy);
  }

  public noRegistryPolicyArn(place: RegistryPlace): string {
    return this.policyArn(place, this.noRegistryPolicy);
  }

  public registryReaderPolicyArn(place: RegistryPlace): string {
    return this.policyArn(place, this.registryReaderPolicy);
  }

  /** The ARN has no version or alias, because CloudFormation rejects a changed service token. */
  public lifecycleFunctionArn(place: RegistryPlace): string {
    return this.functionArn(place, this.lifecycleFunction);
  }

  public stepsFunctionArn(place: RegistryPlace): string {
    return this.functionArn(place, this.stepsFunction);
  }

  public deletionCheckFunctionArn(place: RegistryPlace): string {
    return this.functionArn(place, this.deletionCheckFunction);
  }

  public tableArn(place: RegistryPlace): string {
    return `arn:${place.partition}:dynamodb:${place.region}:${place.account}:table/${this.table}`;
  }

  public bucketArn(place: RegistryPlace): string {
    return `arn:${place.partition}:s3:::${this.bucket(place)}`;
  }

  public busArn(place: RegistryPlace): string {
    return `arn:${place.partition}:events:${place.region}:${place.account}:event-bus/${this.bus}`;
  }

  public stateMachineArn(place: RegistryPlace): string {
    return `arn:${place.partition}:states:${place.region}:${place.account}:stateMachine:${this.stateMachine}`;
  }

  /** ARN of all executions of the state machine, as a pattern. */
  public executionArns(place: RegistryPlace): string {
    return executionArn(this.stateMachineArn(place), '*');
  }

  public agendaFunctionArn(place: RegistryPlace): string {
    return this.functionArn(place, this.agendaFunction);
  }

  public notificationFunctionArn(place: RegistryPlace): string {
    return this.functionArn(place, this.notificationFunction);
  }

  public sponsorFunctionArn(place: RegistryPlace): string {
    return this.functionArn(place, this.sponsorFunction);
  }

  public costFunctionArn(place: RegistryPlace): string {
    return this.functionArn(place, this.costFunction);
  }

  public revokerFunctionArn(place: RegistryPlace): string {
    return this.functionArn(place, this.revokerFunction);
  }

  public sweepMachineArn(place: RegistryPlace): string {
    return `arn:${place.partition}:states:${place.region}:${place.account}:stateMachine:${this.sweepMachine}`;
  }

  /** ARN of all executions of sweeps, as a pattern: of the sweeps themselves, and of their maps, one for each agent. */
  public sweepExecutionArns(place: RegistryPlace): string {
    return executionArn(this.sweepMachineArn(place), '*').replace(/:\*$/, '*');
  }

  /** ARN of a rule on the account's default bus. */
  public ruleArn(place: RegistryPlace, rule: string): string {
    return `arn:${place.partition}:events:${place.region}:${place.account}:rule/${rule}`;
  }

  public roleArn({ partition, account }: Omit<RegistryPlace, 'region'>, name: string): string {
    return `arn:${partition}:iam::${account}:role/${name}`;
  }

  public queueArn(place: RegistryPlace, name: string): string {
    return `arn:${place.partition}:sqs:${place.region}:${place.account}:${name}`;
  }

  private policyArn(place: RegistryPlace, name: string): string {
    return `arn:${place.partition}:iam::${place.account}:policy${this.path}${name}`;
  }

  private functionArn(place: RegistryPlace, name: string): string {
    return `arn:${place.partition}:lambda:${place.region}:${place.account}:function:${name}`;
  }
}

/** ARN of an execution of a state machine. */
export function executionArn(stateMachineArn: string, executionName: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${executionName}`;
}

/** Log group in which Lambda writes for a function that has no other. A pattern of names gives a pattern of log groups. */
export function defaultLogGroup(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/**
 * Rejects a registry name that can't be part of a bucket, a role or a path name.
 * @throws InvalidInputError `RegistryNameInvalid`, `TextRequired`, `LiteralRequired`
 */
export function validateRegistryName(registryName: string): string {
  if (!REGISTRY_NAME.test(requireLiteral('the registry name', registryName))) {
    throw new InvalidInputError('RegistryNameInvalid',
      `registry name ${shown(registryName)} is not allowed: use 3-20 of [a-z0-9-], starting with a letter and ending with a letter or digit, without "--"`);
  }
  return registryName;
}
