import { aws_iam as iam, CfnResource, Reference, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { RoleHolder, RoleHolders } from '../agent-runtime/role-holders';
import { Contents, contentsOf, propertyContents } from '../iam/contents';

/** To a bucket, too, records are only sent: reading them is access of the agent's, although CDK's S3 destinations ask for it. */
const SENDS = new RegExp(`^(${[
  'sqs:(SendMessage|GetQueueAttributes|GetQueueUrl)',
  'sns:Publish',
  'lambda:InvokeFunction',
  'events:PutEvents',
  's3:(PutObject(LegalHold|Retention|Tagging|VersionTagging)?|PutObject\\*|Abort\\*|AbortMultipartUpload|ListBucket)',
].join('|')})$`);
const CONSUMES = new RegExp(`^(${[
  'sqs:(ReceiveMessage|ChangeMessageVisibility|GetQueueUrl|DeleteMessage|GetQueueAttributes)',
  'kinesis:(DescribeStream|DescribeStreamConsumer|DescribeStreamSummary|GetRecords|GetShardIterator|ListShards|ListStreams|SubscribeToShard)',
  'dynamodb:(DescribeStream|GetRecords|GetShardIterator)',
  'kafka:(DescribeCluster|DescribeClusterV2|GetBootstrapBrokers|ListScramSecrets)',
  'secretsmanager:(GetSecretValue|DescribeSecret)',
].join('|')})$`);
const MOUNTS = /^(elasticfilesystem|s3files):Client(Mount|Write|RootAccess)$/;
const LOGS = /^logs:(CreateLogGroup|CreateLogStream|DescribeLogStreams|PutLogEvents)$/;
const KEYS = /^kms:(Decrypt|Encrypt|ReEncrypt\*|GenerateDataKey\*?|DescribeKey)$/;
const SCHEMAS = /^glue:(GetRegistry|GetSchemaVersion)$/;
const IMAGES = /^ecr:(BatchCheckLayerAvailability|BatchGetImage|GetDownloadUrlForLayer)$/;
const CODE = /^s3:(GetObject\*|GetBucket\*|List\*)$/;
const SESSION_LOGS = /^(logs:(CreateLogStream|DescribeLogStreams|PutLogEvents)|s3:(PutObject|GetEncryptionConfiguration)|kms:(Decrypt|GenerateDataKey))$/;

/** Actions that don't access data: tracing, profiling, sessions of ECS Exec, network interfaces, the login to a registry, and lists that support no resource. */
const WITHOUT_DATA = new RegExp(`^(${[
  'xray:(PutTraceSegments|PutTelemetryRecords|GetSamplingRules|GetSamplingTargets|GetSamplingStatisticSummaries)',
  'ssmmessages:(CreateControlChannel|CreateDataChannel|OpenControlChannel|OpenDataChannel)',
  'ec2:(CreateNetworkInterface|CreateNetworkInterfacePermission|DeleteNetworkInterface|AssignPrivateIpAddresses|UnassignPrivateIpAddresses)',
  'ec2:Describe(NetworkInterfaces|Subnets|SecurityGroups|DhcpOptions|Vpcs)',
  'codeguru-profiler:(ConfigureAgent|PostAgentProfile)',
  'logs:DescribeLogGroups',
  'dynamodb:ListStreams',
  'ecr:GetAuthorizationToken',
].join('|')})$`);

/** What a service does with the role for a resource, and which property names that resource. */
interface Wire {
  readonly at: RegExp;
  readonly actions: RegExp;
  /** How ARNs of the resource end that a literal value of the property names. */
  readonly endOfArn?: (text: string) => string | undefined;
}

const WIRES: Readonly<Record<string, readonly Wire[]>> = {
  'AWS::BedrockAgentCore::Runtime': [
    { at: /\.containerUri\b/i, actions: IMAGES, endOfArn: (uri) => /\.dkr\.ecr\.[^/]+\/([^:@]+)/.exec(uri)?.[1].replace(/^/, ':repository/') },
    { at: /\.s3\.bucket\b/i, actions: CODE, endOfArn: (bucket) => `:s3:::${bucket}` },
  ],
  'AWS::ECS::Cluster': [{ at: /^configuration\b/i, actions: SESSION_LOGS }],
  'AWS::ECS::TaskDefinition': [{ at: /^volumes\b/i, actions: MOUNTS }],
  'AWS::Lambda::EventInvokeConfig': [{ at: /^destinationConfig\b/i, actions: SENDS }],
  'AWS::Lambda::EventSourceMapping': [
    { at: /^(eventSourceArn|sourceAccessConfigurations)\b/i, actions: CONSUMES },
    { at: /^destinationConfig\b/i, actions: SENDS },
    { at: /^kmsKeyArn$/i, actions: KEYS },
    { at: /EventSourceConfig\b/i, actions: SCHEMAS },
  ],
  'AWS::Lambda::Function': [
    { at: /^deadLetterConfig\b/i, actions: SENDS },
    { at: /^fileSystemConfigs\b/i, actions: MOUNTS },
    { at: /^loggingConfig\b/i, actions: LOGS },
    { at: /^kmsKeyArn$/i, actions: KEYS },
  ],
};

/** Resources behind those that the compute names: a resource's key, and the file system of an access point. */
const BEHIND: readonly Wire[] = [{ at: /key|encryption|sse/i, actions: KEYS }, { at: /^fileSystemId$/i, actions: MOUNTS }];

const ACCESS_POINT = 'elasticfilesystem:AccessPointArn';

interface Named {
  readonly actions: RegExp;
  readonly targets: ReadonlySet<IConstruct>;
  readonly texts: ReadonlySet<string>;
  readonly ends: readonly string[];
}

/** The access that services need to run the compute of one role: dead letters, destinations, event sources, file systems, logs. */
export class Plumbing {
  private readonly named: readonly Named[];

  public constructor(private readonly role: IConstruct, holders: readonly RoleHolder[]) {
    const all = RoleHolders.in(role);
    const compute = holders.filter(({ kind }) => kind !== undefined).map(({ resource }) => resource);
    this.named = [...compute, ...compute.flatMap((resource) => all.attachedTo(resource)).flatMap(withCluster)].flatMap(namedBy);
  }

  /** Whether a statement allows no more than a service needs for the resources that the compute names. */
  public covers(statement: iam.PolicyStatement): boolean {
    const { effect, actions, notActions, notResources } = statement;
    const { StringEquals: equal = {} } = statement.conditions as { StringEquals?: Record<string, string | string[]> };
    const accessPoints = [equal[ACCESS_POINT] ?? []].flat();
    // Lambda's construct names the access point in the condition.
    const resources = accessPoints.length > 0 ? accessPoints : statement.resources;
    return effect === iam.Effect.DENY || (notActions.length === 0 && notResources.length === 0 && actions.every((action) =>
      WITHOUT_DATA.test(action) || resources.every((resource) => this.names(action, resource))));
  }

  private names(action: string, resource: string): boolean {
    const { references, texts } = contentsOf(this.role, [resource]);
    const targets = targetsOf(references);
    return this.named.some((named) => named.actions.test(action) && (targets.length > 0
      ? targets.every((target) => named.targets.has(target))
      : texts.length > 0 && texts.every(({ what }) => isNamed(what, named) || isNamed(what.replace(/([/:])\*$/, ''), named))));
  }
}

function isNamed(text: string, { texts, ends }: Named): boolean {
  return texts.has(text) || ends.some((end) => text.endsWith(end));
}

function namedBy(resource: CfnResource): Named[] {
  const contents = propertyContents(resource);
  const wired = (WIRES[resource.cfnResourceType] ?? []).map((wire) => namedAt(wire, contents));
  const behind = wired.flatMap(({ targets }) => [...targets]).filter(CfnResource.isCfnResource)
    .flatMap((target) => BEHIND.map((wire) => namedAt(wire, propertyContents(target))));
  return [...wired, ...behind];
}

function namedAt({ at, actions, endOfArn }: Wire, { references, texts }: Contents): Named {
  const values = texts.filter((text) => at.test(text.at)).map(({ what }) => what);
  return {
    actions,
    targets: new Set(targetsOf(references.filter((reference) => at.test(reference.at)))),
    texts: new Set(values),
    ends: endOfArn === undefined ? [] : values.map(endOfArn).filter((end) => end !== undefined),
  };
}

/** Without pseudo parameters, whose target is a stack. */
function targetsOf(references: Contents['references']): IConstruct[] {
  return references.map(({ what: { target } }: { what: Reference }) => target).filter((target) => !Stack.isStack(target));
}

/** Includes the cluster, which defines where the sessions of ECS Exec are logged. */
function withCluster(attachment: CfnResource): CfnResource[] {
  const cluster = propertyContents(attachment).references.filter(({ at }) => /^cluster$/i.test(at)).map(({ what: { target } }) => target);
  return [attachment, ...cluster.filter(CfnResource.isCfnResource)];
}
