/** Kinds of long-lived keys that the engine makes for a user of an agent. The first one is that of a declaration without a kind. */
export const USER_KEY_KINDS = ['access-key', 'bedrock-api-key'] as const;

export type UserKeyKind = (typeof USER_KEY_KINDS)[number];

interface UserKeyFacts {
  /** The action that its exception names in reports and reviews. */
  readonly exception: string;
  /** Fields of the JSON text in its secret. */
  readonly fields: { readonly id: string; readonly secret: string };
}

/** What the construct and the engine must agree on. */
export const USER_KEYS: { readonly [K in UserKeyKind]: UserKeyFacts } = {
  'access-key': { exception: 'iam:CreateAccessKey', fields: { id: 'accessKeyId', secret: 'secretAccessKey' } },
  'bedrock-api-key': { exception: 'iam:CreateServiceSpecificCredential', fields: { id: 'apiKeyId', secret: 'apiKey' } },
};

/** Longest interval between two rotations of an access key, in days. CIS AWS Foundations Benchmark 1.14 and AWS Config's `access-keys-rotated` use the same. */
export const LONGEST_KEY_ROTATION_DAYS = 90;

/** Keys of all kinds that an agent may declare. */
export const MOST_ACCESS_KEYS = 5;

/**
 * The service of an API key of Amazon Bedrock, which is a service-specific credential of an IAM user.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
 */
export const BEDROCK_SERVICE = 'bedrock.amazonaws.com';

interface BedrockKeyTimes {
  readonly rotateSeconds: number;
  readonly graceSeconds: number;
  /** End of the exception. */
  readonly until: string;
}

const DAY_SECONDS = 86_400;

/** How late a sweep may be, in days, before IAM ends a key that is still in use. */
const SPARE_DAYS = 1;

/**
 * For how many days IAM accepts a key of Bedrock that is made now, whatever becomes of the engine: until it would have been deleted as a replaced key, and not past the end of the exception by more than the
 * rest of that day. IAM counts whole days, at least one.
 */
export function bedrockKeyDays({ rotateSeconds, graceSeconds, until }: BedrockKeyTimes, now: Date): number {
  const life = Math.ceil((rotateSeconds + 2 * graceSeconds) / DAY_SECONDS) + SPARE_DAYS;
  const rest = Math.ceil((Date.parse(until) - now.getTime()) / (DAY_SECONDS * 1000));
  return Math.max(1, Math.min(life, rest));
}

/** The longest of these: a grace is less than a third of the interval. */
export const LONGEST_BEDROCK_KEY_DAYS = Math.ceil(LONGEST_KEY_ROTATION_DAYS * (5 / 3)) + SPARE_DAYS;
