import { AccountRef, AccountState } from '../account';
import { GoogleApi } from '../api';
import { PolicyHolder } from '../policies';

/** Whose things are wiped. */
export interface WipeTarget {
  readonly account: AccountRef;
  /** As it was when the teardown began. */
  readonly state: AccountState['kind'];
  /** Where grants are looked for. */
  readonly holders: readonly PolicyHolder[];
  /** Names of the secrets that were declared as the agent's own. */
  readonly ownSecrets: readonly string[];
  /** Whether HMAC keys are looked for. */
  readonly hmac: boolean;
}

/** Something that outlives the account, or that would let it act until it is gone. */
export interface Finding {
  /** What it is, such as `user-managed key`. */
  readonly kind: string;
  /** A resource's name. Never a secret. */
  readonly id: string;
  readonly note?: string;
  /** Why it couldn't be looked at: then whether anything is there is not known. */
  readonly unseen?: string;
}

/** Finds and wipes things of one kind. Both parts may be repeated at any time. */
export interface Wiper {
  /** What it looks for, in the plural, as a report says it. */
  readonly name: string;
  list(api: GoogleApi, target: WipeTarget): Promise<Finding[]>;
  wipe(api: GoogleApi, target: WipeTarget, finding: Finding): Promise<void>;
}

export interface WipeReport {
  readonly wiper: string;
  readonly wiped: readonly Finding[];
  /** What should be gone and is still there or couldn't be looked at, each with the reason. */
  readonly remains: readonly Finding[];
}
