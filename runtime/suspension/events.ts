import { z } from 'zod';

const text = z.string().max(2_048);
const name = z.object({ name: text.optional() });

/** What a rule of `suspendOn` sends: the rule's id, and what the rule has read from its event. */
export const compromiseEvent = z.object({
  suspendOn: z.string().min(1).max(64),
  rule: text,
  eventId: z.string().min(1).max(128),
  account: text,
  principal: text,
  principalId: text.optional(),
});
export type CompromiseEvent = z.infer<typeof compromiseEvent>;

/**
 * A call that CloudTrail has recorded, as EventBridge delivers it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export const recordedCall = z.object({
  'detail-type': z.literal('AWS API Call via CloudTrail'),
  'account': z.string(),
  'detail': z.object({
    eventID: z.string().min(1).max(128),
    eventName: z.string(),
    eventSource: text.optional(),
    requestParameters: z.object({
      roleName: text.optional(),
      userName: text.optional(),
      functionName: text.optional(),
      role: text.optional(),
      name: text.optional(),
      createApiKeyInput: name.optional(),
    }).nullish(),
    responseElements: z.object({ functionArn: text.optional(), name: text.optional(), profile: name.optional() }).nullish(),
  }),
});
export type RecordedCall = z.infer<typeof recordedCall>;
