import { setTimeout as pause } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readSettings } from './settings';
import { Worker } from './worker';

const PAUSE_MS = 10_000;

/** Runs until the process is ended. Calls of AWS use the credentials that the SDK finds, such as those of IAM Roles Anywhere. */
async function run(): Promise<void> {
  const worker = new Worker(new SQSClient({}), readSettings(process.env), (line) => console.log(line));
  for (;;) {
    try {
      await worker.takeOrders();
    } catch (error) {
      console.error(`no orders could be taken: ${(error as Error).name}`);
      await pause(PAUSE_MS);
    }
  }
}

void run();
