import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Cloud } from './harness/cloud';
import { makeRole } from './harness/principals';
import { Stacks } from './harness/stacks';

let cloud: Cloud;

beforeAll(async () => {
  cloud = await Cloud.start();
}, 60_000);

afterAll(() => cloud.stop());

describe('scheduler-tick', () => {
  test('one-time schedules run within seconds of their time', async () => {
    const sqs = new SQSClient(cloud.as());
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'due' }));
    const RoleArn = await makeRole(cloud, 'scheduler', [{ Action: 'sqs:SendMessage', Resource: '*' }]);
    // Two, so far apart that no tick of ten seconds is in time for both.
    const now = Math.floor(Date.now() / 1_000) * 1_000;
    const due = [now + 2_000, now + 5_000];
    await new Stacks(cloud).create('schedules', Object.fromEntries(due.map((time) => [`At${time}`, {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: `at(${new Date(time).toISOString().slice(0, 19)})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: `arn:aws:sqs:${cloud.region}:${cloud.account}:due`, RoleArn, Input: String(time) },
      },
    }])));

    const delays: number[] = [];
    while (delays.length < due.length) {
      const { Messages: messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
      delays.push(...messages.map(({ Body: body }) => Date.now() - Number(body)));
    }

    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(3_000);
  });
});
