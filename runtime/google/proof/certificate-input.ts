import { KnownAccount } from './life';
import { TeardownRecord } from './teardown-record';
import { LeftAlone } from '../../certificate';
import { RevocationRecord } from '../../model/revocation';

/** What was done with one account. Each member states what a teardown or the leave observed, and when. */
export interface CertifiedAccount {
  readonly email: string;
  /** The account's unique id. */
  readonly id: string;
  readonly stage: string;
  /** Null: the registry has no record of a teardown of this account. */
  readonly teardown: {
    /** What the first run found: the account, no account, or another account at its address. */
    readonly found: TeardownRecord['account']['found'];
    /** When a run first saw the account disabled. Null if none did. */
    readonly disabledSeenAt: string | null;
    /** When the last run ended. */
    readonly endedAt: string;
    /** Whether nothing remained after the last run. */
    readonly complete: boolean;
    /** Stage to which the agent moved. Null if the agent left. */
    readonly movesTo: string | null;
  } | null;
  /** When Google returned no account with this id. */
  readonly absentAt: string;
}

/** A record of a teardown, with the name of its object. */
export interface NamedRecord {
  readonly name: string;
  readonly record: TeardownRecord;
}

/** What a certificate is made of. */
export interface AccountCertificateInput {
  readonly id: string;
  readonly registry: string;
  readonly project: string;
  readonly agentName: string;
  readonly purpose: string;
  readonly sponsor: { readonly id: string; readonly name: string };
  readonly joinedAt: string;
  readonly by: string;
  readonly accounts: readonly KnownAccount[];
  readonly records: readonly NamedRecord[];
  /** What stays in place on purpose. */
  readonly kept: readonly LeftAlone[];
  readonly chainHead: string;
  /** Absent if the agent declared no access outside of Google Cloud. */
  readonly revocations?: readonly RevocationRecord[];
}
