import { Check, error, ok } from '../check';

const WAITING = 'ApproximateNumberOfMessages';

/** Events that a function of the registry failed to process, and invocations that a schedule gave up, end in a queue. */
export const deadLetters: Check = {
  name: 'dead letters',
  needs: ['sqs:GetQueueAttributes'],
  async look({ connection: { plain }, names, place }) {
    const { [WAITING]: waiting } = await plain.queueAttributes(names.queueArn(place, names.deadLetters), [WAITING]);
    if (waiting === undefined || !/^\d+$/.test(waiting)) {
      throw new Error(`the queue ${names.deadLetters} did not say how many messages it has`);
    }
    return [Number(waiting) === 0 ? ok(`the queue ${names.deadLetters} is empty`)
      : error(`the queue ${names.deadLetters} has ${waiting} events that failed: executions that ended early and were not attended to, digests, suspensions by an event`, 'read the messages and the logs of the functions, fix the cause, then redrive the queue')];
  },
};
