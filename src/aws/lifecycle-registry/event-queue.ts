import { aws_events as events, aws_events_targets as targets, aws_sqs as sqs, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FeatureParts } from './feature';
import { eventSource, eventType, LifecycleEventName } from '../../core/lifecycle-event';
import { acknowledge } from '../findings/acknowledge';

interface EventQueueFacts {
  readonly queueName: string;
  /** Six times what the function may take, as Lambda advises. */
  readonly visibilityTimeout: Duration;
  /** Times that an event is tried before it goes to the dead letters. */
  readonly tries: number;
  readonly ruleName: string;
  readonly description: string;
  readonly types: readonly LifecycleEventName[];
}

/** A queue that keeps events of the registry while they can't be worked on, and the rule that fills it. */
export function eventQueue(
  scope: Construct, { names, place, bus, deadLetters }: FeatureParts,
  { queueName, visibilityTimeout, tries, ruleName, description, types }: EventQueueFacts,
): { readonly queue: sqs.Queue; readonly rule: events.Rule } {
  const queue = new sqs.Queue(scope, 'Queue', {
    queueName,
    visibilityTimeout,
    retentionPeriod: Duration.days(14),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: tries },
    ...ENCRYPTED,
  });
  acknowledgeEncryption(queue);
  const rule = new events.Rule(scope, 'Events', {
    ruleName,
    description,
    eventBus: bus,
    eventPattern: {
      account: [place.account],
      source: ['cdk-nhi-lifecycle'],
      detail: { source: [eventSource(names.registryName)], type: types.map((name) => eventType(name)) },
    },
    targets: [new targets.SqsQueue(queue, { deadLetterQueue: deadLetters })],
  });
  return { queue, rule };
}

/** How each queue of the registry is encrypted, at rest and on its way. */
export const ENCRYPTED = { encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true } as const satisfies sqs.QueueProps;

export function acknowledgeEncryption(queue: sqs.Queue): void {
  acknowledge(queue, { checkov: { CKV_AWS_27: 'Encrypted with a key of SQS (SqsManagedSseEnabled), which the check does not know' } });
}
