import { DeleteMessageCommand, Message, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { carryOut, Seen } from './carry-out';
import { Failure, inDirectory } from './directory';
import { DoneOrders } from './done-orders';
import { NoOrder, Order, readOrder } from './order';
import { Settings } from './settings';

/** Takes orders from the queue, carries them out in the directory, and answers. */
export class Worker {
  private readonly done: DoneOrders;

  public constructor(
    private readonly sqs: SQSClient,
    private readonly settings: Settings,
    private readonly log: (line: string) => void,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.done = new DoneOrders(settings.doneFile);
  }

  /** Waits for orders and carries them out, one after the other. Returns how many messages there were. */
  public async takeOrders(waitSeconds = 20): Promise<number> {
    const { Messages: messages = [] } = await this.sqs.send(new ReceiveMessageCommand({
      QueueUrl: this.settings.ordersUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: waitSeconds,
    }));
    for (const message of messages) {
      await this.take(message);
    }
    return messages.length;
  }

  /** What failed stays in the queue, which delivers it again. After some times it goes to the registry's dead-letter queue, which has an alarm. */
  private async take({ Body: token = '', ReceiptHandle }: Message): Promise<void> {
    const order = await this.read(token);
    if (order instanceof NoOrder) {
      this.log(`refused a message: ${order.message}`);
      return order.isOver ? this.delete(ReceiptHandle) : undefined;
    }
    const seen = await this.carryOut(order);
    if (seen.now === 'absent') {
      this.done.add(order.id, this.now());
    }
    // The order is in the answer, and in no log: it is what makes an answer genuine.
    await this.sqs.send(new SendMessageCommand({ QueueUrl: this.settings.answersUrl, MessageBody: JSON.stringify({ order: token, ...seen }) }));
    this.log(`agent ${order.agentName}: its account was ${seen.found ?? 'not seen'} and is ${seen.now ?? 'not seen'}${seen.failure === undefined ? '' : `: ${seen.failure}`}`);
    return seen.failure === undefined ? this.delete(ReceiptHandle) : undefined;
  }

  private async read(token: string): Promise<Order | NoOrder> {
    try {
      return await readOrder(token, this.settings, this.now());
    } catch (error) {
      if (error instanceof NoOrder) {
        return error;
      }
      throw error;
    }
  }

  private async carryOut(order: Order): Promise<Seen> {
    try {
      return await inDirectory(this.settings.directory, (directory) => carryOut(order, directory, this.done.has(order.id)));
    } catch (error) {
      if (error instanceof Failure) {
        return { failure: error.code };
      }
      throw error;
    }
  }

  private async delete(ReceiptHandle: string | undefined): Promise<void> {
    await this.sqs.send(new DeleteMessageCommand({ QueueUrl: this.settings.ordersUrl, ReceiptHandle }));
  }
}
