import { Finding, WipeReport, Wiper } from './wiper';
import { reasonOf } from '../../src/core/errors';

/** A running wiper: what it found, and its result. */
interface WiperRun {
  /** What the first search found. Nothing of it is wiped yet. */
  readonly found: Promise<WipeReport>;
  /**
   * Wipes each finding and searches again. If one finding can't be wiped, the others still are. Only what the second search doesn't find is reported
   * as wiped.
   */
  wipe(): Promise<WipeReport>;
}

export interface Clock {
  readonly now: () => Date;
}

export function runWiper<Context extends Clock, Target>(context: Context, wiper: Wiper<Context, Target>, target: Target): WiperRun {
  const looking = wiper.list(context, target);
  // A caller that only calls `wipe` receives the error there.
  looking.catch(() => undefined);
  return {
    get found() {
      return looking.then((found) => (
        reportOf(context, wiper.name, found, actedOn(found).map((finding) => ({ ...finding, note: 'not looked at again yet' })), found)));
    },
    async wipe() {
      const found = await looking;
      const failures = new Map<string, string>();
      for (const finding of actedOn(found).filter(({ unseen }) => unseen === undefined)) {
        try {
          await wiper.wipe(context, target, finding);
        } catch (error) {
          failures.set(finding.id, reasonOf(error));
        }
      }
      const again = await wiper.list(context, target);
      const remains = actedOn(again).map((finding): Finding => (
        { ...finding, note: finding.unseen ?? failures.get(finding.id) ?? 'still there after it was wiped' }));
      return reportOf(context, wiper.name, found, remains, again);
    },
  };
}

/**
 * Merges the reports of two attempts. What the earlier attempt found is part of the proof, and counts as wiped if the later attempt doesn't find it.
 */
export function mergeReports(earlier: WipeReport | undefined, later: WipeReport): WipeReport {
  const found = [...new Map([...earlier?.found ?? [], ...later.found].map((finding) => [finding.id, finding])).values()];
  return { ...later, found, wiped: wipedOf(found, [...later.remains, ...later.reportedOnly]) };
}

function actedOn(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.actedOn);
}

/** Findings that no longer exist. A place that could not be searched was no finding. */
function wipedOf(found: readonly Finding[], there: readonly Finding[]): Finding[] {
  const ids = new Set(there.map(({ id }) => id));
  return actedOn(found).filter(({ id, unseen }) => unseen === undefined && !ids.has(id));
}

function reportOf(context: Clock, wiper: string, found: readonly Finding[], remains: readonly Finding[], seen: readonly Finding[]): WipeReport {
  return {
    wiper,
    found,
    wiped: wipedOf(found, seen),
    remains,
    reportedOnly: seen.filter((finding) => !finding.actedOn),
    verifiedAt: context.now().toISOString(),
  };
}
