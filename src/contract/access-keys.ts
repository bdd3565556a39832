/** Fields of the JSON text in the secret of an access key. */
export const ACCESS_KEY_FIELDS = { id: 'accessKeyId', secret: 'secretAccessKey' } as const;

/** Longest interval between two rotations of an access key, in days. CIS AWS Foundations Benchmark 1.14 and AWS Config's `access-keys-rotated` use the same. */
export const LONGEST_KEY_ROTATION_DAYS = 90;

/** Access keys that an agent may declare. */
export const MOST_ACCESS_KEYS = 5;

/** The action that the exception of an access key names in reports and reviews. */
export const ACCESS_KEY_EXCEPTION = 'iam:CreateAccessKey';
