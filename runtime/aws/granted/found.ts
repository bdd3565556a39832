/** Policies that were read, and those that could not be. */
export interface FoundPolicies {
  readonly found: readonly { readonly document: string; readonly source: string }[];
  readonly unread: readonly UnreadPolicy[];
}

export interface UnreadPolicy {
  readonly what: string;
  readonly reason: string;
}
