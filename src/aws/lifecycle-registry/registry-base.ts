import { aws_cloudwatch as cloudwatch, aws_events as events, aws_iam as iam, Stack, Token } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { AgentEvent } from './agent-event';
import { AgentNaming } from './agent-naming';
import { engineMetric } from './features/lifecycle';
import { FleetReader } from './fleet-read';
import { ILifecycleRegistry, OnAgentEventOptions } from './lifecycle-registry-ref';
import { RegistryFacts, setFacts } from './registry-facts';
import { acceptedStages, definedStages } from './registry-stages';
import { DUE_ROW, FLEET_ROWS } from '../../contract/ledger-rows';
import { METRICS, MetricName } from '../../contract/metrics';
import { ORPHAN_ROLE_TYPE, SWEEP_HELD_TYPE } from '../../contract/registry-events';
import { DUE_INDEX, RegistryNames, validateRegistryName } from '../../contract/registry-names';
import { AgentStage } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { requireInstance, requireInstances } from '../../core/instance';
import { EVENT_TYPE_PREFIX, eventSource } from '../../core/lifecycle-event';
import { requireLiteral } from '../../core/literal';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { requireStageList } from '../../core/value-classes';
import { BUCKET_READS, EVIDENCE_READS, INDEX_READS, ROW_READS, SIGNING_KEY_READS, TABLE_READS } from '../guards/registry-resources';

/** What doesn't follow from a registry's name, and must be the same in the registry and in each reference to it. */
export interface LifecycleRegistryRulesProps {
  /**
   * Stages beside test, staging and production: AgentStage.PILOT and DEPRECATED, your own ones, and built-in ones `withApproval()`.
   *
   * @default - none
   */
  readonly stages?: AgentStage[];

  /**
   * The stages that agents of this account may be in, of those that the registry defines. An agent in another stage is refused at synthesis, and by the engine. Its access can be declared for any
   * stage, so one stack class serves a test account and a production account.
   *
   * @default - test, staging, production, and all of `stages`
   */
  readonly acceptedStages?: AgentStage[];

  /**
   * How the agents' roles are named.
   *
   * @default AgentNaming.standard()
   */
  readonly naming?: AgentNaming;
}

/** What doesn't follow from a registry's name. */
export interface LifecycleRegistryReferenceProps extends LifecycleRegistryRulesProps {
  /**
   * The region of the registry. With it, an agent in a stack of another region is refused at synthesis, or, if the stack's region is known only at deployment, by CloudFormation before anything is
   * changed.
   *
   * @default - the region of the stack, or that of the registry if this app creates it
   */
  readonly homeRegion?: string;
}

/**
 * What a registry and a reference to one have in common. All names are literal, so there are no stack exports that another stack could keep in use.
 *
 * @internal
 */
export abstract class LifecycleRegistryBase extends Construct implements ILifecycleRegistry {
  public readonly registryName: string;
  public abstract readonly eventBus: events.IEventBus;

  /** @internal */
  protected readonly _facts: RegistryFacts;

  constructor(scope: Construct, id: string, registryName: string, props: LifecycleRegistryReferenceProps = {}) {
    super(scope, id);
    if (Token.isUnresolved(registryName)) {
      throw new InvalidInputError('LiteralRequired', `${this.node.path}: the registry name is a token: use a literal name, because other apps refer to the registry by it`);
    }
    const { partition, region, account } = Stack.of(this);
    const naming = withPath(this, () => requireInstance('naming', props.naming ?? AgentNaming.standard(), AgentNaming, 'AgentNaming.of()'));
    const defined = definedStages(this.node.path, withPath(this, () => requireStageList('stages', props.stages ?? [])));
    const accepted = props.acceptedStages === undefined ? undefined : withPath(this, () => requireStageList('acceptedStages', props.acceptedStages));
    this.registryName = registryName;
    this._facts = {
      names: new RegistryNames(withPath(this, () => validateRegistryName(registryName)), naming.rootPath(registryName)),
      place: { partition, region, account },
      naming,
      stages: acceptedStages(this.node.path, defined, accepted),
      definedStages: defined,
      homeRegion: requireRegion(this.node.path, props.homeRegion),
    };
    setFacts(this, this._facts);
  }

  public grantReadFleet(grantee: iam.IGrantable): iam.Grant {
    const { names, place } = this._facts;
    const reader = new FleetReader(grantee.grantPrincipal);
    const read = (actions: string[], resource: string, conditions?: Record<string, Record<string, unknown>>): iam.Grant =>
      iam.Grant.addToPrincipal({ grantee: reader, actions, resourceArns: [resource], conditions });
    const [table, bucket] = [names.tableArn(place), names.bucketArn(place)];
    const rows = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': FLEET_ROWS } };
    const due = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${DUE_ROW}*`] } };
    // The alias is known without the AccessCertification that creates the key. https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-request-alias
    const signing = { StringEquals: { 'kms:RequestAlias': names.campaignKeyAlias } };
    const keys = `arn:${place.partition}:kms:${place.region}:${place.account}:key/*`;
    return [
      read(ROW_READS, table, rows), read(INDEX_READS, `${table}/index/${DUE_INDEX.name}`, due), read(BUCKET_READS, bucket), read(EVIDENCE_READS, `${bucket}/*`),
      read(SIGNING_KEY_READS, keys, signing),
    ].reduce((all, grant) => all.combine(grant), read(TABLE_READS, table));
  }

  public onEvent(id: string, { agentEvents, ...options }: OnAgentEventOptions = {}): events.Rule {
    const types = agentEvents === undefined ? undefined
      : withPath(this, () => requireInstances('agentEvents', agentEvents, AgentEvent, 'AgentEvent.JOINED')).map(({ type }) => type);
    if (types?.length === 0) {
      throw new InvalidInputError('EventsMissing', `${this.node.path}: onEvent(${JSON.stringify(id)}) lists no event: leave agentEvents out to match all events`);
    }
    const { detail, ...pattern } = narrowing(`${this.node.path}: onEvent(${JSON.stringify(id)})`, options.eventPattern);
    const rule = new events.Rule(this, id, {
      description: `Lifecycle events of the registry ${this.registryName}: ${agentEvents?.map(({ name }) => name).join(', ') ?? 'all'}`,
      ...options,
      eventBus: this.eventBus,
      eventPattern: {
        ...pattern,
        account: [this._facts.place.account],
        detail: { ...detail, source: [eventSource(this.registryName)], type: types ?? [{ prefix: EVENT_TYPE_PREFIX }] },
      },
      targets: options.target === undefined ? [] : [options.target],
    });
    this._keep(rule);
    return rule;
  }

  public onJoined(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.onEvent(id, { ...options, agentEvents: [AgentEvent.JOINED] });
  }

  public onMoved(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.onEvent(id, { ...options, agentEvents: [AgentEvent.MOVED] });
  }

  public onLeft(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.onEvent(id, { ...options, agentEvents: [AgentEvent.LEFT] });
  }

  public onSponsorLapsed(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.onEvent(id, { ...options, agentEvents: [AgentEvent.SPONSOR_LAPSED] });
  }

  public metric(metricName: string, options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return engineMetric(this._facts.names, metricName as MetricName).with(options).attachTo(this);
  }

  public metricTransitionFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.transitionFailed, options);
  }

  public metricTeardownIncomplete(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.teardownIncomplete, options);
  }

  public metricOrphanFound(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.orphanFound, options);
  }

  public metricRequestUnconfirmed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.requestUnconfirmed, options);
  }

  public metricEvidenceDiffers(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.evidenceDiffers, options);
  }

  public metricSweepHeld(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.sweepHeld, options);
  }

  public metricSponsorDirectoryFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.sponsorDirectoryFailed, options);
  }

  public onSweepHeld(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.onRegistryEvent('onSweepHeld', id, SWEEP_HELD_TYPE, `Sweeps of the registry ${this.registryName} that would suspend or remove too many agents`, options);
  }

  public onOrphanRole(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.onRegistryEvent('onOrphanRole', id, ORPHAN_ROLE_TYPE, `Roles under the path of the registry ${this.registryName} that belong to no agent`, options);
  }

  /**
   * Receives what is created for the registry after its constructor.
   *
   * @internal
   */
  protected _keep(_made: IDependable): void {
    // A reference guards nothing.
  }

  private onRegistryEvent(method: string, id: string, type: string, description: string, options: events.OnEventOptions): events.Rule {
    const { detail, ...pattern } = narrowing(`${this.node.path}: ${method}(${JSON.stringify(id)})`, options.eventPattern);
    const rule = new events.Rule(this, id, {
      description,
      ...options,
      eventBus: this.eventBus,
      eventPattern: {
        ...pattern,
        account: [this._facts.place.account],
        detail: { ...detail, source: [eventSource(this.registryName)], type: [type] },
      },
      targets: options.target === undefined ? [] : [options.target],
    });
    this._keep(rule);
    return rule;
  }
}

/** A user's pattern may narrow the rule. It may neither match events of other sources nor repeat the event types. */
function narrowing(where: string, pattern: events.EventPattern = {}): events.EventPattern {
  const taken = [
    ...(pattern.account === undefined ? [] : ['account']),
    ...['source', 'type'].filter((name) => pattern.detail?.[name] !== undefined).map((name) => `detail.${name}`),
  ];
  if (taken.length > 0) {
    throw new InvalidInputError('EventPatternTaken',
      `${where}: the event pattern has ${taken.join(', ')}, which the registry sets: leave it out, and name the events with agentEvents`);
  }
  return pattern;
}

/** @throws InvalidInputError `RegionInvalid` */
function requireRegion(path: string, region: string | undefined): string | undefined {
  if (region !== undefined && !/^[a-z]{2,}(-[a-z]+)+-\d$/.test(requireLiteral(`${path}: homeRegion`, region))) {
    throw new InvalidInputError('RegionInvalid', `${path}: homeRegion ${shown(region)} is not a region of AWS: use one such as eu-west-1`);
  }
  return region;
}
