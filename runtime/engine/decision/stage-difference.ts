import { differenceOf } from './access-difference';
import { EVERY_STAGE } from '../../../src/contract/lifecycle-resource';
import { Declared } from '../../model/placement-state';

/** What an agent may do more, and what it may do no more, after a move. */
export interface StageDifference {
  readonly widened: readonly string[];
  readonly narrowed: readonly string[];
  /** Some access is too long to be listed. Only the digest covers it. */
  readonly isPartial: boolean;
}

/** Compares what is declared for the present stage with what is declared for the stage of a move. Without a present stage, all is new. */
export function stageDifference(from: Declared | undefined, to: Declared): StageDifference {
  const before = from === undefined ? { ...to, access: undefined, exceptions: [] } : inForce(from, to.stage);
  const after = inForce(to, to.stage);
  const { widened, narrowed, notCompared } = differenceOf(before, after);
  return { widened, narrowed, isPartial: notCompared.length > 0 };
}

/** The access that the agent has in its stage, as if it were of the stage `as`, so that the two can be compared. */
export function inForce({ access, ...declared }: Declared, as: string): Declared {
  return {
    ...declared,
    ...(access === undefined ? {} : {
      access: {
        ...access,
        stages: access.stages.filter(({ stage }) => stage === declared.stage || stage === EVERY_STAGE)
          .map((one) => ({ ...one, stage: one.stage === EVERY_STAGE ? EVERY_STAGE : as })),
      },
    }),
  };
}
