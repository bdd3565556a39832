import { aws_cloudwatch as cloudwatch, aws_events as events, aws_iam as iam } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { AgentEvent } from './agent-event';

/** Options for a rule on lifecycle events. */
export interface OnAgentEventOptions extends events.OnEventOptions {
  /**
   * The lifecycle events that the rule matches.
   *
   * @default - all events
   */
  readonly agentEvents?: AgentEvent[];
}

/** A registry of agents, created in this app or in another. */
export interface ILifecycleRegistry extends IConstruct {
  /** Name of the registry, unique in the account. */
  readonly registryName: string;

  /** The bus that all lifecycle events are sent to. */
  readonly eventBus: events.IEventBus;

  /**
   * Sends lifecycle events to a target.
   *
   * @param id id of the rule in this registry
   * @param options the target, the events, and the other options of an EventBridge rule
   */
  onEvent(id: string, options?: OnAgentEventOptions): events.Rule;

  /**
   * Notifies a target of every agent that joins.
   *
   * @param id id of the rule in this registry
   * @param options the target, and the other options of an EventBridge rule
   */
  onJoined(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * Notifies a target of every agent that moves to another stage.
   *
   * @param id id of the rule in this registry
   * @param options the target, and the other options of an EventBridge rule
   */
  onMoved(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * Notifies a target of every agent that has left.
   *
   * @param id id of the rule in this registry
   * @param options the target, and the other options of an EventBridge rule
   */
  onLeft(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * Notifies a target of every agent whose sponsor or backup is no active person. The event says who took over.
   *
   * @param id id of the rule in this registry
   * @param options the target, and the other options of an EventBridge rule
   */
  onSponsorLapsed(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * Notifies a target when a sweep of the agenda would suspend, remove or pass on too many agents. It waits for an operator's approval (`nhi approve-sweep`). The
   * event is about the registry, not about one agent, so `onEvent` doesn't match it.
   *
   * @param id id of the rule in this registry
   * @param options the target, and the other options of an EventBridge rule
   */
  onSweepHeld(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * Notifies a target of a role under the registry's IAM path that belongs to no agent. Each role is notified once, at least an hour after it was found.
   * The event is about the registry, not about one agent, so `onEvent` doesn't match it.
   *
   * @param id id of the rule in this registry
   * @param options the target, and the other options of an EventBridge rule
   */
  onOrphanRole(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * Grants read access to the fleet: the ledger and the evidence. For an agent this is the only way, `registry.grantReadFleet(bot.accessIn(AgentStage.PRODUCTION))`:
   * synthesis refuses all other access to its registry, and its guard denies it.
   *
   * With it `nhi list`, `status`, `show`, `certificate`, `verify` and `report` work, and `nhi verify --download` makes a bundle. It grants the public key that signs campaigns too. The policy of that key
   * denies agents everything, so an agent can't make reports of a registry with an `AccessCertification`.
   *
   * On a reference to a registry with its own encryption key, grant the use of that key where the registry is created.
   *
   * @param grantee who may read
   */
  grantReadFleet(grantee: iam.IGrantable): iam.Grant;

  /**
   * Returns a metric of the engine: a count, with the dimensions of this registry.
   *
   * @param metricName name of the metric, such as `TransitionFailed`
   * @param options options that replace the defaults; the default is the sum over 5 minutes
   */
  metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of joins, moves and leaves that failed, for any reason.
   *
   * @param options options that replace the defaults; the default is the sum over 5 minutes
   */
  metricTransitionFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of teardowns that ended with something left.
   *
   * @param options options that replace the defaults; the default is the sum over 5 minutes
   */
  metricTeardownIncomplete(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of roles of agents that left which are still there.
   *
   * @param options options that replace the defaults; the default is the sum over 5 minutes
   */
  metricOrphanFound(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of requests that CloudFormation did not confirm.
   *
   * @param options options that replace the defaults; the default is the sum over 5 minutes
   */
  metricRequestUnconfirmed(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of times that the evidence had something else in the place of an event or a certificate: someone wrote to the ledger or the evidence.
   *
   * @param options options that replace the defaults; the default is the sum over 5 minutes
   */
  metricEvidenceDiffers(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of sweeps that did not suspend or remove agents, because they were too many (`agenda.limit`).
   *
   * @param options options that replace the defaults; the default is the sum over 5 minutes
   */
  metricSweepHeld(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of questions about sponsors that the directory of people did not answer.
   *
   * @param options options that replace the defaults; the default is the sum over 5 minutes
   */
  metricSponsorDirectoryFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}
