import { join } from 'node:path';
import {
  aws_events as events, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_sqs as sqs, Duration, RemovalPolicy,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FeatureContext, FeatureFunction, FeatureParts, FeatureRole, functionStatements, RegistryFeature, RegistrySettings } from './feature';
import { grantKeyUse } from './key-use';
import { withReasons } from './wildcard-reasons';
import { ENVIRONMENT } from '../../contract/environment';
import { InvalidInputError } from '../../core/errors';
import { acknowledge, Reasons } from '../findings/acknowledge';
import { DEPENDS_TWICE, LOGS_WITHOUT_KEY } from '../findings/reasons';
import { acknowledgeWildcards } from '../findings/wildcards';
import { isCustomizedRole } from '../iam/customized-roles';

interface RegistryRuntimeProps extends FeatureContext {
  readonly features: readonly RegistryFeature[];
  readonly removalPolicy: RemovalPolicy;
  readonly bus: events.IEventBus;
  /** The user's own keys for ledger and evidence. */
  readonly keys: kms.IKey[];
}

const HANDLERS = join(__dirname, '..', '..', '..', 'assets', 'runtime', 'handlers', 'index');

/** Why the actions of KMS that the CDK grants for a user's key have wildcards. */
const KEY_USE = Object.fromEntries(['kms:ReEncrypt*', 'kms:GenerateDataKey*'].map((action) => (
  [`AwsSolutions-IAM5[Action::${action}]`, 'On the keys of the ledger and the evidence only, and only through DynamoDB and S3'])));

const FUNCTION: Reasons = {
  CKV_AWS_115: 'Reserved concurrency would be taken from the account, and would throttle a suspension of many agents',
  CKV_AWS_117: 'It reaches nothing in a VPC; it calls APIs of AWS, each of which IAM authorizes',
  CKV_AWS_173: 'Encrypted with a key of Lambda; the environment contains names and settings, and no secret',
};

/** Of functions that are invoked for a response only. */
const INVOKED_BY_CALLERS: Reasons = { CKV_AWS_116: 'Invoked synchronously: who invokes it sees the failure and retries' };

/** Creates what the features declare: their roles, functions, logs and other resources. */
export class RegistryRuntime extends Construct {
  /** Receives events that a function failed to process. */
  public readonly deadLetters: sqs.Queue;
  private readonly functions = new Map<string, lambda.Function>();
  private readonly roles = new Map<string, iam.Role>();

  constructor(scope: Construct, id: string, private readonly props: RegistryRuntimeProps) {
    super(scope, id);
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', {
      queueName: props.names.deadLetters,
      retentionPeriod: Duration.days(14),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    acknowledge(this.deadLetters, { checkov: { CKV_AWS_27: 'Encrypted with a key of SQS (SqsManagedSseEnabled), which the check does not know' } });
    props.features.forEach((feature) => this.declare(feature));
    props.features.forEach((feature) => feature.build?.(this, this.parts));
  }

  /** Adds a feature that not every registry has, with settings of its own. */
  public add(feature: RegistryFeature, settings: Partial<RegistrySettings> = {}): void {
    this.declare(feature);
    const more = feature.engine?.({ ...this.props, settings: { ...this.props.settings, ...settings } }) ?? [];
    if (more.length > 0) {
      const { engineRole, path } = this.props.names;
      const managedPolicyName = `${engineRole}-${more[0].Sid}`;
      // Not inline: a role has 10,240 characters for all its inline policies.
      const policy = new iam.ManagedPolicy(this, `Engine-${more[0].Sid}`, {
        managedPolicyName,
        path,
        description: `What the engine of ${this.props.names.registryName} may do besides`,
        document: iam.PolicyDocument.fromJson({ Version: '2012-10-17', Statement: more }),
        roles: [this.roles.get(engineRole)!],
      });
      acknowledgeWildcards(policy, () => withReasons(this.props.names, more));
    }
    feature.build?.(this, this.parts);
  }

  /** The function with this name. */
  public function(name: string): lambda.Function {
    return this.functions.get(name)!;
  }

  private get parts(): FeatureParts {
    return { ...this.props, functions: this.functions, roles: this.roles, deadLetters: this.deadLetters };
  }

  private declare(feature: RegistryFeature): void {
    feature.roles?.(this.props).forEach((role) => this.addRole(role, role.statements));
    feature.functions?.(this.props).forEach((declared) => this.addFunction(declared));
  }

  private addRole({ name, service }: FeatureRole, statements: FeatureRole['statements']): iam.Role {
    const role = new iam.Role(this, `Role-${name}`, {
      roleName: name,
      description: `Lifecycle engine of the registry ${this.props.names.registryName}`,
      assumedBy: new iam.ServicePrincipal(`${service}.amazonaws.com`),
      inlinePolicies: { [name]: iam.PolicyDocument.fromJson({ Version: '2012-10-17', Statement: statements }) },
    });
    if (isCustomizedRole(role)) {
      throw new InvalidInputError('RolesCustomized',
        `${role.node.path}: Role.customizeRoles() keeps the registry's roles and guards from being created, and agents are denied nothing without them: leave the registry's scope out of customizeRoles`);
    }
    acknowledgeWildcards(role, () => withReasons(this.props.names, statements));
    this.roles.set(name, role);
    return role;
  }

  private addFunction(feature: FeatureFunction): void {
    const { name, handler, role: declared, timeout, environment, deadLetters = false } = feature;
    const { names, place, settings, removalPolicy, keys } = this.props;
    const role = this.addRole(declared, [...functionStatements(feature, this.props), ...declared.statements]);
    // All statements come from the features, except those for the user's own keys.
    if (keys.length > 0) {
      keys.forEach((key) => grantKeyUse(this, key, role, feature.keyUse));
      acknowledge(role, { nag: KEY_USE });
    }
    const logGroup = new logs.LogGroup(this, `Logs-${name}`, { logGroupName: names.functionLogGroup(name), retention: logs.RetentionDays.ONE_YEAR, removalPolicy });
    acknowledge(logGroup, { checkov: LOGS_WITHOUT_KEY });
    const created = new lambda.Function(this, `Function-${name}`, {
      functionName: name,
      role: role.withoutPolicyUpdates(),
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 512,
      timeout,
      code: lambda.Code.fromAsset(HANDLERS),
      handler: `index.${handler}`,
      tracing: lambda.Tracing.ACTIVE,
      ...(deadLetters ? { deadLetterQueue: this.deadLetters } : {}),
      logGroup,
      environment: {
        [ENVIRONMENT.ledgerTable]: names.table,
        [ENVIRONMENT.registryName]: names.registryName,
        [ENVIRONMENT.registryPath]: names.path,
        [ENVIRONMENT.partition]: place.partition,
        ...settings.naming._tagEnvironment(),
        ...environment,
      },
    });
    acknowledge(created, { cfnLint: DEPENDS_TWICE, checkov: { ...FUNCTION, ...(deadLetters ? {} : INVOKED_BY_CALLERS) } });
    this.functions.set(name, created);
  }
}
