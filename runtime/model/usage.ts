/** What one source says about the use of a principal. */
export type UsageVerdict = 'used' | 'unused' | 'unknown';

/** One source's answer, with its evidence. */
export interface UsageSignal {
  readonly source: string;
  readonly verdict: UsageVerdict;
  /** What the source said, in words. */
  readonly evidence: string;
  /** Last use that the source knows. */
  readonly lastUsedAt?: string;
}

/** What is known of the use of an agent's present principal. */
export interface Usage {
  /** When its role was created. A role that is younger than the longest idle time can't be judged. Absent if the role could not be read. */
  readonly createdAt?: string;
  readonly signals: readonly UsageSignal[];
}

/** One use is enough to be used. Nobody is judged as unused while a source doesn't answer. */
export function verdictOf({ signals }: Usage): UsageVerdict {
  const says = (verdict: UsageVerdict): boolean => signals.some((signal) => signal.verdict === verdict);
  return says('used') ? 'used' : says('unknown') || signals.length === 0 ? 'unknown' : 'unused';
}

/** The verdict of a source that knows the last use of some things, undefined for one that was not used. */
export function verdictOn(uses: readonly (Date | undefined)[], idleDays: number, now: Date): Omit<UsageSignal, 'source'> {
  const [last] = uses.flatMap((use) => use ?? []).sort((one, other) => other.getTime() - one.getTime());
  if (last === undefined) {
    return { verdict: 'unused', evidence: 'no use within its tracking period' };
  }
  const since = now.getTime() - idleDays * 86_400_000;
  return {
    verdict: last.getTime() >= since ? 'used' : 'unused',
    evidence: `last used at ${last.toISOString()}`,
    lastUsedAt: last.toISOString(),
  };
}

/** What is known of the use of one service. */
export interface ServiceUse {
  readonly verdict: UsageVerdict;
  readonly evidence: string;
  readonly lastUsedAt?: string;
}

/** What AWS charged in some days, as Cost Explorer knew it. */
export interface SeenCost {
  readonly from: string;
  /** Not included. */
  readonly to: string;
  readonly readAt: string;
  /** Absent if Cost Explorer records nothing, or did not answer. */
  readonly amount?: number;
  readonly unit?: string;
  /** Why there is no amount. */
  readonly missing?: string;
  /** Cost Explorer did not answer. */
  readonly unanswered?: true;
}
