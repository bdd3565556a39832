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

/** What an identity is used by. `aws-created` and `service-linked` are AWS's own. */
export type IdentityKind = 'machine' | 'human' | 'service-linked' | 'aws-created';

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
  readonly type: 'role' | 'user' | 'root' | 'roles-anywhere-subject';
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
  /** Services that its policies allow, and when each was last used. Only if asked for. */
  readonly services?: readonly { readonly name: string; readonly lastUsedAt?: string }[];
}

/** A role or a user of the inventory, with what was found about it. */
export interface InventoryRow extends Identity {
  readonly findings: readonly Finding[];
}

/** An inventory of one or more accounts. */
export interface Inventory {
  readonly takenAt: string;
  readonly accounts: readonly { readonly account: string; readonly name?: string; readonly reportAt?: string }[];
  /** Accounts that could not be read, and why. */
  readonly unread: readonly { readonly account: string; readonly name?: string; readonly reason: string }[];
  readonly rows: readonly InventoryRow[];
}
