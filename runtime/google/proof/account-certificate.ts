import { KnownAccount } from './life';
import { searched } from './searched';
import { TeardownRecord } from './teardown-record';
import { CertificateCore, certificateText, hashOfText } from '../../certificate';

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

/** Proof that an agent has left Google. It rests on the records of teardowns, and on a look at each account during the leave. */
export interface AccountCertificate extends CertificateCore {
  readonly cloud: 'google';
  /** Every account that the agent had since it joined. */
  readonly principals: readonly CertifiedAccount[];
  /** The records of teardowns that the certificate rests on, with the SHA-256 of their texts. */
  readonly records: readonly { readonly name: string; readonly sha256: string }[];
}

export interface NamedRecord {
  readonly name: string;
  readonly record: TeardownRecord;
}

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
  readonly chainHead: string;
}

/** Builds the certificate. `leftAt` is when each account was confirmed as deleted. */
export function buildAccountCertificate({ project, accounts, records, ...input }: AccountCertificateInput, leftAt: string): AccountCertificate {
  return {
    kind: 'decommission-certificate',
    version: 3,
    cloud: 'google',
    ...input,
    account: project,
    leftAt,
    principals: accounts.map((account) => certifiedAccount(account, records.map(({ record }) => record), leftAt)),
    ...searched(records.map(({ record }) => record)),
    records: records.map(({ name, record }) => ({ name, sha256: hashOfText(certificateText(record)) })),
  };
}

/** The accounts of events, and those that only teardowns saw: the run that records a move may have failed. */
export function allAccounts(known: readonly KnownAccount[], records: readonly NamedRecord[]): KnownAccount[] {
  const torn = records.flatMap(({ record: { account: { email, uniqueId }, stage } }) => (uniqueId === null ? [] : [{ uniqueId, email, stage }]));
  return [...new Map([...torn, ...known].map((account) => [account.uniqueId, account])).values()];
}

function certifiedAccount({ uniqueId, email, stage }: KnownAccount, records: readonly TeardownRecord[], absentAt: string): CertifiedAccount {
  const runs = records.filter(({ account }) => account.uniqueId === uniqueId);
  const last = runs.at(-1);
  return {
    email,
    id: uniqueId,
    stage,
    teardown: last === undefined ? null : {
      found: runs[0].account.found,
      disabledSeenAt: runs.find(({ account }) => account.disabled)?.account.seenAt ?? null,
      endedAt: last.recordedAt,
      complete: last.complete,
      movesTo: last.movesTo,
    },
    absentAt,
  };
}
