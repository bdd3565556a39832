import {
  Annotations, aws_cloudwatch as cloudwatch, aws_dynamodb as dynamodb, aws_events as events, aws_iam as iam, aws_kms as kms,
  aws_s3 as s3, aws_sns as sns, Duration, RemovalPolicy,
} from 'aws-cdk-lib';
import { Construct, Dependable, DependencyGroup, IDependable } from 'constructs';
import { agendaFacts } from './agenda-facts';
import { addCatalogue, SyncCatalogueOptions } from './catalogue-parts';
import { CertificationFacts, CertificationPolicies } from './certification-facts';
import { clusterKey } from './cluster-key';
import { DeletionCheck } from './deletion-check';
import { addDrills, DrillOptions } from './drills';
import { EvidenceLock } from './evidence-lock';
import { FeatureContext } from './feature';
import { FEATURES } from './features';
import { certification } from './features/certification';
import { engineMetric } from './features/lifecycle';
import { guardPolicies } from './guard-policies';
import { grantKeyUse } from './key-use';
import { DevelopmentRegistryProps, LifecycleRegistryProps } from './lifecycle-registry-props';
import { ILifecycleRegistry } from './lifecycle-registry-ref';
import { operatorPolicy } from './operator-policies';
import { claimRegistryName } from './registries';
import { alarmsOf, RegistryAlarms } from './registry-alarms';
import { LifecycleRegistryBase, LifecycleRegistryReferenceProps } from './registry-base';
import { LifecycleRegistryReference } from './registry-reference';
import { RegistryRuntime } from './registry-runtime';
import { requireSettings, validWait, validWipes, withoutApprovers } from './registry-settings';
import { evidenceBucket, ledgerTable } from './registry-storage';
import { setUpkeep } from './registry-upkeep';
import { CreatedPage } from './review-page-facts';
import { addReviewPage } from './review-page-parts';
import { SignalFacts } from './signal-facts';
import { addSignals } from './signal-parts';
import { externalAccess, guardDutyFindings, SuspendOnGuardDutyOptions, SuspendOnOptions, suspendingRule } from './suspend-on';
import { warnWithoutTerminationProtection } from './termination-protection';
import { AddedWorker, addWorker, WorkerFacts } from './worker-parts';
import { ENVIRONMENT } from '../../contract/environment';
import { METRICS } from '../../contract/metrics';
import { InvalidInputError } from '../../core/errors';
import { DEFAULT_REGISTRY_NAME } from '../../core/name-forms';
import { withPath } from '../../core/scope';
import { sponsorToRecord } from '../../core/sponsor-record';

/** AWS gives "a few minutes" for IAM's propagation and no upper bound. This is the time that AWS Control Tower waits. */
const PROPAGATION_WAIT = Duration.seconds(65);

/**
 * The central platform of an account: ledger, evidence, event bus, shared guard policies and the lifecycle engine. Deploy one per account, in its home region.
 *
 * The defaults are safe. Ledger and evidence are retained when the stack is deleted, the ledger is protected from deletion, and certificates are locked.
 * While agents live, a deletion of the stack fails before anything is deleted.
 *
 * Cost while idle, by list prices: 13 alarms (1.30 USD a month), the sweeps of the agenda (about 0.20 USD a month if hourly) and a dashboard (3 USD a month beyond an account's third). Ledger, evidence, engine and
 * bus are paid by use: a transition is about ten Lambda calls and thirty table calls, well under 0.01 USD.
 */
export class LifecycleRegistry extends LifecycleRegistryBase {
  /**
   * Creates a registry that is deleted with its stack, including ledger and evidence: `removalPolicy: RemovalPolicy.DESTROY`, `deletionProtection: false`,
   * `evidenceLock: EvidenceLock.none()`. For development only.
   *
   * @param scope scope of the construct
   * @param id id of the construct
   * @param props properties of the registry
   */
  public static development(scope: Construct, id: string, props: DevelopmentRegistryProps = {}): LifecycleRegistry {
    return new LifecycleRegistry(scope, id, {
      ...props, removalPolicy: RemovalPolicy.DESTROY, deletionProtection: false, evidenceLock: EvidenceLock.none(),
    });
  }

  /**
   * References a registry that another stack or app created in this account and region. Nothing is imported: everything follows from the name.
   *
   * @param scope scope of the construct
   * @param id id of the construct
   * @param registryName name of the registry
   * @param props stages and naming, which must be the same as in the registry itself
   */
  public static fromRegistryName(
    scope: Construct, id: string, registryName: string, props: LifecycleRegistryReferenceProps = {},
  ): ILifecycleRegistry {
    return new LifecycleRegistryReference(scope, id, registryName, props);
  }

  public readonly eventBus: events.IEventBus;

  /** The ledger: everything that happened to the agents. */
  public readonly ledger: dynamodb.ITable;

  /** The bucket with the decommission certificates, write-once. */
  public readonly evidence: s3.IBucket;

  /** The alarms of the registry. Each goes off when its count is above zero. */
  public readonly alarms: cloudwatch.IAlarm[];

  /** For principals that may suspend agents, people and machines alike. Suspending denies an agent everything until it is resumed. */
  public readonly maySuspend: iam.IManagedPolicy;

  /** For people who may resume agents. It works for sessions of IAM Identity Center and for `breakGlassRoles` only. */
  public readonly mayResume: iam.IManagedPolicy;

  /**
   * For people who may let agents leave without a deployment (`nhi offboard`), and retry what failed (`nhi retry`). It works as `mayResume` does: not for machines.
   */
  public readonly mayOffboard: iam.IManagedPolicy;

  /** For people who may approve what a sweep held back (`nhi approve-sweep`). It works as `mayResume` does: not for machines. */
  public readonly mayApproveSweeps: iam.IManagedPolicy;

  /** @internal */
  public readonly _removalPolicy: RemovalPolicy;

  private readonly deletionCheck: DeletionCheck;
  private readonly runtime: RegistryRuntime;
  private readonly context: FeatureContext;
  private readonly alarmTopic?: sns.ITopic;
  private readonly workerKeys = new Map<string, kms.IKey>();
  private certifiedBy?: string;

  constructor(scope: Construct, id: string, props: LifecycleRegistryProps = {}) {
    super(scope, id, props.registryName ?? DEFAULT_REGISTRY_NAME, props);
    this._facts.makesAccessKeys = props.accessKeys === true;
    this._facts.makesBedrockApiKeys = props.bedrockApiKeys === true;
    this._facts.notifiesPeople = props.notifications?._facts !== undefined;
    this._facts.isCertified = () => this.certifiedBy !== undefined;
    claimRegistryName(this, this.registryName);
    const { names, place, naming, stages } = this._facts;
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const propagationWait = validWait(this.node.path, props.propagationWait ?? PROPAGATION_WAIT);
    const storage = { names, place, removalPolicy, encryptionKey: props.encryptionKey };
    const table = ledgerTable(this, { ...storage, deletionProtection: props.deletionProtection ?? true });
    withPath(this, () => requireSettings(props));
    const lock = removalPolicy === RemovalPolicy.DESTROY ? EvidenceLock.none() : props.evidenceLock ?? EvidenceLock.governance(Duration.days(400));
    const bucket = evidenceBucket(this, { ...storage, lock });
    const notifications = props.notifications?._facts;
    const sponsorDirectory = props.sponsorDirectory?._facts;
    const upkeep = [
      ...[props.encryptionKey?.keyArn, props.alarmTopic?.topicArn, notifications?.topic?.topicArn].filter((arn) => arn !== undefined),
      ...sponsorDirectory?.upkeep ?? [],
    ];
    setUpkeep(this, upkeep);
    const bus = new events.EventBus(this, 'Bus', { eventBusName: names.bus, description: `Lifecycle events of the agents of ${this.registryName}` });
    this.ledger = table;
    const { massLeaverLimit, denyByInlinePolicy, accessKeys, bedrockApiKeys, revokerPrivateHosts, databases = [] } = props;
    const owner = sponsorDirectory === undefined ? {} : { defaultOwner: sponsorToRecord(props.defaultOwner!) };
    const agenda = withPath(this, () => agendaFacts(props.agenda, { ...owner, looksUpCosts: props.lookUpCosts }));
    const breakGlassRoleArns = (props.breakGlassRoles ?? []).map(({ roleArn }) => roleArn);
    const chosen = {
      propagationWait, massLeaverLimit, agenda, notifications, sponsorDirectory, denyByInlinePolicy, accessKeys, bedrockApiKeys, breakGlassRoleArns,
    };
    const wipes = validWipes(this.node.path, props.wipes);
    this._facts.wipes = wipes;
    this._facts.databases = databases.map(clusterKey);
    const databaseArns = databases.map(({ clusterArn }) => clusterArn);
    const settings = { ...chosen, wipes, revokerPrivateHosts, databaseArns, ownKeyArn: props.encryptionKey?.keyArn, stages, naming };
    const context = { names, place, settings };
    const keys = [...new Set([table.encryptionKey, bucket.encryptionKey])].filter((key) => key !== undefined);
    const runtime = new RegistryRuntime(this, 'Engine', { ...context, features: FEATURES, removalPolicy, keys, bus });
    const alarms = new RegistryAlarms(this, 'Alarms', { ...context, features: FEATURES, topic: props.alarmTopic });
    const declared = FEATURES.flatMap((feature) => feature.operatorPolicies?.(context) ?? []);
    const operators = new Map(declared.map((policy) => [policy.name, operatorPolicy(this, policy, { names, place, key: table.encryptionKey })]));
    const deletionCheck = new DeletionCheck(this, 'DeletionCheck', {
      registryName: this.registryName,
      serviceToken: names.deletionCheckFunctionArn(place),
      kept: [table, bucket, bus, ...guardPolicies(this, this._facts, upkeep), ...operators.values(), runtime, alarms],
    });
    // A resource that depends on the registry depends on its deletion check. This adds one dependency instead of dozens, and agents are deleted before
    // the check.
    const complete = new DependencyGroup(deletionCheck);
    Dependable.implement(this, Dependable.of(complete));

    this.maySuspend = operators.get(names.maySuspendPolicy)!;
    this.mayResume = operators.get(names.mayResumePolicy)!;
    this.mayOffboard = operators.get(names.mayOffboardPolicy)!;
    this.mayApproveSweeps = operators.get(names.mayApproveSweepsPolicy)!;
    this.node.addValidation({ validate: () => (this.certifiedBy === undefined ? withoutApprovers(this.node.path, stages) : []) });
    this._removalPolicy = removalPolicy;
    this.deletionCheck = deletionCheck;
    this.runtime = runtime;
    this.context = context;
    this.alarmTopic = props.alarmTopic;
    this.evidence = bucket;
    this.eventBus = bus;
    this.alarms = alarms.alarms;
    if (removalPolicy !== RemovalPolicy.DESTROY) {
      warnWithoutTerminationProtection(this);
      if (propagationWait.toSeconds() < PROPAGATION_WAIT.toSeconds()) {
        Annotations.of(this).addWarningV2('cdk-nhi-lifecycle:PropagationWaitShort',
          `the engine waits only ${propagationWait.toHumanString()} after a quarantine: IAM may need ${PROPAGATION_WAIT.toHumanString()} to propagate it to every region`);
      }
    }
  }

  /**
   * Suspends the agent that an event names. An event that names no living agent of this registry is ignored, and counted as `SuspensionEventIgnored`.
   *
   * Fails with `SuspendOnInvalid` for a pattern without a source, or an invalid path.
   *
   * @param id id of the rule in this registry, which the suspension's reason names
   * @param options the events, and where they name the principal
   */
  public suspendOn(id: string, options: SuspendOnOptions): events.Rule {
    const rule = suspendingRule(this, id, { ...this._facts, runtime: this.runtime }, options);
    this._keep(rule);
    return rule;
  }

  /**
   * Suspends an agent when GuardDuty finds that its credentials are misused. The finding's unique id of the principal must be the agent's.
   *
   * @param options the severity from which on a finding suspends
   */
  public suspendOnGuardDutyFindings(options: SuspendOnGuardDutyOptions = {}): events.Rule {
    return this.suspendOn('GuardDuty', withPath(this, () => guardDutyFindings(options.minimumSeverity)));
  }

  /** Suspends an agent when IAM Access Analyzer finds that its role can be assumed from outside the account or the organisation. */
  public suspendOnExternalAccess(): events.Rule {
    return this.suspendOn('ExternalAccess', externalAccess());
  }

  /**
   * Suspends and resumes an agent on a schedule, so that the kill switch is known to work. Records the time that the suspension took as the metric `SuspensionLatency`
   * and in the event `resumed`. An alarm goes off when a drill fails.
   *
   * Fails with `DrillTwice` if the registry has drills already.
   *
   * @param options when, and with which agent
   */
  public drill(options: DrillOptions): events.Rule {
    const { rule, made } = addDrills(this, { ...this._facts, runtime: this.runtime, alarmTopic: this.alarmTopic }, options);
    made.forEach((one) => this._keep(one));
    return rule;
  }

  /**
   * Keeps an Agent Registry of AWS in step: one record for each agent with its sponsor, stage, end and a digest of what is declared and certified. The record is deprecated when the agent leaves, and
   * deleted later. It is made from the ledger after each event, and compared each day, so what people change or delete there is repaired.
   *
   * Fails with `CatalogueTwice` if the registry has one already, and with `CatalogueInvalid` for another ARN or time.
   *
   * @param options which Agent Registry, and what its records have
   */
  public syncCatalogue(options: SyncCatalogueOptions): events.Rule {
    const { rule, made } = addCatalogue(this, this.runtime, { ...this.context, alarmTopic: this.alarmTopic }, options);
    made.forEach((one) => this._keep(one));
    return rule;
  }

  /**
   * The milliseconds from the request of a drill until every principal was confirmed as denied.
   *
   * @param options options that replace the defaults; the default is the maximum over 5 minutes
   */
  public metricSuspensionLatency(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return engineMetric(this._facts.names, METRICS.suspensionLatency).with({ statistic: cloudwatch.Stats.MAXIMUM, ...options }).attachTo(this);
  }

  public grantReadFleet(grantee: iam.IGrantable): iam.Grant {
    const grant = super.grantReadFleet(grantee);
    const keys = [...new Set([this.ledger.encryptionKey, this.evidence.encryptionKey])].filter((key) => key !== undefined);
    return keys.flatMap((key) => grantKeyUse(this, key, grantee, { dynamodb: 'read', s3: 'read' })).reduce((all, granted) => all.combine(granted), grant);
  }

  /**
   * Adds reviews to the engine, and returns the policies of those who decide them and of those who run campaigns.
   *
   * @internal
   */
  public _certify(
    owner: Construct, { schedule, page: wanted, readsCosts, ...people }: CertificationFacts,
  ): CertificationPolicies & { readonly page?: CreatedPage } {
    const { names, place, settings } = this.context;
    const first = this.certifiedBy;
    if (first !== undefined) {
      throw new InvalidInputError('CertificationTwice', `${owner.node.path}: the registry ${this.node.path} has the AccessCertification ${first} already: create one for each registry`);
    }
    if (wanted !== undefined && settings.notifications?.settings.channel.kind !== 'mail') {
      throw new InvalidInputError('ReviewPageInvalid', `${owner.node.path}: the registry ${this.node.path} sends no mails, and the page is reached by them: give it notifications: Notifications.mail(...)`);
    }
    this.certifiedBy = owner.node.path;
    this.runtime.add(certification, { readsCosts });
    // Engine and sweep compute what is due with the same settings.
    for (const name of [names.stepsFunction, names.agendaFunction]) {
      this.runtime.function(name).addEnvironment(ENVIRONMENT.reviews, JSON.stringify(schedule));
    }
    const declared = certification.operatorPolicies!({ ...this.context, settings: { ...settings, ...people } });
    const policies = declared.map((one) => operatorPolicy(this, one, { names, place, key: this.ledger.encryptionKey }));
    const [mayReview, mayRunCampaigns, mayAcknowledge] = policies;
    const alarms = alarmsOf(owner, [certification], this.context, this.alarmTopic);
    [...policies, ...alarms].forEach((one) => this._keep(one));
    const page = wanted === undefined ? undefined : addReviewPage(new Construct(owner, 'Page'), this.runtime, wanted, this.alarmTopic);
    page?.made.forEach((one) => this._keep(one));
    return { mayReview, mayRunCampaigns, mayAcknowledge, page };
  }

  /**
   * Adds what sends signals, and returns the URL of its endpoint.
   *
   * @internal
   */
  public _signal(owner: Construct, facts: SignalFacts): string {
    const { alarmTopic, _removalPolicy: removalPolicy } = this;
    const { origin, made } = addSignals(owner, this.runtime, { ...this.context, removalPolicy, alarmTopic }, facts);
    made.forEach((one) => this._keep(one));
    return origin;
  }

  /**
   * Adds a worker on premises, and what takes its answers.
   *
   * @internal
   */
  public _employ(owner: Construct, facts: WorkerFacts): Omit<AddedWorker, 'made'> {
    const { alarmTopic, _removalPolicy: removalPolicy, workerKeys: keys } = this;
    const { made, ...parts } = addWorker(owner, this.runtime, { ...this.context, removalPolicy, alarmTopic, keys }, facts);
    made.forEach((one) => this._keep(one));
    return parts;
  }

  /** @internal */
  protected _keep(made: IDependable): void {
    this.deletionCheck.keep(made);
  }
}
