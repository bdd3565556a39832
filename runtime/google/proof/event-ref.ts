import { GENESIS_HASH } from '../../../src/core/hash-chain';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';

/** An event of the agent's chain. */
export interface EventRef {
  /** Its place in the chain, from 1. 0 if the chain has no event. */
  readonly sequence: number;
  readonly hash: string;
}

export function referenceTo(event: Partial<LifecycleEvent> | undefined): EventRef {
  const sequence = Number(event?.sequence ?? 0);
  return { sequence: Number.isInteger(sequence) ? sequence : 0, hash: String(event?.hash ?? GENESIS_HASH) };
}
