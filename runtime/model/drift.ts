/** What IAM shows of a principal, compared with what its template declares. */
export interface SeenPrincipal {
  readonly boundary?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Prefix of the keys of the tags that are reserved. */
  readonly tagPrefix: string;
  /** Inline and attached policies that neither the template nor the registry declares. */
  readonly added: AddedPolicies;
  /** Names that the registry never removes, because a deployment or a denial may have brought them. */
  readonly protectedNames: readonly string[];
  /** Policies of the template and the registry that the principal doesn't have. */
  readonly missing: readonly string[];
  /** Instance profiles that have the role, and that its stack does not have. */
  readonly profiles: readonly string[];
  /** How the Deny of reviews differs from what was decided, if it does. */
  readonly reduction?: 'vanished' | 'changed';
  /** What only a digest of an earlier check can be compared with, by what it is. */
  readonly parts: Readonly<Record<string, SeenPart>>;
}

/** Policies of a principal that its template does not have. */
export interface AddedPolicies {
  /** Names of inline policies. */
  readonly inline: readonly string[];
  /** ARNs of attached policies. */
  readonly attached: readonly string[];
}

/** A part of a principal that its declaration can't be compared with, because the declaration has references and the part has their values. */
export interface SeenPart {
  /** SHA-256 of the part as IAM returns it, hex. */
  readonly digest: string;
  /** Identifies CloudFormation's last write of it. */
  readonly writtenAt: string;
}

/** What a check of a principal saw. */
export type DriftLook =
  /** IAM or CloudFormation did not answer, or they contradict each other. */
  | { readonly kind: 'unknown'; readonly reason: string }
  /** A deployment is running. `settles`: it has just ended, and IAM may not show all of it yet. */
  | { readonly kind: 'deploying'; readonly settles: boolean }
  /** The role does not exist, or another role has its name. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'seen'; readonly principal: SeenPrincipal };

export const NOT_LOOKED: DriftLook = { kind: 'unknown', reason: 'not looked at' };

/** The difference between what the last deployment made and what there is. It names things and never contains a policy or a tag's value. */
export interface Drift {
  readonly appeared: readonly string[];
  readonly vanished: readonly string[];
  readonly changed: readonly string[];
  /** Number of further lines that only the digest covers. */
  readonly omitted: number;
  /** SHA-256 of the whole difference, hex. */
  readonly digest: string;
  /** A short digest of each line, so that what is left of a known finding is not taken for another one. Absent if there are too many lines. */
  readonly lines?: readonly string[];
}

export interface FoundDrift extends Drift {
  readonly since: string;
  /** What of it the registry may remove. */
  readonly removable: AddedPolicies;
  /** What it tried to remove in vain, each with the reason. */
  readonly notRemoved?: readonly string[];
}

/** What the checks of an agent for drift have found. */
export interface DriftRecord {
  /** The principal that was checked. */
  readonly roleId: string;
  /** Digest of the declaration at the last check. A deployment with another declaration is followed by a check. */
  readonly declaration: string;
  readonly checkAt: string;
  /** Parts as they were at the first check after CloudFormation wrote them. */
  readonly baseline?: Readonly<Record<string, SeenPart>>;
  /** Instance profiles of other stacks at the first check of the principal. */
  readonly profiles?: readonly string[];
  readonly found?: FoundDrift;
  /** When the engine tries again to remove what it could not remove. */
  readonly removeAgainAt?: string;
}
