import { join } from 'node:path';
import {
  aws_cloudwatch as cloudwatch, aws_dynamodb as dynamodb, aws_events as events, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, aws_s3 as s3,
  aws_sqs as sqs, aws_stepfunctions as stepfunctions, Duration, RemovalPolicy, Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EnginePermissions, enginePermissions, EngineStatement } from './engine-permissions';
import { lifecycleMachine } from './lifecycle-machine';
import { MassLeaverLimit } from './mass-leaver-limit';
import { RegistryNames, RegistryPlace } from './registry-names';
import { AgentStage } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { differenceFromProduction } from '../../core/risk-profile';

export interface LifecycleEngineProps {
  readonly names: RegistryNames;
  readonly table: dynamodb.ITable;
  readonly bucket: s3.IBucket;
  readonly bus: events.IEventBus;
  readonly propagationWait: Duration;
  readonly massLeaverLimit?: MassLeaverLimit;
  readonly stages: AgentStage[];
  readonly development: boolean;
}

// Lambda allows 4 KB for all variables of a function. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const LONGEST_STAGES = 3_000;
const HANDLERS = join(__dirname, '..', '..', '..', 'assets', 'runtime', 'handlers', 'index');

/** What runs after deployment: takes CloudFormation's requests, does their transitions on one state machine, answers. */
export class LifecycleEngine extends Construct {
  public readonly requestFunction: lambda.Function;
  public readonly stepsFunction: lambda.Function;
  public readonly guardFunction: lambda.Function;
  public readonly stateMachine: stepfunctions.StateMachine;
  public readonly deadLetters: sqs.Queue;
  public readonly teardownIncomplete: cloudwatch.Metric;

  private readonly names: RegistryNames;
  private readonly place: RegistryPlace;

  constructor(scope: Construct, id: string, private readonly settings: LifecycleEngineProps) {
    super(scope, id);
    this.names = settings.names;
    const { partition, region, account } = Stack.of(this);
    this.place = { partition, region, account };

    this.deadLetters = new sqs.Queue(this, 'DeadLetters', {
      queueName: `${this.names.lifecycleFunction}-dead-letters`,
      retentionPeriod: Duration.days(14),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    const permissions = enginePermissions({
      names: this.names, place: this.place, deadLetterArn: this.deadLetters.queueArn,
    });
    const stepsRole = this.role('StepsRole', this.names.engineRole, 'lambda', permissions.steps);
    const requestRole = this.role('RequestRole', this.names.requestRole, 'lambda', permissions.request);
    const guardRole = this.role('GuardRole', this.names.guardRole, 'lambda', permissions.guard);
    this.allowKeys(stepsRole, requestRole, guardRole);

    this.stepsFunction = this.handler('Steps', this.names.stepsFunction, 'lifecycleStep', stepsRole, {
      timeout: Duration.minutes(14),
      environment: {
        EVIDENCE_BUCKET: this.names.bucket(this.place),
        EVENT_BUS: this.names.bus,
        PROPAGATION_WAIT_SECONDS: String(settings.propagationWait.toSeconds()),
        MASS_LEAVER_COUNT: String(settings.massLeaverLimit?.count ?? ''),
        MASS_LEAVER_SHARE: String(settings.massLeaverLimit?.share ?? ''),
      },
    });
    this.stateMachine = this.machine(permissions);
    this.requestFunction = this.handler('Request', this.names.lifecycleFunction, 'lifecycleRequest', requestRole, {
      timeout: Duration.minutes(2),
      deadLetterQueue: this.deadLetters,
      environment: { STATE_MACHINE_ARN: this.names.stateMachineArn(this.place), STAGES: this.stages() },
    });
    this.guardFunction = this.handler('Guard', this.names.guardFunction, 'registryGuard', guardRole, { timeout: Duration.minutes(2) });
    // Whoever asks must find the machine that answers.
    this.requestFunction.node.addDependency(this.stateMachine);
    this.teardownIncomplete = new cloudwatch.Metric({
      namespace: this.names.metricNamespace,
      metricName: 'TeardownIncomplete',
      dimensionsMap: { registry: settings.names.registryName, service: 'nhi-lifecycle' },
      statistic: cloudwatch.Stats.SUM,
      period: Duration.minutes(5),
    });
  }

  /** By name, so that what an agent's own code says of a stage changes nothing. */
  private stages(): string {
    const text = JSON.stringify(Object.fromEntries(this.settings.stages.map(({ name, profile }) => [name, differenceFromProduction(profile)])));
    if (text.length > LONGEST_STAGES) {
      throw new InvalidInputError('TooManyStages',
        `${this.node.path}: the registry's ${this.settings.stages.length} stages take ${text.length} characters, ${LONGEST_STAGES} fit into the engine's environment: declare fewer, or leave what they demand as in production`);
    }
    return text;
  }

  private role(id: string, roleName: string, service: string, statements: EngineStatement[]): iam.Role {
    return new iam.Role(this, id, {
      roleName,
      description: `Lifecycle engine of the registry ${this.settings.names.registryName}`,
      assumedBy: new iam.ServicePrincipal(`${service}.amazonaws.com`),
      inlinePolicies: { [roleName]: iam.PolicyDocument.fromJson({ Version: '2012-10-17', Statement: statements }) },
    });
  }

  /** The permissions are all in engine-permissions; only a key of the user's own comes on top. */
  private allowKeys(...roles: iam.Role[]): void {
    for (const key of new Set([this.settings.table.encryptionKey, this.settings.bucket.encryptionKey])) {
      roles.forEach((role) => key?.grantEncryptDecrypt(role));
    }
  }

  private handler(id: string, functionName: string, handler: string, role: iam.Role, props: Partial<lambda.FunctionProps>): lambda.Function {
    return new lambda.Function(this, id, {
      ...props,
      functionName,
      role: role.withoutPolicyUpdates(),
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 512,
      code: lambda.Code.fromAsset(HANDLERS),
      handler: `index.${handler}`,
      tracing: lambda.Tracing.ACTIVE,
      logGroup: new logs.LogGroup(this, `${id}Logs`, {
        logGroupName: `/aws/lambda/${functionName}`,
        retention: logs.RetentionDays.ONE_YEAR,
        removalPolicy: this.settings.development ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      }),
      environment: {
        LEDGER_TABLE: this.names.table,
        REGISTRY_NAME: this.settings.names.registryName,
        REGISTRY_PATH: this.names.path,
        PARTITION: this.place.partition,
        ...props.environment,
      },
    });
  }

  private machine(permissions: EnginePermissions): stepfunctions.StateMachine {
    const machine = new stepfunctions.StateMachine(this, 'Machine', {
      stateMachineName: this.names.stateMachine,
      stateMachineType: stepfunctions.StateMachineType.STANDARD,
      definitionBody: stepfunctions.DefinitionBody.fromString(JSON.stringify(lifecycleMachine(this.names.stepsFunctionArn(this.place)))),
      role: this.role('MachineRole', this.names.machineRole, 'states', permissions.machine).withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: {
        destination: new logs.LogGroup(this, 'MachineLogs', {
          logGroupName: `/aws/vendedlogs/states/${this.names.stateMachine}`,
          retention: logs.RetentionDays.ONE_YEAR,
          removalPolicy: this.settings.development ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
        }),
        level: stepfunctions.LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    machine.node.addDependency(this.stepsFunction);
    return machine;
  }
}
