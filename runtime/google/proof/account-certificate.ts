import { accountReceipt } from './account-receipt';
import { AccountCertificateInput, CertifiedAccount, NamedRecord } from './certificate-input';
import { KnownAccount } from './life';
import { searched } from './searched';
import { TeardownRecord } from './teardown-record';
import { CertificateCore, certificateText, hashOfText, LeftAlone, WithReceipt } from '../../certificate';
import { certifiedRevocation, CertifiedRevocation } from '../../evidence/certified-revocation';
import { noLongerPaid } from '../../model/revocation';
import { NOT_SEARCHED } from '../wipers';

/** Proof that an agent has left Google. It rests on the records of teardowns, and on a look at each account during the leave. */
export interface AccountCertificate extends CertificateCore {
  readonly cloud: 'google';
  /** Every account that the agent had since it joined. */
  readonly principals: readonly CertifiedAccount[];
  /** The records of teardowns that the certificate rests on, with the SHA-256 of their texts. */
  readonly records: readonly { readonly name: string; readonly sha256: string }[];
  /** Absent if the agent declared no access outside of Google Cloud. */
  readonly revocations?: readonly CertifiedRevocation[];
  /** What is no longer paid each month for what no longer exists, by currency. */
  readonly noLongerPaid?: Readonly<Record<string, number>>;
}

/** Builds the certificate. `leftAt` is when each account was confirmed as deleted. */
export function buildAccountCertificate(
  { project, accounts, records, kept, revocations, ...input }: AccountCertificateInput, leftAt: string,
): WithReceipt<AccountCertificate> {
  const { wipers, leftAlone: notWiped } = searched(records.map(({ record }) => record));
  const isMissing = ({ note }: LeftAlone) => note.startsWith(NOT_SEARCHED);
  const leftAlone = [...notWiped.filter((one) => !isMissing(one)), ...kept];
  const notSearched = [...new Set(notWiped.filter(isMissing).map(({ id, note }) => `${id}: ${note.slice(NOT_SEARCHED.length)}`))];
  const principals = accounts.map((account) => certifiedAccount(account, records.map(({ record }) => record), leftAt));
  return {
    kind: 'decommission-certificate',
    version: 4,
    cloud: 'google',
    ...input,
    account: project,
    leftAt,
    principals,
    wipers,
    leftAlone,
    ...revocations === undefined ? {} : { revocations: revocations.map(certifiedRevocation), noLongerPaid: noLongerPaid({ revocations }) },
    records: records.map(({ name, record }) => ({ name, sha256: hashOfText(certificateText(record)) })),
    receipt: accountReceipt({ requester: input.by, owner: input.sponsor.id, leftAt, principals, wipers, leftAlone, notSearched }),
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
