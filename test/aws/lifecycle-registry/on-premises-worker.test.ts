import { App, aws_iam as iam, aws_sns as sns, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { codeOf, ENV } from './platform';
import { LifecycleRegistry, OnPremisesWorker, OnPremisesWorkerProps } from '../../../src/aws/lifecycle-registry';
import { METRICS } from '../../../src/contract/metrics';

const ROLE = 'arn:aws:iam::111122223333:role/worker';

function withWorkers(workers: readonly Partial<OnPremisesWorkerProps>[] = [{}]) {
  const stack = new Stack(new App(), 'Platform', { env: ENV });
  const registry = new LifecycleRegistry(stack, 'Agents', { alarmTopic: new sns.Topic(stack, 'Alarms') });
  const role = iam.Role.fromRoleArn(stack, 'Role', ROLE);
  const made = workers.map((props, index) => new OnPremisesWorker(stack, `Worker${index}`, { registry, workerName: 'directory', role, ...props }));
  return { stack, registry, made, template: () => Template.fromStack(stack) };
}

const template = withWorkers().template();
interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Principal: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/** The statements of a policy, with the names of roles instead of references. */
function statements(of: 'orders' | 'answers' | 'key'): Record<string, Statement> {
  const texts: Record<string, string> = Object.fromEntries(Object.entries(template.findResources('AWS::IAM::Role')).map(([id, { Properties }]) => [id, Properties.RoleName as string]));
  const [policy] = of === 'key'
    ? Object.values(template.findResources('AWS::KMS::Key')).map(({ Properties }) => Properties.KeyPolicy as object)
    : Object.values(template.findResources('AWS::SQS::QueuePolicy')).map(({ Properties }) => Properties)
      .filter(({ Queues: [{ Ref: queue }] }) => template.findResources('AWS::SQS::Queue')[queue as string].Properties.QueueName === `agents-nhi-${of}-directory`)
      .map(({ PolicyDocument }) => PolicyDocument as object);
  const named = JSON.parse(JSON.stringify(policy).replace(/\{"Fn::GetAtt":\["(\w+)","Arn"\]\}/g, (all, id: string) => (id in texts ? JSON.stringify(texts[id]) : all))) as { Statement: Statement[] };
  return Object.fromEntries(named.Statement.map((one, index) => [one.Sid ?? String(index), one]));
}

const TAKES = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'];
const not = (arn: string): object => ({ ArnNotEquals: { 'aws:PrincipalArn': arn } });

test('orders: the registry sends, the worker takes, and everybody else is denied both', () => {
  const { WorkerTakes, OnlyTheWorkerTakes, OnlyTheRegistrySends, ...others } = statements('orders');
  expect(WorkerTakes).toMatchObject({ Effect: 'Allow', Principal: { AWS: ROLE }, Action: TAKES });
  expect(OnlyTheWorkerTakes).toMatchObject({ Effect: 'Deny', Principal: '*', Action: TAKES, Condition: not(ROLE) });
  expect(OnlyTheRegistrySends).toMatchObject({ Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Condition: not('agents-nhi-revokers') });
  expect(Object.values(others)).toMatchObject([{ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }]);
});

test('answers: the worker sends, the registry takes, and everybody else is denied both', () => {
  const { WorkerSends, OnlyTheWorkerSends, OnlyTheRegistryTakes, ...others } = statements('answers');
  expect(WorkerSends).toMatchObject({ Effect: 'Allow', Principal: { AWS: ROLE }, Action: 'sqs:SendMessage' });
  expect(OnlyTheWorkerSends).toMatchObject({ Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Condition: not(ROLE) });
  expect(OnlyTheRegistryTakes).toMatchObject({ Effect: 'Deny', Principal: '*', Action: TAKES, Condition: not('agents-nhi-answers') });
  expect(Object.values(others)).toMatchObject([{ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }]);
});

test('the key signs for the one function, shows its public half to the other, and agents may do nothing with it', () => {
  const { RegistrySigns, RegistryChecks, OnlyTheRegistrySigns, NoAgents } = statements('key');
  expect(RegistrySigns).toMatchObject({ Effect: 'Allow', Principal: { AWS: 'agents-nhi-revokers' }, Action: 'kms:Sign' });
  expect(RegistryChecks).toMatchObject({ Effect: 'Allow', Principal: { AWS: 'agents-nhi-answers' }, Action: 'kms:GetPublicKey' });
  expect(OnlyTheRegistrySigns).toMatchObject({ Effect: 'Deny', Principal: '*', Action: 'kms:Sign', Condition: not('agents-nhi-revokers') });
  expect(NoAgents).toMatchObject({ Effect: 'Deny', Principal: '*', Action: 'kms:*' });
  template.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Retain', Properties: { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' } });
  template.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/agents-nhi-orders-directory' });
});

test('both queues are encrypted and are no other queue\'s dead letters; orders are kept as long as they are valid, and have no dead letters where others could read them', () => {
  const queue = (name: string, more: object) => template.hasResourceProperties('AWS::SQS::Queue', {
    QueueName: name, SqsManagedSseEnabled: true, RedriveAllowPolicy: { redrivePermission: 'denyAll' }, ...more,
  });
  queue('agents-nhi-orders-directory', { MessageRetentionPeriod: 172_800, VisibilityTimeout: 300, RedrivePolicy: Match.absent() });
  queue('agents-nhi-answers-directory', { MessageRetentionPeriod: 1_209_600, VisibilityTimeout: 180, RedrivePolicy: { maxReceiveCount: 10, deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('DeadLetters'), 'Arn'] } } });
});

test('the function that takes answers may write answers and its own kind of request, and read nothing of the ledger', () => {
  const [{ Properties }] = Object.values(template.findResources('AWS::IAM::Role', { Properties: { RoleName: 'agents-nhi-answers' } }));
  const all = (Properties.Policies[0].PolicyDocument as { Statement: Statement[] }).Statement.filter(({ Action: action }) => /dynamodb|states|kms|secretsmanager/.test(JSON.stringify(action)));
  expect(all.map(({ Action: action, Condition: condition }) => [action, condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']])).toEqual([
    ['dynamodb:PutItem', ['order#*']], ['dynamodb:PutItem', ['request#event-hear-worker-*']], ['states:StartExecution', undefined],
  ]);
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { FunctionResponseTypes: ['ReportBatchItemFailures'] });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'agents-nhi-AnswerRefused', MetricName: METRICS.answerRefused, AlarmActions: [Match.anyValue()] });
});

test('several workers have a key and queues each, and share the function; both functions know the keys', () => {
  const two = withWorkers([{}, { workerName: 'mainframe' }]).template();
  two.resourceCountIs('AWS::KMS::Key', 2);
  two.resourcePropertiesCountIs('AWS::Lambda::Function', { FunctionName: 'agents-nhi-answers' }, 1);
  for (const FunctionName of ['agents-nhi-answers', 'agents-nhi-revokers']) {
    const [{ Properties }] = Object.values(two.findResources('AWS::Lambda::Function', { Properties: { FunctionName } }));
    expect(JSON.stringify(Properties.Environment.Variables.WORKERS)).toMatch(/directory\\":\\".*Worker0Key.*mainframe\\":\\".*Worker1Key/);
  }
  expect(withWorkers([]).template().findResources('AWS::Lambda::Function', { Properties: { FunctionName: 'agents-nhi-answers' } })).toEqual({});
});

test('its queues and its key are what the worker\'s settings need', () => {
  const { stack, made: [worker] } = withWorkers();
  expect(worker.workerName).toBe('directory');
  expect(stack.resolve([worker.orders.queueUrl, worker.answers.queueUrl, worker.signingKey.keyArn])).toEqual([
    { Ref: expect.stringContaining('Worker0Orders') }, { Ref: expect.stringContaining('Worker0Answers') }, { 'Fn::GetAtt': [expect.stringContaining('Worker0Key'), 'Arn'] },
  ]);
});

test.each(['', 'D', 'Directory', '-directory', 'directory-', 'a--b', 'x'.repeat(33)])('WorkerInvalid: the name %j', (workerName) => {
  expect(codeOf(() => withWorkers([{ workerName }]))).toBe('WorkerInvalid');
  expect(codeOf(() => withWorkers([{ workerName: 'x'.repeat(32) }]))).toBeUndefined();
});

test('WorkerTwice, WorkerElsewhere, WrongClass', () => {
  expect(codeOf(() => withWorkers([{}, {}]))).toBe('WorkerTwice');
  expect(codeOf(() => withWorkers([{ role: ROLE as never }]))).toBe('WrongClass');
  expect(codeOf(() => withWorkers([{ registry: {} as never }]))).toBe('WrongClass');
  const { stack, registry } = withWorkers([]);
  const other = new Stack(stack.node.root as App, 'Other', { env: ENV });
  expect(codeOf(() => new OnPremisesWorker(other, 'Worker', { registry, workerName: 'directory', role: iam.Role.fromRoleArn(other, 'Role', ROLE) }))).toBe('WorkerElsewhere');
});
