import {
  aws_events as events, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_sqs as sqs, Duration, region_info,
  RemovalPolicy, Stack, Token,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import {
  FeatureContext, FeatureFunction, FeatureParts, FeatureRole, FeatureStatement, functionStatements, RegistryFeature, RegistrySettings,
} from './feature';
import { HANDLERS } from './handlers';
import { grantKeyUse } from './key-use';
import { withReasons } from './wildcard-reasons';
import { ENVIRONMENT } from '../../contract/environment';
import { acknowledge, Reasons } from '../findings/acknowledge';
import { DEPENDS_TWICE, LOGS_WITHOUT_KEY } from '../findings/reasons';
import { acknowledgeWildcards } from '../findings/wildcards';
import { requireCreated } from '../iam/customized-roles';
import { QUOTAS } from '../iam/quotas';
import { splitPolicy } from '../iam/split-policy';

interface RegistryRuntimeProps extends FeatureContext {
  readonly features: readonly RegistryFeature[];
  readonly removalPolicy: RemovalPolicy;
  readonly bus: events.IEventBus;
  /** The user's own keys for ledger and evidence. */
  readonly keys: kms.IKey[];
}

/** The characters of the inline policies that CDK adds for the use of one key, through two services. */
const FOR_A_KEY = 1_024;

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
    props.features.forEach((feature) => this.besides(feature.engine?.(props) ?? []));
    props.features.forEach((feature) => feature.build?.(this, this.parts));
  }

  /** Adds a feature that not every registry has, with settings of its own. */
  public add(feature: RegistryFeature, settings: Partial<RegistrySettings> = {}): void {
    this.declare(feature);
    this.besides(feature.engine?.({ ...this.props, settings: { ...this.props.settings, ...settings } }) ?? []);
    feature.build?.(this, this.parts);
  }

  /** The function with this name. */
  public function(name: string): lambda.Function {
    return this.functions.get(name)!;
  }

  /** Whether there is a function with this name. */
  public has(name: string): boolean {
    return this.functions.has(name);
  }

  private get parts(): FeatureParts {
    return { ...this.props, functions: this.functions, roles: this.roles, deadLetters: this.deadLetters };
  }

  /** What the engine may do besides. Not inline: a role has 10,240 characters for all its inline policies. */
  private besides(statements: FeatureStatement[]): void {
    const { names } = this.props;
    for (const part of statements.length === 0 ? [] : inPolicies(this, statements, QUOTAS.managedPolicySize.limit)) {
      this.managed(`Engine-${part[0].Sid}`, `${names.engineRole}-${part[0].Sid}`, `What the engine of ${names.registryName} may do besides`, part)
        .attachToRole(this.roles.get(names.engineRole)!);
    }
  }

  private declare(feature: RegistryFeature): void {
    feature.roles?.(this.props).forEach((role) => this.addRole(role, role.statements));
    feature.functions?.(this.props).forEach((declared) => this.addFunction(declared));
  }

  private managed(id: string, managedPolicyName: string, description: string, statements: FeatureRole['statements']): iam.ManagedPolicy {
    const { names } = this.props;
    const document = iam.PolicyDocument.fromJson({ Version: '2012-10-17', Statement: statements });
    const policy = new iam.ManagedPolicy(this, id, { managedPolicyName, path: names.path, description, document });
    acknowledgeWildcards(policy, () => withReasons(names, statements));
    return policy;
  }

  private addRole({ name, service }: FeatureRole, statements: FeatureRole['statements']): iam.Role {
    const { names, keys } = this.props;
    const [first, ...others] = inPolicies(this, statements, QUOTAS.inlinePoliciesSize.limit - keys.length * FOR_A_KEY);
    const role = new iam.Role(this, `Role-${name}`, {
      roleName: name,
      description: `Lifecycle engine of the registry ${names.registryName}`,
      assumedBy: new iam.ServicePrincipal(`${service}.amazonaws.com`),
      inlinePolicies: { [name]: iam.PolicyDocument.fromJson({ Version: '2012-10-17', Statement: first }) },
      managedPolicies: others.map((more, index) => (
        this.managed(`More-${name}-${index + 1}`, `${name}-more-${index + 1}`, `What the inline policy of ${name} has no room for, part ${index + 1}`, more))),
    });
    requireCreated(role, role.node.path, 'the registry\'s roles and guards from being created, and agents are denied nothing without them: '
      + 'leave the registry\'s scope out of customizeRoles');
    acknowledgeWildcards(role, () => withReasons(names, first));
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

/** Statements in as many policies as they need, the first of which is inline. Long names and long paths make them longer than IAM allows inline. */
function inPolicies(scope: Construct, statements: FeatureStatement[], first: number): FeatureStatement[][] {
  const { region, partition } = Stack.of(scope);
  // A region has one partition. Unless it is known, the longest one is counted.
  const known = Token.isUnresolved(region) ? undefined : region_info.RegionInfo.get(region).partition;
  const counted = JSON.parse(JSON.stringify(statements).replaceAll(partition, known ?? partition)) as FeatureStatement[];
  const document: unknown = Stack.of(scope).resolve({ Version: '2012-10-17', Statement: counted });
  const split = splitPolicy(document, { first, others: QUOTAS.managedPolicySize.limit }) as { Statement: FeatureStatement[] }[];
  const text = (value: unknown): string => (typeof value === 'string' ? value : Token.asString(value));
  return split.length === 1 ? [statements] : split.map(({ Statement: those }) => (
    those.map((one) => ({ ...one, Resource: one.Resource?.map(text), NotResource: one.NotResource?.map(text) }) as FeatureStatement)));
}
