import { aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_sns as sns, aws_sqs as sqs, Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { acknowledgeEncryption, ENCRYPTED } from './event-queue';
import { FeatureContext, FeatureParts } from './feature';
import { workerAnswers } from './features/worker-answers';
import { alarmsOf } from './registry-alarms';
import { RegistryRuntime } from './registry-runtime';
import { ENVIRONMENT } from '../../contract/environment';
import { ORDER_SECONDS, workerNames } from '../../contract/orders';
import { InvalidInputError } from '../../core/errors';
import { acknowledge } from '../findings/acknowledge';

/** Times that the registry takes the same answer before it goes to the dead-letter queue. */
const TRIES = 10;
/** How long a worker may take for an order. */
const WORKING = Duration.minutes(5);
/** Six times what the function may take, as Lambda advises. */
const TAKING = Duration.minutes(3);

/** What an `OnPremisesWorker` says. */
export interface WorkerFacts {
  readonly workerName: string;
  readonly role: iam.IRole;
}

interface WorkerContext extends FeatureContext {
  readonly removalPolicy: RemovalPolicy;
  readonly alarmTopic?: sns.ITopic;
  /** The keys of the registry's workers, by their names. This adds one. */
  readonly keys: Map<string, kms.IKey>;
}

/** What was created for a worker. */
export interface AddedWorker {
  readonly orders: sqs.Queue;
  readonly answers: sqs.Queue;
  readonly key: kms.Key;
  /** What has to exist as long as the registry. */
  readonly made: readonly IDependable[];
}

/** Adds to the registry what one worker gets its orders by, and what takes its answers. */
export function addWorker(scope: Construct, runtime: RegistryRuntime, context: WorkerContext, facts: WorkerFacts): AddedWorker {
  const { names, keys } = context;
  if (keys.has(facts.workerName)) {
    throw new InvalidInputError('WorkerTwice', `${scope.node.path}: the registry ${names.registryName} has a worker ${facts.workerName} already: give each a name of its own`);
  }
  const made: IDependable[] = [];
  if (!runtime.has(names.answersFunction)) {
    runtime.add(workerAnswers);
    made.push(...alarmsOf(scope, [workerAnswers], context, context.alarmTopic));
    const arns = (): Record<string, string> => Object.fromEntries([...keys].map(([name, { keyArn }]) => [name, keyArn]));
    const value = Lazy.string({ produce: () => Stack.of(scope).toJsonString(arns()) });
    [names.revokerFunction, names.answersFunction].forEach((name) => runtime.function(name).addEnvironment(ENVIRONMENT.workers, value));
  }
  let created: AddedWorker | undefined;
  runtime.add({
    build: (_scope, parts) => {
      const key = signingKey(scope, parts, facts);
      const [orders, answers] = [ordersQueue(scope, parts, facts), answersQueue(scope, parts, facts)];
      const source = new lambda.EventSourceMapping(scope, 'Source', {
        target: parts.functions.get(names.answersFunction)!, eventSourceArn: answers.queueArn, batchSize: 10, reportBatchItemFailures: true,
      });
      created = { key, orders, answers, made: [...made, key, orders, answers, source] };
      return [];
    },
  });
  keys.set(facts.workerName, created!.key);
  return created!;
}

/** A key for each worker: an order for one is worth nothing to another. Its policy denies signing to everybody but the one function, administrators of keys included. */
function signingKey(scope: Construct, parts: FeatureParts, { workerName }: WorkerFacts): kms.Key {
  const { names, roles, place: { partition, account }, removalPolicy } = parts;
  const key = new kms.Key(scope, 'Key', {
    alias: workerNames(names, workerName).keyAlias,
    description: `Signs orders of the registry ${names.registryName} for the worker ${workerName}`,
    keySpec: kms.KeySpec.RSA_2048,
    keyUsage: kms.KeyUsage.SIGN_VERIFY,
    removalPolicy,
  });
  const [signer, checker] = [roles.get(names.revokerRole)!, roles.get(names.answersRole)!];
  key.addToResourcePolicy(only('RegistrySigns', signer, ['kms:Sign']));
  key.addToResourcePolicy(only('RegistryChecks', checker, ['kms:GetPublicKey']));
  key.addToResourcePolicy(noOther('OnlyTheRegistrySigns', signer, ['kms:Sign']));
  key.addToResourcePolicy(denied('NoAgents', ['kms:*'], { ArnLike: { 'aws:PrincipalArn': [`arn:${partition}:iam::${account}:role${names.path}*`] } }));
  acknowledge(key, { checkov: { CKV_AWS_7: 'KMS does not rotate asymmetric keys' } });
  return key;
}

/**
 * The registry sends, and the worker takes. Nobody else, administrators of queues included. It has no dead letters: who reads an order there could answer it. An order that fails is delivered until it ends,
 * and the registry sends another one.
 */
function ordersQueue(scope: Construct, { names, roles }: FeatureParts, { workerName, role }: WorkerFacts): sqs.Queue {
  const queue = queueOf(scope, 'Orders', {
    queueName: workerNames(names, workerName).orders,
    visibilityTimeout: WORKING,
    retentionPeriod: Duration.seconds(ORDER_SECONDS),
  });
  acknowledge(queue, { nag: { 'AwsSolutions-SQS3': 'An order in a dead-letter queue could be answered by anyone who reads it' } });
  queue.addToResourcePolicy(only('WorkerTakes', role, TAKES, queue.queueArn));
  queue.addToResourcePolicy(noOther('OnlyTheWorkerTakes', role, TAKES, queue.queueArn));
  queue.addToResourcePolicy(noOther('OnlyTheRegistrySends', roles.get(names.revokerRole)!, ['sqs:SendMessage'], queue.queueArn));
  return queue;
}

/** The worker sends, and the registry takes. That a message is in this queue is the proof of who sent it. */
function answersQueue(scope: Construct, { names, roles, deadLetters }: FeatureParts, { workerName, role }: WorkerFacts): sqs.Queue {
  const queue = queueOf(scope, 'Answers', {
    queueName: workerNames(names, workerName).answers,
    visibilityTimeout: TAKING,
    retentionPeriod: Duration.days(14),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: TRIES },
  });
  queue.addToResourcePolicy(only('WorkerSends', role, ['sqs:SendMessage'], queue.queueArn));
  queue.addToResourcePolicy(noOther('OnlyTheWorkerSends', role, ['sqs:SendMessage'], queue.queueArn));
  queue.addToResourcePolicy(noOther('OnlyTheRegistryTakes', roles.get(names.answersRole)!, TAKES, queue.queueArn));
  return queue;
}

const TAKES = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'];

function queueOf(scope: Construct, id: string, props: sqs.QueueProps): sqs.Queue {
  // A queue whose dead letters ended here could send without the right to.
  const redriveAllowPolicy = { redrivePermission: sqs.RedrivePermission.DENY_ALL };
  const queue = new sqs.Queue(scope, id, { ...props, ...ENCRYPTED, redriveAllowPolicy });
  acknowledgeEncryption(queue);
  return queue;
}

function only(sid: string, { roleArn }: iam.IRole, actions: string[], resource = '*'): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, principals: [new iam.ArnPrincipal(roleArn)], actions, resources: [resource] });
}

function noOther(sid: string, { roleArn }: iam.IRole, actions: string[], resource = '*'): iam.PolicyStatement {
  return denied(sid, actions, { ArnNotEquals: { 'aws:PrincipalArn': roleArn } }, resource);
}

function denied(sid: string, actions: string[], conditions: Record<string, unknown>, resource = '*'): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, principals: [new iam.StarPrincipal()], actions, resources: [resource], conditions });
}
