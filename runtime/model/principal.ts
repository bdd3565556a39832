/** Unique id of an IAM role (`AROA...`). A role that is created again under the same name has a different id. */
export type RoleId = string;

/** A principal as CloudFormation names it. */
export interface PrincipalRef {
  /** ARN of the permissions boundary that its template declares. */
  readonly boundary?: string;
  readonly roleId: RoleId;
  readonly roleName: string;
  readonly roleArn: string;
  readonly path: string;
  readonly stage: string;
  /** Whether the principal has an inline guard of its own, because it declares other identities to assume or to pass. */
  readonly ownGuard?: boolean;
  /** Number of managed policies of its template that continue its access. Absent if it has no such policy. */
  readonly accessParts?: number;
  /** Name of the role through which the engine reaches an adopted role. Set only if the principal is one: another team's stack owns it. */
  readonly reach?: string;
}

/** A role as it was before its adoption. */
export interface BeforeAdoption {
  readonly at: string;
  /** As IAM returned it, character for character. */
  readonly trust: string;
  readonly boundary: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** SHA-256 of each inline policy, by name. */
  readonly inline: Readonly<Record<string, string>>;
  readonly attached: readonly string[];
}

/**
 * live: not denied by the engine. quarantined: denied everything, can be restored. retiring: its teardown has begun. retired: torn down, and a second
 * search confirmed it. released: an adopted role that was given back as it was.
 */
export type PrincipalStatus = 'live' | 'quarantined' | 'retiring' | 'retired' | 'released';

/** By which means a quarantined principal is denied everything. */
export type DenialMeans = 'permissions-boundary' | 'attached-policy' | 'inline-policy';

/** A denial that was carried out. */
export interface Denial {
  /** When the denial began. Sessions from before this instant are denied. */
  readonly at: string;
  readonly by: readonly DenialMeans[];
  /** When IAM's policy simulator confirmed the denial. Absent until then. */
  readonly confirmedAt?: string;
}
