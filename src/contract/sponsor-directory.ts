/** How the registry reaches the directory of people. It contains no secret. */
export type DirectorySettings =
  | { readonly kind: 'identity-center'; readonly identityStoreId: string; readonly region: string }
  | { readonly kind: 'scim'; readonly baseUrl: string; readonly secretArn: string; readonly attribute?: ScimAttributeName }
  | { readonly kind: 'list'; readonly people: readonly string[] }
  | { readonly kind: 'lambda'; readonly functionArn: string };

/** The attributes of a SCIM user by which it can be looked up. */
export type ScimAttributeName = 'emails.value' | 'userName';

/** What a directory says of a person. */
export const DIRECTORY_STATUSES = ['active', 'inactive', 'unknown'] as const;
export type DirectoryStatus = (typeof DIRECTORY_STATUSES)[number];

/** The directory did not answer, or not clearly. That says nothing of the person. */
export const NO_ANSWER = 'no-answer';

/** The question to the registry's function for the directory. */
export interface DirectoryQuestion {
  readonly emails: readonly string[];
}

/** What the function found out about one address. */
export interface DirectoryAnswer {
  readonly email: string;
  readonly status: DirectoryStatus | typeof NO_ANSWER;
  /** What the directory showed, or why it did not answer: one short line without secrets. */
  readonly evidence: string;
}
