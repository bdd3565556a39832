import {
  App, aws_dynamodb as dynamodb, aws_ec2 as ec2, aws_ecs as ecs, aws_efs as efs, aws_iam as iam, aws_kinesis as kinesis, aws_kms as kms,
  aws_lambda as lambda, aws_lambda_destinations as destinations, aws_lambda_event_sources as sources, aws_logs as logs, aws_s3 as s3,
  aws_sns as sns, aws_sqs as sqs, aws_stepfunctions as sfn, aws_stepfunctions_tasks as tasks, Stack, Validations,
} from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { agent, agentIn, ENV, PRODUCTION, STAGING, stackOf, synthError, TEST } from './agents';
import { ExceptionalAccess } from '../../../src/aws/access-rules';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { AgentStage, Expiry } from '../../../src/core';

const CODE = { code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X };
const STATES = AgentRuntime.of({
  principal: new iam.ServicePrincipal('states.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': ENV.account } } }),
});

/** A row without a runtime is about a function. */
const rows = <T extends unknown[]>(table: [...T, AgentRuntime?][], length: number): [...T, AgentRuntime][] =>
  table.map((row) => [...row.slice(0, length), row[length] ?? AgentRuntime.lambda()] as [...T, AgentRuntime]);

type Build = (stack: Stack, bot: ManagedAgentIdentity) => void;

const functionOf = (stack: Stack, bot: ManagedAgentIdentity, props: Partial<lambda.FunctionProps> = {}) =>
  new lambda.Function(stack, 'Function', { role: bot.role, ...CODE, ...props });
const table = (stack: Stack) => new dynamodb.Table(stack, 'Table', {
  partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING }, stream: dynamodb.StreamViewType.NEW_IMAGE,
});
const lockedQueue = (stack: Stack, id = 'Queue') => new sqs.Queue(stack, id, { encryptionMasterKey: new kms.Key(stack, `${id}Key`) });

/** What synthesis reports about grants in every stage. */
function found(build: Build, runtime = AgentRuntime.lambda()): string[] {
  const { stack, bot } = agent({ runtime });
  build(stack, bot);
  const error = synthError(stack);
  return error.split('\n').filter((line) => /\w+: Own\/Bot: /.test(line)).map((line) => line.trim());
}

describe('what a service needs goes through', () => {
  const service = (stack: Stack, bot: ManagedAgentIdentity, cluster: ecs.ICluster) => {
    const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task', { taskRole: bot.role });
    taskDefinition.addContainer('c', { image: ecs.ContainerImage.fromRegistry('i') });
    new ecs.FargateService(stack, 'Service', { cluster, taskDefinition, enableExecuteCommand: true });
  };
  const clusterOf = (stack: Stack, props: ecs.ClusterProps = {}) => new ecs.Cluster(stack, 'Cluster', { vpc: new ec2.Vpc(stack, 'Vpc', { natGateways: 0 }), ...props });

  test.each(rows<[string, Build]>([
    ['nothing', (stack, bot) => void functionOf(stack, bot)],
    ['a dead-letter queue', (stack, bot) => void functionOf(stack, bot, { deadLetterQueue: new sqs.Queue(stack, 'Dead') })],
    ['a dead-letter queue that the construct makes', (stack, bot) => void functionOf(stack, bot, { deadLetterQueueEnabled: true })],
    ['a dead-letter topic', (stack, bot) => void functionOf(stack, bot, { deadLetterTopic: new sns.Topic(stack, 'Dead') })],
    ['tracing', (stack, bot) => void functionOf(stack, bot, { tracing: lambda.Tracing.ACTIVE })],
    ['an event source: a queue with a key', (stack, bot) => functionOf(stack, bot).addEventSource(new sources.SqsEventSource(lockedQueue(stack)))],
    ['an event source: a queue that is imported', (stack, bot) => functionOf(stack, bot)
      .addEventSource(new sources.SqsEventSource(sqs.Queue.fromQueueArn(stack, 'Queue', `arn:aws:sqs:${ENV.region}:${ENV.account}:queue`)))],
    ['an event source: a stream', (stack, bot) => functionOf(stack, bot)
      .addEventSource(new sources.KinesisEventSource(new kinesis.Stream(stack, 'Stream'), { startingPosition: lambda.StartingPosition.LATEST }))],
    ['an event source: a table\'s stream, with a queue for failures', (stack, bot) => functionOf(stack, bot)
      .addEventSource(new sources.DynamoEventSource(table(stack), {
        startingPosition: lambda.StartingPosition.LATEST, onFailure: new sources.SqsDlq(lockedQueue(stack)),
      }))],
    ['destinations', (stack, bot) => void functionOf(stack, bot, {
      onSuccess: new destinations.SnsDestination(new sns.Topic(stack, 'Done')), onFailure: new destinations.SqsDestination(new sqs.Queue(stack, 'Failed')),
    })],
    ['a bucket as a destination', (stack, bot) => {
      const bucket = new s3.Bucket(stack, 'Done', { encryptionKey: new kms.Key(stack, 'Key') });
      functionOf(stack, bot, {
        onSuccess: {
          bind: (_scope, fn) => {
            bucket.grantPut(fn);
            return { destination: bucket.bucketArn };
          },
        },
      });
    }],
    ['a bucket as a destination, with what CDK adds declared in the present stage', (stack, bot) => {
      const bucket = new s3.Bucket(stack, 'Done');
      bucket.grantRead(bot.accessIn(TEST));
      functionOf(stack, bot, { onSuccess: new destinations.S3Destination(bucket) });
    }],
    ['a log group of its own', (stack, bot) => {
      const logGroup = new logs.LogGroup(stack, 'Logs');
      const fn = functionOf(stack, bot, { logGroup });
      logGroup.grantWrite(fn);
    }],
    ['profiling', (stack, bot) => void functionOf(stack, bot, { profiling: true, runtime: lambda.Runtime.PYTHON_3_12 })],
    ['a file system', (stack, bot) => {
      const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, subnetConfiguration: [{ name: 'own', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
      const accessPoint = new efs.FileSystem(stack, 'Files', { vpc }).addAccessPoint('Access');
      functionOf(stack, bot, { vpc, vpcSubnets: { subnets: vpc.isolatedSubnets }, filesystem: lambda.FileSystem.fromEfsAccessPoint(accessPoint, '/mnt/files') });
    }, AgentRuntime.lambda({ vpc: true })],
    ['sessions of ECS Exec', (stack, bot) => service(stack, bot, clusterOf(stack, { executeCommandConfiguration: { logging: ecs.ExecuteCommandLogging.NONE } })), AgentRuntime.ecsTask()],
    ['and their logs', (stack, bot) => service(stack, bot, clusterOf(stack, {
      executeCommandConfiguration: { logging: ecs.ExecuteCommandLogging.OVERRIDE, logConfiguration: { cloudWatchLogGroup: new logs.LogGroup(stack, 'Sessions') } },
    })), AgentRuntime.ecsTask()],
  ], 2))('%s', (_what, build, runtime) => expect(found(build, runtime)).toEqual([]));
});

describe('any other grant over the role or its compute is refused', () => {
  test.each(rows<[string, string, Build]>([
    ['a bucket, over the function', 'grantReadWrite(accessIn(stage))', (stack, bot) => void new s3.Bucket(stack, 'Bucket').grantReadWrite(functionOf(stack, bot))],
    ['a table, over the role', 'grantReadData(accessIn(stage))', (stack, bot) => void table(stack).grantReadData(bot.role)],
    ['a table, over the principal', 'grantReadData(accessIn(stage))', (stack, bot) => void table(stack).grantReadData(bot.principal)],
    ['a function, over the principal and in one stage', 'grantInvoke(accessIn(stage))', (stack, bot) => {
      const other = new lambda.Function(stack, 'Other', CODE);
      other.grantInvoke(bot.accessIn(TEST));
      other.grantInvoke(bot.accessIn(TEST, PRODUCTION));
      other.grantInvoke(bot.principal);
      other.addAlias('live').grantInvoke(bot.principal);
    }],
    ['a statement, over the function', 'grant(accessIn(stage))', (stack, bot) =>
      functionOf(stack, bot).addToRolePolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [new sqs.Queue(stack, 'Queue').queueArn] }))],
    ['a queue that the function only knows by its environment', 'grantSendMessages(accessIn(stage))', (stack, bot) => {
      const queue = new sqs.Queue(stack, 'Queue');
      queue.grantSendMessages(functionOf(stack, bot, { environment: { QUEUE: queue.queueUrl } }));
    }],
    ['another queue than the dead letters\'', 'grantSendMessages(accessIn(stage))', (stack, bot) =>
      void new sqs.Queue(stack, 'Queue').grantSendMessages(functionOf(stack, bot, { deadLetterQueue: new sqs.Queue(stack, 'Dead') }))],
    ['more on the dead letters than sending', 'grantConsumeMessages(accessIn(stage))', (stack, bot) => {
      const deadLetterQueue = new sqs.Queue(stack, 'Dead');
      deadLetterQueue.grantConsumeMessages(functionOf(stack, bot, { deadLetterQueue }));
    }],
    ['the table whose stream is a source', 'grantReadData(accessIn(stage))', (stack, bot) => {
      const source = table(stack);
      const fn = functionOf(stack, bot);
      fn.addEventSource(new sources.DynamoEventSource(source, { startingPosition: lambda.StartingPosition.LATEST }));
      source.grantReadData(fn);
    }],
    ['reading the bucket that is a destination', 'grantRead(accessIn(stage))', (stack, bot) => {
      const bucket = new s3.Bucket(stack, 'Done');
      bucket.grantRead(functionOf(stack, bot, { onSuccess: new destinations.S3Destination(bucket) }));
    }],
    ['deleting from the bucket that is a destination', 'grantDelete(accessIn(stage))', (stack, bot) => {
      const bucket = new s3.Bucket(stack, 'Done');
      bucket.grantRead(bot.accessIn(TEST));
      bucket.grantDelete(functionOf(stack, bot, { onSuccess: new destinations.S3Destination(bucket) }));
    }],
    ['another function\'s dead letters', 'grantSendMessages(accessIn(stage))', (stack, bot) => {
      const dead = new sqs.Queue(stack, 'Dead');
      new lambda.Function(stack, 'Other', { ...CODE, deadLetterQueue: dead });
      dead.grantSendMessages(functionOf(stack, bot));
    }],
    ['another log group', 'grantWrite(accessIn(stage))', (stack, bot) => void new logs.LogGroup(stack, 'Logs').grantWrite(functionOf(stack, bot))],
    ['every file system but the one that the function mounts', 'grant(accessIn(stage))', (stack, bot) => {
      const accessPoint = new efs.CfnAccessPoint(stack, 'Access', { fileSystemId: 'fs-1' });
      const fn = functionOf(stack, bot);
      (fn.node.defaultChild as lambda.CfnFunction).fileSystemConfigs = [{ arn: accessPoint.attrArn, localMountPath: '/mnt/files' }];
      fn.addToRolePolicy(new iam.PolicyStatement({
        actions: ['elasticfilesystem:ClientMount'],
        resources: [`arn:aws:elasticfilesystem:${ENV.region}:${ENV.account}:file-system/fs-2`],
        conditions: { StringNotEquals: { 'elasticfilesystem:AccessPointArn': accessPoint.attrArn } },
      }));
    }],
    ['what a task of a state machine does', 'grant', (stack, bot) => {
      const send = new tasks.SqsSendMessage(stack, 'Send', { queue: new sqs.Queue(stack, 'Queue'), messageBody: sfn.TaskInput.fromText('x') });
      new sfn.StateMachine(stack, 'Machine', { role: bot.role, definitionBody: sfn.DefinitionBody.fromChainable(send) });
    }, STATES],
    ['under an exception', 'grant(accessIn(stage))', (_stack, bot) => {
      bot.addAccessException(ExceptionalAccess.of({ actions: ['sqs:SendMessage'], reason: 'Migration of all queues', until: Expiry.on('2998-12-31') }));
      bot.role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: ['*'] }));
    }],
  ], 3))('%s', (_what, line, build, runtime) => {
    const errors = found(build, runtime);

    expect(errors.length).toBeGreaterThan(0);
    expect(new Set(errors.map((error) => /(\w+): Own/.exec(error)?.[1]))).toEqual(new Set(['GrantInEveryStage']));
    expect(errors[0]).toMatch(/GrantInEveryStage: Own\/Bot: .* on .*in every stage/);
    expect(errors[0]).toContain(line);
    expect(errors[0]).toContain('cdk-nhi-lifecycle::GrantInEveryStage');
    expect(errors[0]).not.toContain('${Token');
  });

  test('also in the stage after a promotion', () => {
    const { stack, bot } = agent({ stage: PRODUCTION, runtime: AgentRuntime.lambda() });
    new s3.Bucket(stack, 'Bucket').grantReadWrite(functionOf(stack, bot));
    expect(synthError(stack)).toContain('GrantInEveryStage');
  });

  test('the principal may be named by policies of resources, of roles and of keys elsewhere', () => {
    const { stack, bot } = agent();
    const principals = [bot.principal];
    new s3.Bucket(stack, 'Bucket').addToResourcePolicy(new iam.PolicyStatement({ principals, actions: ['s3:GetObject'], resources: ['*'] }));
    new iam.Role(stack, 'Reader', { assumedBy: bot.principal });
    const elsewhere = new Stack(stack.node.root, 'Elsewhere', { env: ENV });
    new kms.Key(elsewhere, 'Key').addToResourcePolicy(new iam.PolicyStatement({ principals, actions: ['kms:Decrypt'], resources: ['*'] }));

    expect(synthError(stack)).toBe('');
    expect(bot.declaredAccess).toMatchObject([{ actions: ['kms:Decrypt'], everyStage: true }]);
  });

  test('of two agents, only the one that it concerns is named', () => {
    const stack = stackOf();
    const [first, second] = [agentIn(stack), agentIn(stack, { agentName: 'second-bot' }, 'Second')];
    new s3.Bucket(stack, 'Bucket').grantRead(second.role);
    new s3.Bucket(stack, 'Other').grantRead(first.access);
    expect(synthError(stack)).toMatch(/GrantInEveryStage: Own\/Second: /);
    expect(synthError(stack)).not.toMatch(/GrantInEveryStage: Own\/Bot: /);
  });
});

describe('what the present stage declares, too, may be added by a construct', () => {
  const machine = (stages: AgentStage[]): string[] => found((stack, bot) => {
    const queue = new sqs.Queue(stack, 'Queue');
    queue.grantSendMessages(bot.accessIn(...stages));
    const send = new tasks.SqsSendMessage(stack, 'Send', { queue, messageBody: sfn.TaskInput.fromText('x') });
    new sfn.StateMachine(stack, 'Machine', { role: bot.role, definitionBody: sfn.DefinitionBody.fromChainable(send) });
  }, STATES);

  test('in that stage', () => expect(machine([TEST, PRODUCTION])).toEqual([]));

  test('but not on the strength of another stage\'s access', () => expect(machine([STAGING, PRODUCTION])).toHaveLength(1));

  test.each<[string, Partial<iam.PolicyStatementProps>]>([
    ['on more resources', { resources: ['arn:aws:s3:::b/*'] }],
    ['with more actions', { actions: ['s3:GetObject', 's3:PutObject'] }],
    ['under a wider condition', { conditions: {} }],
  ])('not %s', (_what, wider) => {
    const narrow = { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::b/k'], conditions: { Bool: { 'aws:SecureTransport': 'true' } } };
    const both = (second: Partial<iam.PolicyStatementProps>) => found((_stack, bot) => {
      bot.access.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement(narrow));
      bot.role.addToPrincipalPolicy(new iam.PolicyStatement({ ...narrow, ...second }));
    });
    expect(both({})).toEqual([]);
    expect(both(wider)).toHaveLength(1);
  });
});

describe('an app may acknowledge it', () => {
  const acknowledged = (scopeOf: (stack: Stack, bot: ManagedAgentIdentity) => IConstruct, id = 'cdk-nhi-lifecycle::GrantInEveryStage') => {
    const stack = new Stack(new App(), 'Own', { env: ENV });
    const bot = agentIn(stack);
    new s3.Bucket(stack, 'Bucket').grantRead(bot.role);
    Validations.of(scopeOf(stack, bot)).acknowledge({ id, reason: 'One bucket of templates, the same in all stages' });
    return { bot, error: synthError(stack) };
  };

  test.each<[string, (stack: Stack, bot: ManagedAgentIdentity) => IConstruct]>([
    ['on the agent', (_stack, bot) => bot],
    ['on its stack', (stack) => stack],
    ['on the app', (stack) => stack.node.root],
  ])('%s', (_where, scopeOf) => expect(acknowledged(scopeOf).error).toBe(''));

  test('but not elsewhere, and not by another id', () => {
    expect(acknowledged((stack) => stack.node.findChild('Bucket')).error).toContain('GrantInEveryStage');
    expect(acknowledged((_stack, bot) => bot, 'cdk-nhi-lifecycle::AgentExpired').error).toContain('GrantInEveryStage');
  });

  test('declaredAccess marks it', () => {
    const { bot, stack } = agent();
    const bucket = new s3.Bucket(stack, 'Bucket');
    bucket.grantRead(bot.role);
    bucket.grantRead(bot.principal);
    bucket.grantRead(bot.access);
    bucket.grantRead(bot.accessIn(PRODUCTION));
    expect(bot.declaredAccess.map(({ everyStage, stages }) => [everyStage, stages])).toEqual([[true, ['test']], [true, ['test']], [true, ['test']], [false, ['production']]]);
  });

  test('and what the runtime needs', () => {
    const { bot } = agent({ runtime: AgentRuntime.lambda() });
    expect(bot.declaredAccess.map(({ everyStage }) => everyStage)).toEqual([true]);
  });
});
