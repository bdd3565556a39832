import { TeardownRecord } from './teardown-record';
import { CertificateCore, CertifiedWiper, LeftAlone } from '../../certificate';

interface Open extends LeftAlone {
  readonly seenBy: TeardownRecord;
}

/** What is known of one wiper's items on one account after some runs of its teardown. */
interface Known {
  readonly found: Set<string>;
  readonly wiped: Set<string>;
  /** What remained when it was last searched for. */
  readonly open: Map<string, Open>;
  readonly reportedOnly: Map<string, LeftAlone>;
  checkedAt: string;
}

/**
 * What teardowns found and wiped, wiper by wiper. What a run left counts as wiped only if a later run on the same account searched the same places and
 * did not find it: between two runs the agent may have lost a place from its declaration.
 */
export function searched(records: readonly TeardownRecord[]): Pick<CertificateCore, 'wipers' | 'leftAlone'> {
  const accounts = new Map<string | null, TeardownRecord[]>();
  for (const record of records) {
    accounts.set(record.account.uniqueId, [...accounts.get(record.account.uniqueId) ?? [], record]);
  }
  const known = [...accounts.values()].flatMap((runs) => [...afterRuns(runs)]);
  const names = [...new Set(known.map(([wiper]) => wiper))].sort();
  return {
    wipers: names.map((wiper): CertifiedWiper => {
      const all = known.filter(([name]) => name === wiper).map(([, one]) => one);
      const [checkedAt] = all.map((one) => one.checkedAt).sort().reverse();
      return { wiper, found: all.flatMap(({ found }) => [...found]), wiped: all.flatMap(({ wiped }) => [...wiped]), checkedAt };
    }),
    leftAlone: [
      ...known.flatMap(([, { reportedOnly }]) => [...reportedOnly.values()]),
      ...known.flatMap(([, { open }]) => [...open.values()].map(({ id, note, seenBy }) => ({ id, note: `remained at ${seenBy.recordedAt}: ${note}` }))),
      ...records.filter(({ account }) => account.found === 'replaced').map(({ account }) => ({ id: account.email, note: `another account had the address at ${account.seenAt}` })),
    ],
  };
}

function afterRuns(runs: readonly TeardownRecord[]): Map<string, Known> {
  const known = new Map<string, Known>();
  for (const run of runs) {
    for (const { wiper, found, wiped, remains, reportedOnly, checkedAt } of run.wipers) {
      const one = known.get(wiper) ?? { found: new Set(), wiped: new Set(), open: new Map(), reportedOnly: new Map(), checkedAt };
      known.set(wiper, one);
      found.forEach((id) => one.found.add(id));
      wiped.forEach((id) => one.wiped.add(id) && one.open.delete(id));
      for (const [id, { seenBy }] of one.open) {
        if (covers(run, seenBy)) {
          one.open.delete(id);
          // A place that could not be searched was nothing found.
          if (one.found.has(id)) {
            one.wiped.add(id);
          }
        }
      }
      for (const { id, note } of remains) {
        one.open.set(id, { id, note, seenBy: run });
        one.wiped.delete(id);
      }
      one.reportedOnly.clear();
      reportedOnly.forEach(({ id, note }) => one.reportedOnly.set(id, { id, note }));
      one.checkedAt = checkedAt;
    }
  }
  return known;
}

/** Whether a run searched everything that an earlier one searched. Nothing of an account is searched once another account has its address. */
function covers(later: TeardownRecord, earlier: TeardownRecord): boolean {
  return later.account.found !== 'replaced' && earlier.searched.every((place) => later.searched.includes(place));
}
