import { Caller } from '../../src/core/identities/caller';
import { OwaspItem, Severity } from '../../src/core/identities/finding-rules';
import { Power } from '../../src/core/identities/power';

/** The stack or tool that created an identity. */
export interface Maker {
  readonly tool: string;
  readonly stack?: string;
  readonly evidence: string;
}

/** A likely sponsor. */
export interface Sponsorship {
  readonly who: string;
  readonly evidence: string;
}

export interface Finding {
  readonly owasp: OwaspItem;
  /** Name of the rule. */
  readonly rule: string;
  readonly severity: Severity;
  readonly detail: string;
}

/**
 * What an identity is used by. `aws-created` and `service-linked` are AWS's own. The last two are no identities: `federation` lets identities from outside assume roles,
 * and `catalogue` is the record of an agent in AWS Agent Registry.
 */
export const IDENTITY_KINDS = ['machine', 'human', 'service-linked', 'aws-created', 'federation', 'catalogue'] as const;
export type IdentityKind = (typeof IDENTITY_KINDS)[number];

export type IdentityType = 'role' | 'user' | 'root' | 'roles-anywhere-subject' | 'roles-anywhere-profile' | 'roles-anywhere-trust-anchor' | 'agent-registry-record';

/** Whether an agent is in AWS Agent Registry, in a registry of this library, or in both. */
export interface Catalogue {
  readonly match: 'both' | 'only-here' | 'only-there';
  /** Name of the registry in AWS Agent Registry, and the state of the record there. */
  readonly registry?: string;
  readonly status?: string;
}

/** A long-lived secret of an identity. IAM's reports do not name access keys, so they are numbered as there. */
export interface Key {
  readonly name: string;
  readonly active: boolean;
  readonly createdAt?: string;
  readonly ageDays?: number;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  /** Service and region of the last use. */
  readonly lastUsedBy?: string;
}

/** What is known of a role or a user before it is judged. */
export interface Identity {
  readonly account: string;
  readonly accountName?: string;
  readonly type: IdentityType;
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly kind: IdentityKind;
  /** Why it is of this kind. */
  readonly kindBecause: string;
  readonly createdAt: string;
  readonly lastUsed?: { readonly at: string; readonly by: string };
  /** Who can assume the role. */
  readonly assumedBy: readonly Caller[];
  readonly keys: readonly Key[];
  /** A password for the console. */
  readonly console?: { readonly mfa: boolean; readonly lastUsedAt?: string };
  readonly power: Power;
  readonly madeBy?: Maker;
  /** Likely sponsors, the likeliest first. */
  readonly sponsors: readonly Sponsorship[];
  /** The agent of a registry that it is, by its tags. */
  readonly agent?: { readonly name: string; readonly registry: string };
  /** Roles that a certificate, a profile, a trust anchor or the runtime of a record leads to, by ARN. */
  readonly roles?: readonly string[];
  /** Only if asked for. */
  readonly catalogue?: Catalogue;
  /** Services that its policies allow, and when each was last used. Only if asked for. */
  readonly services?: readonly { readonly name: string; readonly lastUsedAt?: string }[];
}

/** A role or a user of the inventory, with what was found about it. */
export interface InventoryRow extends Identity {
  readonly findings: readonly Finding[];
}

/** An account that could not be read, or only one service of it. */
export interface Unread {
  readonly account: string;
  readonly name?: string;
  /** What was asked for besides the base pass. Absent: the account. */
  readonly service?: string;
  readonly reason: string;
}

/** An inventory of one or more accounts. */
export interface Inventory {
  readonly takenAt: string;
  readonly accounts: readonly { readonly account: string; readonly name?: string; readonly reportAt?: string }[];
  /** What could not be read, and why. */
  readonly unread: readonly Unread[];
  readonly rows: readonly InventoryRow[];
}
