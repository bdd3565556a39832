import {
  aws_dynamodb as dynamodb, aws_events as events, aws_events_targets as targets, aws_iam as iam, aws_kinesis as kinesis, aws_lambda as lambda,
  aws_lambda_event_sources as sources, aws_sns as sns, aws_sns_subscriptions as subscriptions, aws_sqs as sqs, CfnParameter, Duration, Fn, Stack,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agentIn, ENV, PRODUCTION, stackOf, TEST } from './agents';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';

const functionOf = (bot: ManagedAgentIdentity) => new lambda.Function(Stack.of(bot), `Function-${bot.agentName}`, {
  role: bot.role, code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X,
});

/** Agents of one stack, on Lambda. */
function agents<N extends string>(...names: N[]): Record<N, ManagedAgentIdentity> & { stack: Stack } {
  const stack = stackOf();
  const made = names.map((agentName) => [agentName, agentIn(stack, { agentName, runtime: AgentRuntime.lambda() }, agentName)]);
  return { stack, ...Object.fromEntries(made) as Record<N, ManagedAgentIdentity> };
}

/** The readers that the declaration of each agent names. */
function readers(stack: Stack): Record<string, string[]> {
  const found = Object.values(Template.fromStack(stack).findResources('Custom::AgentLifecycle')).map(({ Properties: { AgentName, Access } }): [string, string[]] => (
    [AgentName as string, (Access.Trusted as string[]).flatMap((text) => /^Agent (\S+) \(reads\)$/.exec(text)?.[1] ?? [])]));
  return Object.fromEntries(found.filter(([, names]) => names.length > 0));
}

describe('an agent that reads what another one sends is named by the sender', () => {
  test('from the same queue; twins: not from another one, and not what nobody may receive', () => {
    const { stack, sender, reader, other, writer } = agents('sender', 'reader', 'other', 'writer');
    const [queue, another] = [new sqs.Queue(stack, 'Queue'), new sqs.Queue(stack, 'Another')];
    queue.grantSendMessages(sender.accessIn(TEST));
    queue.grantConsumeMessages(reader.accessIn(TEST));
    another.grantConsumeMessages(other.accessIn(TEST));
    queue.grantSendMessages(writer.accessIn(TEST));
    expect(readers(stack)).toEqual({ sender: ['reader'], writer: ['reader'] });
  });

  test('from a stream of records, and from the stream of a table', () => {
    const { stack, sender, reader, auditor } = agents('sender', 'reader', 'auditor');
    const stream = new kinesis.Stream(stack, 'Stream');
    stream.grantWrite(sender.accessIn(TEST));
    stream.grantRead(reader.accessIn(TEST));
    const table = new dynamodb.Table(stack, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING }, stream: dynamodb.StreamViewType.NEW_IMAGE });
    table.grantWriteData(sender.accessIn(TEST));
    functionOf(auditor).addEventSource(new sources.DynamoEventSource(table, { startingPosition: lambda.StartingPosition.LATEST }));
    expect(readers(stack)).toEqual({ sender: ['auditor', 'reader'] });
  });

  test('by a rule of a bus to its function; twin: not by a rule of another bus', () => {
    const { stack, sender, reader, other } = agents('sender', 'reader', 'other');
    const [bus, another] = [new events.EventBus(stack, 'Bus'), new events.EventBus(stack, 'AnotherBus')];
    bus.grantPutEventsTo(sender.accessIn(TEST));
    new events.Rule(stack, 'Rule', { eventBus: bus, eventPattern: { source: ['invoices'] }, targets: [new targets.LambdaFunction(functionOf(reader))] });
    new events.Rule(stack, 'AnotherRule', { eventBus: another, eventPattern: { source: ['invoices'] }, targets: [new targets.LambdaFunction(functionOf(other))] });
    expect(readers(stack)).toEqual({ sender: ['reader'] });
  });

  test.each<[string, (stack: Stack) => events.IEventBus | undefined, (stack: Stack) => events.IEventBus]>([
    ['the default bus, which a rule does not name', () => undefined, (stack) => events.EventBus.fromEventBusName(stack, 'Default', 'default')],
    ['a bus of another app, by its name and by its ARN', (stack) => events.EventBus.fromEventBusName(stack, 'Named', 'orders'), (stack) => (
      events.EventBus.fromEventBusArn(stack, 'Given', 'arn:aws:events:eu-west-1:111122223333:event-bus/orders'))],
  ])('by a rule of %s', (_which, ofRule, ofSender) => {
    const { stack, sender, reader } = agents('sender', 'reader');
    ofSender(stack).grantPutEventsTo(sender.accessIn(TEST));
    new events.Rule(stack, 'Rule', { eventBus: ofRule(stack), eventPattern: { source: ['invoices'] }, targets: [new targets.LambdaFunction(functionOf(reader))] });
    expect(readers(stack)).toEqual({ sender: ['reader'] });
  });

  test('over several places: a topic, its subscription, a queue and the function that polls it', () => {
    const { stack, sender, reader } = agents('sender', 'reader');
    const topic = new sns.Topic(stack, 'Topic');
    const queue = new sqs.Queue(stack, 'Queue');
    topic.grantPublish(sender.accessIn(TEST));
    topic.addSubscription(new subscriptions.SqsSubscription(queue));
    functionOf(reader).addEventSource(new sources.SqsEventSource(queue));
    expect(readers(stack)).toEqual({ sender: ['reader'] });
  });

  test('over several places: a rule to a topic, and its subscription', () => {
    const { stack, sender, reader } = agents('sender', 'reader');
    const [bus, topic, queue] = [new events.EventBus(stack, 'Bus'), new sns.Topic(stack, 'Topic'), new sqs.Queue(stack, 'Queue')];
    bus.grantPutEventsTo(sender.accessIn(TEST));
    new events.Rule(stack, 'Rule', { eventBus: bus, eventPattern: { source: ['invoices'] }, targets: [new targets.SnsTopic(topic)] });
    topic.addSubscription(new subscriptions.SqsSubscription(queue));
    queue.grantConsumeMessages(reader.accessIn(TEST));
    expect(readers(stack)).toEqual({ sender: ['reader'] });
  });

  test('from another stack of the app', () => {
    const { stack, sender } = agents('sender');
    const elsewhere = new Stack(stack.node.root, 'Theirs', { env: ENV });
    const reader = agentIn(elsewhere, { agentName: 'reader' });
    const queue = new sqs.Queue(stack, 'Queue');
    queue.grantSendMessages(sender.accessIn(TEST));
    queue.grantConsumeMessages(reader.accessIn(TEST));
    expect(readers(stack)).toEqual({ sender: ['reader'] });
  });
});

type Agents = ReturnType<typeof agents<'sender' | 'reader'>>;
const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:111122223333:';
const grant = (bot: ManagedAgentIdentity, actions: string[], ...resources: string[]): void => (
  void bot.accessIn(TEST).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources })));
const ruleTo = ({ stack, reader }: Agents, props: events.RuleProps): events.Rule => (
  new events.Rule(stack, 'Rule', { targets: [new targets.LambdaFunction(functionOf(reader))], ...props }));
const onDefaultBus = ({ stack, sender }: Agents): void => void events.EventBus.fromEventBusName(stack, 'Default', 'default').grantPutEventsTo(sender.accessIn(TEST));

test.each<[string, (given: Agents) => unknown]>([
  ['the records of a table without a stream', ({ stack, sender, reader }) => {
    const table = new dynamodb.Table(stack, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
    table.grantWriteData(sender.accessIn(TEST));
    table.grantReadData(reader.accessIn(TEST));
  }],
  ['a table that both write and read', ({ stack, sender, reader }) => {
    const table = new dynamodb.TableV2(stack, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING }, dynamoStream: dynamodb.StreamViewType.NEW_IMAGE });
    [sender, reader].forEach((bot) => table.grantReadWriteData(bot.accessIn(TEST)));
  }],
  ['a schedule of the default bus', (given) => {
    onDefaultBus(given);
    ruleTo(given, { schedule: events.Schedule.rate(Duration.hours(1)) });
  }],
  ['events that only AWS sends', (given) => {
    onDefaultBus(given);
    ruleTo(given, { eventPattern: { source: ['aws.ec2', 'aws.s3'] } });
  }],
  ['a bus that is known at deployment only', (given) => {
    onDefaultBus(given);
    ruleTo(given, { eventPattern: { source: ['x'] }, eventBus: events.EventBus.fromEventBusName(given.stack, 'Imported', Fn.importValue('TheirBus')) });
  }],
  ['a bus of the same name in another region', ({ stack, sender, reader }) => {
    const elsewhere = new Stack(stack.node.root, 'Elsewhere', { env: { ...ENV, region: 'us-east-1' } });
    events.EventBus.fromEventBusName(elsewhere, 'Named', 'orders').grantPutEventsTo(sender.accessIn(TEST));
    ruleTo({ stack, sender, reader }, { eventPattern: { source: ['x'] }, eventBus: events.EventBus.fromEventBusName(stack, 'Mine', 'orders') });
  }],
  ['targets that an override replaces', (given) => {
    onDefaultBus(given);
    const rule = ruleTo(given, { eventPattern: { source: ['x'] } });
    (rule.node.defaultChild as events.CfnRule).addPropertyOverride('Targets', [{ Id: 'T', Arn: `${QUEUE_ARN}other` }]);
  }],
  ['queues whose names begin with the same parameter', ({ stack, sender, reader }) => {
    const { valueAsString: environment } = new CfnParameter(stack, 'Environment');
    grant(sender, ['sqs:SendMessage'], `${QUEUE_ARN}${environment}-orders`);
    grant(reader, ['sqs:ReceiveMessage'], `${QUEUE_ARN}${environment}-invoices`);
  }],
  ['queues whose names are put together', ({ sender, reader }) => {
    grant(sender, ['sqs:SendMessage'], Fn.sub(`${QUEUE_ARN}\${Name}`, { Name: 'orders' }));
    grant(reader, ['sqs:ReceiveMessage'], Fn.sub(`${QUEUE_ARN}\${Name}`, { Name: 'invoices' }));
  }],
  ['a stream whose ARN begins with that of another one', ({ stack, sender, reader }) => {
    const { streamArn } = new kinesis.Stream(stack, 'Stream');
    grant(sender, ['kinesis:PutRecord'], `${streamArn}-copy`);
    grant(reader, ['kinesis:GetRecords'], streamArn);
  }],
  ['resources of two services in one statement', ({ stack, sender, reader }) => {
    const [queue, stream] = [new sqs.Queue(stack, 'Queue'), new kinesis.Stream(stack, 'Stream')];
    grant(sender, ['sqs:SendMessage', 'kinesis:GetRecords'], queue.queueArn, stream.streamArn);
    grant(reader, ['kinesis:GetRecords'], stream.streamArn);
  }],
])('nobody is named for %s', (_what, give) => {
  const given = agents('sender', 'reader');
  give(given);
  expect(readers(given.stack)).toEqual({});
});

test('an agent of another account is not named, whose name may be somebody else\'s there', () => {
  const { stack, sender } = agents('sender');
  const theirs = new Stack(stack.node.root, 'Theirs', { env: { ...ENV, account: '444455556666' } });
  grant(sender, ['sqs:SendMessage'], `${QUEUE_ARN}orders`);
  grant(agentIn(theirs, { agentName: 'reader' }), ['sqs:ReceiveMessage'], `${QUEUE_ARN}orders`);
  expect(readers(stack)).toEqual({});
});

test('a reader is found by the alias of its function, and by a literal ARN', () => {
  const { stack, sender, reader, other } = agents('sender', 'reader', 'other');
  onDefaultBus({ stack, sender, reader });
  const live = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: functionOf(reader).currentVersion });
  new events.Rule(stack, 'Rule', { eventPattern: { source: ['aws.ec2', 'invoices'] }, targets: [new targets.LambdaFunction(live)] });
  grant(sender, ['sqs:Send*'], `${QUEUE_ARN}orders`);
  grant(other, ['sqs:receivemessage'], `${QUEUE_ARN}orders`);
  expect(readers(stack)).toEqual({ sender: ['other', 'reader'] });
});

test('callers and those whom its role trusts come before readers in a list that has an end', () => {
  const names = Array.from({ length: 20 }, (_, index) => `reader-${String(index).padStart(2, '0')}`);
  const callers = Array.from({ length: 45 }, (_, index) => `caller-${String(index).padStart(2, '0')}`);
  const { stack, sender, ...rest } = agents('sender', ...names, ...callers);
  const of = (name: string): ManagedAgentIdentity => (rest as unknown as Record<string, ManagedAgentIdentity>)[name];
  functionOf(sender);
  const queue = new sqs.Queue(stack, 'Queue');
  queue.grantSendMessages(sender.accessIn(TEST));
  names.forEach((name) => queue.grantConsumeMessages(of(name).accessIn(TEST)));
  callers.forEach((name) => of(name).mayInvoke(sender));
  const { Properties: { Access } } = Object.values(Template.fromStack(stack).findResources('Custom::AgentLifecycle', { Properties: { AgentName: 'sender' } }))[0];
  const trusted = Access.Trusted as string[];
  const counted = (part: string): number => trusted.filter((text) => text.includes(part)).length;
  expect([trusted.length, counted('(invokes)'), counted('Service lambda'), counted('(reads)')]).toEqual([50, 45, 1, 4]);
});

test('nobody is named: who is denied it, in another stage, by a pattern of resources, of another registry, and the agent itself', () => {
  const { stack, sender, later, any, denied } = agents('sender', 'later', 'any', 'denied');
  const queue = new sqs.Queue(stack, 'Queue');
  queue.grantSendMessages(sender.accessIn(TEST));
  queue.grantConsumeMessages(sender.accessIn(TEST));
  queue.grantConsumeMessages(later.accessIn(PRODUCTION));
  denied.role.addToPrincipalPolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['sqs:ReceiveMessage'], resources: [queue.queueArn] }));
  const apart = new Stack(stack.node.root, 'Apart', { env: ENV });
  queue.grantConsumeMessages(agentIn(apart, { agentName: 'apart', registry: LifecycleRegistry.fromRegistryName(apart, 'Registry', 'others') }).accessIn(TEST));
  const sinks = ['one', 'two'].map((id) => sqs.Queue.fromQueueArn(stack, id, 'arn:aws:sqs:eu-west-1:111122223333:invoices-*'));
  sinks[0].grantSendMessages(sender.accessIn(TEST));
  sinks[1].grantConsumeMessages(any.accessIn(TEST));
  expect(readers(stack)).toEqual({});
});

test('twenty are named at most, so that the declaration of the sender stays small', () => {
  const names = Array.from({ length: 22 }, (_, index) => `reader-${String(index).padStart(2, '0')}`);
  const { stack, sender, ...rest } = agents('sender', ...names);
  const queue = new sqs.Queue(stack, 'Queue');
  queue.grantSendMessages(sender.accessIn(TEST));
  names.forEach((name) => queue.grantConsumeMessages((rest as unknown as Record<string, ManagedAgentIdentity>)[name].accessIn(TEST)));
  expect(readers(stack)).toEqual({ sender: names.slice(0, 20) });
});
