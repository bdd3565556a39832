/** An item that outlives an identity or blocks its deletion. */
export interface Finding {
  /** Name of the wiper that found it. */
  readonly wiper: string;
  /** What it is, such as `access-key`. */
  readonly kind: string;
  /** The name of a resource, or a path such as `user/x/access-key/AKIA...`. Never a secret. */
  readonly id: string;
  /** False: the finding is reported and not changed. */
  readonly actedOn: boolean;
  readonly note?: string;
  /** Why the place `id` could not be searched. Nothing is wiped there, and it counts as remaining. */
  readonly unseen?: string;
}

/** Finds and wipes one kind of item. Both parts may be repeated at any time. */
export interface Wiper<Context, Target> {
  /** The kind of item that it finds, in the plural. */
  readonly name: string;
  /** Where it looks, as documents and certificates say it. */
  readonly source: string;
  /** What it can't find. */
  readonly gaps: readonly string[];
  list(context: Context, target: Target): Promise<Finding[]>;
  wipe(context: Context, target: Target, finding: Finding): Promise<void>;
}

export interface WipeReport {
  readonly wiper: string;
  readonly found: readonly Finding[];
  readonly wiped: readonly Finding[];
  /** Items that should be deleted and still exist or could not be checked, each with the reason. */
  readonly remains: readonly Finding[];
  readonly reportedOnly: readonly Finding[];
  readonly verifiedAt: string;
}
