import { createHash } from 'node:crypto';
import { canonicalJson } from '../../src/core/canonical-json';
import { GrantRecord, StageAccessRecord } from '../model/placement-state';

/**
 * The declared access of one stage. known: the text has the digest that the ledger recorded. partly: some grants are in the template only, which could not
 * be read. differs: the text has another digest, so it is not what was declared.
 */
export interface DeclaredStage {
  readonly stage: string;
  readonly digest: string;
  readonly text: 'known' | 'partly' | 'differs';
  /** Empty if the text differs. */
  readonly grants: readonly GrantRecord[];
}

/**
 * The text of each stage's access, compared with its recorded digest. The ledger lists only a part of long access; the template has all of it.
 *
 * @param inTemplate grants by stage, as the template's metadata has them
 */
export function declaredStages(stages: readonly StageAccessRecord[], inTemplate: ReadonlyMap<string, readonly GrantRecord[]>): DeclaredStage[] {
  return stages.map(({ stage, digest, grants, omitted }) => {
    const all = omitted === 0 ? grants : inTemplate.get(stage);
    if (all === undefined) {
      return { stage, digest, text: 'partly', grants };
    }
    return digestOfGrants(all) === digest ? { stage, digest, text: 'known', grants: all } : { stage, digest, text: 'differs', grants: [] };
  });
}

/** The digest that the construct computes. It covers the grants in the form in which the template has them. */
export function digestOfGrants(grants: readonly GrantRecord[]): string {
  const inTemplate = grants.map(({ effect, actions, resources, condition }) => ({
    ...(effect === undefined ? {} : { Effect: effect }),
    Actions: [...actions],
    Resources: [...resources],
    ...(condition === undefined ? {} : { Condition: condition }),
  }));
  return createHash('sha256').update(canonicalJson(inTemplate)).digest('hex');
}
