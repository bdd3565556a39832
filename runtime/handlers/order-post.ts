import { KMSClient } from '@aws-sdk/client-kms';
import { client, plainCalls } from './clients';
import { optional, required } from './environment';
import { ENVIRONMENT } from '../../src/contract/environment';
import { ORDER_TYPE, OrderClaims, WorkerKeys, workerQueueArns } from '../../src/contract/orders';
import { RegistryNames } from '../../src/contract/registry-names';
import { errorName, NotDone } from '../revokers';
import { kmsSigner, signedToken } from '../signals';

/**
 * Signs an order with the key of its worker and puts it into the worker's queue.
 *
 * @throws NotDone if the registry has no such worker, or a call fails
 */
export async function postOrder(worker: string, claims: OrderClaims): Promise<void> {
  const keys = JSON.parse(optional(ENVIRONMENT.workers) ?? '{}') as WorkerKeys;
  const keyArn = Object.hasOwn(keys, worker) ? keys[worker] : undefined;
  if (keyArn === undefined) {
    throw new NotDone(`the registry has no worker ${worker}: create an OnPremisesWorker with this name, or confirm it by hand`);
  }
  const [, partition, , region, account] = keyArn.split(':');
  const calls = plainCalls(partition);
  const { orders } = workerQueueArns(new RegistryNames(required(ENVIRONMENT.registryName)), { partition, region, account }, worker);
  try {
    const order = await signedToken(kmsSigner(client(KMSClient), keyArn), claims, ORDER_TYPE);
    await calls.json('sqs', 'SendMessage', { QueueUrl: calls.queueUrl(orders), MessageBody: order });
  } catch (error) {
    throw new NotDone(`the order for the worker ${worker} could not be sent (${errorName(error)})`);
  }
}
