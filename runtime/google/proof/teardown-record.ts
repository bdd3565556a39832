import { EventRef } from './event-ref';
import { LeftAlone } from '../../certificate';
import { Finding, WipeReport } from '../../wiping';
import { AccountState } from '../account';
import { TeardownReport } from '../teardown/run-teardown';
import { NOT_SEARCHED } from '../wipers';

/** What one wiper found, did and saw. */
export interface RecordedWiper {
  readonly wiper: string;
  readonly found: readonly string[];
  /** Found before, and not found by a second search. */
  readonly wiped: readonly string[];
  readonly remains: readonly LeftAlone[];
  readonly reportedOnly: readonly LeftAlone[];
  readonly checkedAt: string;
}

/** What one run of a teardown did and saw. It is written once, and never changed. */
export interface TeardownRecord {
  readonly kind: 'teardown-record';
  readonly version: 1;
  readonly project: string;
  readonly agentName: string;
  /** Stage that was torn down. */
  readonly stage: string;
  /** Stage to which the agent moves. Null if it leaves. */
  readonly movesTo: string | null;
  /** The stack that was destroyed or changed. */
  readonly by: string;
  readonly recordedAt: string;
  /** The last event of the agent's chain when the teardown ended. */
  readonly follows: EventRef;
  readonly account: {
    readonly email: string;
    /** Null if the run began after the account was deleted: it wiped what outlives the account. */
    readonly uniqueId: string | null;
    readonly found: AccountState['kind'];
    /** Whether the account was seen to be disabled. Null if it was not there. */
    readonly disabled: boolean | null;
    readonly seenAt: string;
    /** What went wrong with the account itself. */
    readonly remains: readonly LeftAlone[];
  };
  /** Names of the places whose policies were searched, of the agent's own secrets, and of a scope that was searched as a whole. */
  readonly searched: readonly string[];
  readonly wipers: readonly RecordedWiper[];
  /** Whether nothing remained. */
  readonly complete: boolean;
}

/** Describes a run of a teardown. */
export function teardownRecord(
  { input, account, seenAt, ofAccount, wipes, remains }: TeardownReport, movesTo: string | undefined, follows: EventRef, recordedAt: string,
): TeardownRecord {
  return {
    kind: 'teardown-record',
    version: 1,
    project: input.account.project,
    agentName: input.agentName,
    stage: input.stage,
    movesTo: movesTo ?? null,
    by: input.records?.actor ?? 'unknown',
    recordedAt,
    follows,
    account: {
      email: input.account.email,
      uniqueId: input.afterAccount ? null : input.account.uniqueId,
      found: account.kind,
      disabled: account.kind === 'present' ? account.disabled : null,
      seenAt,
      remains: ofAccount.map(noted),
    },
    searched: [...input.holders.map(({ name }) => name), ...input.ownSecrets, ...searchedScope(input.beyond?.scope, wipes)],
    wipers: wipes.map(recordedWiper),
    complete: remains.length === 0,
  };
}

/** Whether a text is a record of this agent. Anyone who may write to the bucket can have written something else there. */
export function isTeardownRecord(value: object, { project, agentName }: Pick<TeardownRecord, 'project' | 'agentName'>): value is TeardownRecord {
  const { kind, version, account, follows, wipers, searched, ...record } = value as Partial<TeardownRecord>;
  return kind === 'teardown-record' && version === 1 && record.project === project && record.agentName === agentName
    && areTexts(record.stage, record.by, record.recordedAt, account?.email, account?.found, account?.seenAt, follows?.hash)
    && (record.movesTo === null || areTexts(record.movesTo)) && (account?.uniqueId === null || areTexts(account?.uniqueId))
    && Number.isInteger(follows?.sequence) && typeof record.complete === 'boolean'
    && isNoted(account?.remains) && isList(searched, (name) => areTexts(name)) && isList(wipers, isWiper);
}

/** The declared scope, unless the search in it failed. */
function searchedScope(scope: string | undefined, wipes: readonly WipeReport[]): string[] {
  const isMissing = wipes.some(({ reportedOnly }) => reportedOnly.some(({ id, note }) => id === scope && note?.startsWith(NOT_SEARCHED) === true));
  return scope === undefined || isMissing ? [] : [scope];
}

function recordedWiper({ wiper, found, wiped, remains, reportedOnly, verifiedAt }: WipeReport): RecordedWiper {
  return {
    wiper,
    // A place that could not be searched is not something found. It is among what remains.
    found: found.filter(({ unseen }) => unseen === undefined).map(({ id }) => id),
    wiped: wiped.map(({ id }) => id),
    remains: remains.map(noted),
    reportedOnly: reportedOnly.map(noted),
    checkedAt: verifiedAt,
  };
}

function noted({ id, note, unseen }: Finding): LeftAlone {
  return { id, note: note ?? unseen ?? '' };
}

function isWiper(value: Partial<RecordedWiper> | null): boolean {
  const { wiper, checkedAt, found, wiped, remains, reportedOnly } = value ?? {};
  return areTexts(wiper, checkedAt)
    && [found, wiped].every((ids) => isList(ids, (id) => areTexts(id)))
    && [remains, reportedOnly].every(isNoted);
}

function isNoted(value: unknown): boolean {
  return isList<{ id?: unknown; note?: unknown } | null>(value, (each) => areTexts(each?.id, each?.note));
}

function isList<T>(value: unknown, isOne: (item: T) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function areTexts(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'string');
}
