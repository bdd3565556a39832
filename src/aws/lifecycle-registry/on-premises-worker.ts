import { aws_iam as iam, aws_kms as kms, aws_sqs as sqs, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { LifecycleRegistry } from './lifecycle-registry';
import { WORKER_NAME } from '../../contract/orders';
import { InvalidInputError } from '../../core/errors';
import { requireInstance } from '../../core/instance';
import { requireLiteral } from '../../core/literal';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';

/** Properties of a worker on premises. */
export interface OnPremisesWorkerProps {
  /** The registry that gives orders. It must be in the same stack. */
  readonly registry: LifecycleRegistry;

  /** Name of the worker, by which revokers know it: 2-32 of [a-z0-9-]. */
  readonly workerName: string;

  /**
   * The role that the worker has, for example by IAM Roles Anywhere. It may take orders and send answers, and needs no other permission. The role of another account also needs these permissions in a policy
   * of its own: `sqs:ReceiveMessage`, `sqs:DeleteMessage` and `sqs:ChangeMessageVisibility` on the one queue, `sqs:SendMessage` on the other.
   */
  readonly role: iam.IRole;
}

/**
 * A program of yours that removes accounts of agents where the registry can't reach, such as a directory on premises. It takes signed orders from a queue, and answers what it saw before and after. Revokers
 * name it: `Revoker.queue('ldap', { workerName: 'directory' })`. `examples/on-premises-worker` is one for LDAP and Active Directory.
 *
 * Each worker has a queue of orders, a queue of answers and a key. Both queues are encrypted, accept TLS only, and deny everybody but the registry and the one role to send and to receive. An
 * order that fails is delivered again until it ends, and is sent again; an answer that can't be taken goes to the registry's dead-letter queue, which has an alarm.
 *
 * Cost while idle, by list prices: a key of KMS (1 USD a month) and, for all workers of a registry together, an alarm (0.10 USD a month). A worker that waits for orders all the time makes about 130,000
 * calls a month, which are free of charge in an account that makes no others (otherwise 0.05 USD).
 */
export class OnPremisesWorker extends Construct {
  /** Name of the worker. */
  public readonly workerName: string;

  /** The queue from which the worker takes its orders. */
  public readonly orders: sqs.IQueue;

  /** The queue into which the worker puts its answers. */
  public readonly answers: sqs.IQueue;

  /** The key that signs its orders. The worker needs the public half: `aws kms get-public-key`. */
  public readonly signingKey: kms.IKey;

  constructor(scope: Construct, id: string, props: OnPremisesWorkerProps) {
    super(scope, id);
    const { workerName, role } = props;
    const registry = withPath(this, () => requireInstance('registry', props.registry, LifecycleRegistry, 'a LifecycleRegistry of the same app: workers are part of it'));
    if (Stack.of(registry) !== Stack.of(this)) {
      throw new InvalidInputError('WorkerElsewhere', `${this.node.path}: the registry ${registry.node.path} is in another stack: create the OnPremisesWorker in that stack, because it adds to the registry`);
    }
    if (!WORKER_NAME.test(withPath(this, () => requireLiteral('the name of a worker', workerName)))) {
      throw new InvalidInputError('WorkerInvalid', `${this.node.path}: the name ${shown(workerName)} of a worker is not allowed: use 2-32 of [a-z0-9-], beginning with a letter, ending with a letter or digit, without --`);
    }
    if (typeof role?.roleArn !== 'string') {
      throw new InvalidInputError('WrongClass', `${this.node.path}: the role of a worker must be a role, received ${shown(role)}: use iam.Role, or Role.fromRoleArn()`);
    }
    const { orders, answers, key } = registry._employ(this, { workerName, role });
    this.workerName = workerName;
    this.orders = orders;
    this.answers = answers;
    this.signingKey = key;
  }
}
