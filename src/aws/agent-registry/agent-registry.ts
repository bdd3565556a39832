import {
  Annotations, aws_dynamodb as dynamodb, aws_events as events, aws_iam as iam, aws_kms as kms, aws_s3 as s3, aws_sns as sns, Aspects, AspectPriority,
  Duration, Stack, Token,
} from 'aws-cdk-lib';
import { Construct, Dependable, DependencyGroup, IConstruct, IDependable } from 'constructs';
import { LifecycleEngine } from './lifecycle-engine';
import { MassLeaverLimit, validateMassLeaverLimit } from './mass-leaver-limit';
import { RegistryAlarms } from './registry-alarms';
import { AgentRegistryBase, AgentRegistryReferenceProps } from './registry-base';
import { RegistryGuard } from './registry-guard';
import { DEFAULT_REGISTRY_NAME } from './registry-names';
import { AgentRegistryReference } from './registry-reference';
import { evidenceBucket, ledgerTable } from './registry-storage';
import { InvalidInputError } from '../../core/errors';
import { noSessionsDocument } from '../guards/agent-guard';
import { sharedGuardDocument } from '../guards/shared-guard';

/** How a registry is kept. */
export interface AgentRegistryProps extends AgentRegistryReferenceProps {
  /**
   * Name of the registry, unique in the account (its roles and policies are the account's, whatever the region): 3-20 of `[a-z0-9-]`. All its resources are named after it, and other apps know it by it.
   * It can't be changed while agents live.
   *
   * @default 'agents'
   */
  readonly registryName?: string;

  /**
   * How long to wait after a quarantine until IAM has told every region, before anything else is granted.
   *
   * @default Duration.seconds(65)
   */
  readonly propagationWait?: Duration;

  /**
   * How long each decommission certificate is locked.
   *
   * @default Duration.days(400)
   */
  readonly evidenceRetention?: Duration;

  /**
   * Who may break the lock: in governance mode a principal with `s3:BypassGovernanceRetention`, in compliance mode nobody, not even the account's root.
   *
   * @default s3.ObjectLockMode.GOVERNANCE
   */
  readonly evidenceLockMode?: s3.ObjectLockMode;

  /**
   * Beyond this, leavers by deployment wait, quarantined, until an operator lifts the limit.
   *
   * @default - deployments have no limit
   */
  readonly massLeaverLimit?: MassLeaverLimit;

  /**
   * Told when an alarm goes off.
   *
   * @default - nobody; the alarms are there to be looked at
   */
  readonly alarmTopic?: sns.ITopic;

  /**
   * Encrypts the ledger and the evidence.
   *
   * @default - keys that AWS manages
   */
  readonly encryptionKey?: kms.IKey;
}

/** AWS says "a few minutes" of IAM's propagation and names no bound; this is what its own Control Tower waits. */
const PROPAGATION_WAIT = Duration.seconds(65);
const LONGEST_PROPAGATION_WAIT = Duration.minutes(15);

/** What only `development` sets. */
interface RemovableRegistryProps extends AgentRegistryProps {
  readonly removable?: boolean;
}

/**
 * The central platform of an account: ledger, evidence, bus, shared guards and the lifecycle engine. Once per account and home region.
 *
 * Safe by default: ledger and evidence are kept when the stack goes, the ledger is protected from deletion, certificates are locked, and while
 * agents live deletion is refused before anything is lost.
 *
 * Cost while idle, by list prices: 5 alarms (0.50 USD a month) and a dashboard (3 USD a month beyond an account's third). Ledger, evidence, engine and
 * bus are paid by use: a transition is some tens of state changes, Lambda calls and writes, well under 0.01 USD.
 */
export class AgentRegistry extends AgentRegistryBase {
  /**
   * A registry that can be destroyed whole, with its ledger and its evidence. For development only.
   *
   * @param scope scope of the construct
   * @param id id of the construct
   * @param props how it is kept; retention and lock mode have no effect
   */
  public static development(scope: Construct, id: string, props: AgentRegistryProps = {}): AgentRegistry {
    const removable: RemovableRegistryProps = { ...props, removable: true };
    return new AgentRegistry(scope, id, removable);
  }

  /**
   * A registry that another stack or app of this account and region made. Nothing is imported: all follows from the name.
   *
   * @param scope scope of the construct
   * @param id id of the construct
   * @param registryName name of the registry
   * @param props what the name leaves open; must be as in the registry itself
   */
  public static fromRegistryName(scope: Construct, id: string, registryName: string, props: AgentRegistryReferenceProps = {}): AgentRegistryBase {
    return new AgentRegistryReference(scope, id, registryName, props);
  }

  public readonly eventBus: events.IEventBus;

  /** All that happened to the agents. */
  public readonly ledger: dynamodb.ITable;

  /** Decommission certificates, write-once. */
  public readonly evidence: s3.IBucket;

  private readonly guard: RegistryGuard;

  constructor(scope: Construct, id: string, props: AgentRegistryProps = {}) {
    super(scope, id, props.registryName ?? DEFAULT_REGISTRY_NAME, props);
    claimName(this, this.registryName);
    const development = (props as RemovableRegistryProps).removable ?? false;
    const propagationWait = validWait(this.node.path, props.propagationWait ?? PROPAGATION_WAIT);
    if (props.massLeaverLimit) {
      validateMassLeaverLimit(this.node.path, props.massLeaverLimit);
    }
    const storage = { names: this._names, place: this._place, development, encryptionKey: props.encryptionKey };
    const table = ledgerTable(this, storage);
    const bucket = evidenceBucket(this, {
      ...storage,
      retention: lockRetention(this.node.path, props.evidenceRetention ?? Duration.days(400)),
      lockMode: props.evidenceLockMode ?? s3.ObjectLockMode.GOVERNANCE,
    });
    const bus = new events.EventBus(this, 'Bus', {
      eventBusName: this._names.bus,
      description: `Lifecycle events of the agents of ${this.registryName}`,
    });
    const guards = this.stages.map((stage) => new iam.ManagedPolicy(this, `Guard-${stage.name}`, {
      managedPolicyName: this._names.guardPolicyName(stage.name),
      path: this._names.path,
      description: `What no agent of ${this.registryName} in ${stage.name} may do`,
      document: sharedGuardDocument({ stageName: stage.name }),
    }));
    const noSessions = new iam.ManagedPolicy(this, 'NoSessions', {
      managedPolicyName: this._names.noSessionsPolicy,
      path: this._names.path,
      description: `For agents of ${this.registryName} that may take or pass on no other identity`,
      document: noSessionsDocument(),
    });
    const engine = new LifecycleEngine(this, 'Engine', {
      names: this._names,
      table,
      bucket,
      bus,
      propagationWait,
      massLeaverLimit: props.massLeaverLimit,
      stages: this.stages,
      development,
    });
    const alarms = new RegistryAlarms(this, 'Alarms', {
      registryName: this.registryName,
      requestFunction: engine.requestFunction,
      stateMachine: engine.stateMachine,
      deadLetters: engine.deadLetters,
      teardownIncomplete: engine.teardownIncomplete,
      topic: props.alarmTopic,
    });
    const guard = new RegistryGuard(this, 'Guard', {
      registryName: this.registryName,
      serviceToken: this._names.guardFunctionArn(this._place),
      guarded: [table, bucket, bus, ...guards, noSessions, engine, alarms],
    });
    // Whatever depends on the registry depends on its guard: one dependency instead of dozens, and agents go before the guard is asked.
    const complete = new DependencyGroup(guard);
    Dependable.implement(this, Dependable.of(complete));

    this.guard = guard;
    this.ledger = table;
    this.evidence = bucket;
    this.eventBus = bus;
    if (!development) {
      warnWithoutTerminationProtection(this);
      if (propagationWait.toSeconds() < PROPAGATION_WAIT.toSeconds()) {
        Annotations.of(this).addWarningV2('cdk-nhi-lifecycle:PropagationWaitShort',
          `the engine waits only ${propagationWait.toHumanString()} after a quarantine: IAM may need ${PROPAGATION_WAIT.toHumanString()} until every region knows of it`);
      }
    }
  }

  /** @internal */
  protected _keep(made: IDependable): void {
    this.guard.keep(made);
  }
}

const CLAIMED = new WeakMap<IConstruct, Map<string, string>>();

/** Roles, policies and the bucket are the account's: a second registry of the name could not be deployed. */
function claimName(registry: AgentRegistry, registryName: string): void {
  const claimed = CLAIMED.get(registry.node.root) ?? new Map<string, string>();
  CLAIMED.set(registry.node.root, claimed);
  const { account, node } = Stack.of(registry);
  const key = `${registryName} ${Token.isUnresolved(account) ? node.addr : account}`;
  const first = claimed.get(key);
  if (first !== undefined) {
    throw new InvalidInputError('RegistryTwice',
      `${registry.node.path}: the registry ${registryName} is already declared at ${first}: an account has one of a name, in all its regions; give this one another registryName, or use AgentRegistry.fromRegistryName()`);
  }
  claimed.set(key, registry.node.path);
}

function validWait(path: string, wait: Duration): Duration {
  if (wait.isUnresolved() || wait.toMilliseconds() % 1000 !== 0 || wait.toSeconds() > LONGEST_PROPAGATION_WAIT.toSeconds()) {
    throw new InvalidInputError('PropagationWaitInvalid',
      `${path}: ${wait.isUnresolved() ? 'a token' : wait.toHumanString()} is no propagation wait: use whole seconds, at most ${LONGEST_PROPAGATION_WAIT.toHumanString()}`);
  }
  return wait;
}

function lockRetention(path: string, retention: Duration): Duration {
  if (retention.isUnresolved() || retention.toSeconds() === 0 || !Number.isInteger(retention.toDays({ integral: false }))) {
    throw new InvalidInputError('EvidenceRetentionInvalid',
      `${path}: evidence can't be kept for ${retention.isUnresolved() ? 'a token' : retention.toHumanString()}: use whole days, one or more`);
  }
  return retention;
}

/** Looked at when the app is complete: the property may be set after the registry was made. */
function warnWithoutTerminationProtection(registry: AgentRegistry): void {
  Aspects.of(registry).add({
    visit(node) {
      let stack = Stack.of(registry);
      while (stack.nestedStackParent) {
        stack = stack.nestedStackParent;
      }
      if (node === registry && !stack.terminationProtection) {
        Annotations.of(registry).addWarningV2('cdk-nhi-lifecycle:TerminationProtectionOff',
          `the stack ${stack.node.path} holds a registry of agents without termination protection: set terminationProtection: true`);
      }
    },
  }, { priority: AspectPriority.READONLY });
}
