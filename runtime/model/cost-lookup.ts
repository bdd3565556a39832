import type { PlacementState } from './placement-state';
import type { RevokerRecord } from './revocation';
import type { SeenCost } from './usage';
import { CostRecord, CostTag } from '../../src/core/monthly-cost';

/** What Cost Explorer said of the tags of an agent's revokers. */
export interface CostLookup {
  /** When it was last asked. */
  readonly at: string;
  /** When it is asked next. */
  readonly nextAt: string;
  /** By the text of the tag. */
  readonly seen: Readonly<Record<string, SeenCost>>;
}

type Looked = Pick<PlacementState, 'agenda'>;

export function tagText({ key, value }: CostTag): string {
  return `${key}=${value}`;
}

/** The tags of these revokers, each once. */
export function costTagsOf(revokers: readonly RevokerRecord[]): CostTag[] {
  return [...new Map(revokers.flatMap(({ costTag }) => (costTag === undefined ? [] : [[tagText(costTag), costTag] as const]))).values()];
}

/** What access costs each month, as declared or as last looked up. Undefined if it is not known, which is never zero. */
export function costOf({ monthlyCost, costTag }: Pick<RevokerRecord, 'monthlyCost' | 'costTag'>, { agenda }: Looked): CostRecord | undefined {
  const { amount, unit } = (costTag === undefined ? undefined : agenda?.costs?.seen[tagText(costTag)]) ?? {};
  return monthlyCost ?? (amount === undefined || unit === undefined ? undefined : { amount, currency: unit });
}

/** The revoker as a leave records it: with the cost that is known then. */
export function withCost(revoker: RevokerRecord, state: Looked): RevokerRecord {
  const monthlyCost = costOf(revoker, state);
  return monthlyCost === undefined ? revoker : { ...revoker, monthlyCost };
}

/** The lookup after Cost Explorer was asked again. If it did not answer, what it said before is kept. */
export function costsAfter(before: CostLookup | undefined, tags: readonly CostTag[], answers: ReadonlyMap<string, SeenCost>, times: Pick<CostLookup, 'at' | 'nextAt'>): CostLookup {
  const seen = tags.flatMap((tag): [string, SeenCost][] => {
    const text = tagText(tag);
    const known = before?.seen[text];
    const answer = answers.get(text);
    const kept = answer === undefined || (answer.unanswered === true && known?.amount !== undefined) ? known : answer;
    return kept === undefined ? [] : [[text, kept]];
  });
  return { ...times, seen: Object.fromEntries(seen) };
}
