import { CutName } from '../../src/contract/cuts';

/** Something that a suspension switched off. */
export interface CutChange {
  readonly id: string;
  /** What a resumption puts back. Null if nothing can be put back. */
  readonly was: string | null;
}

/** One means of a suspension besides the denial of the principals. */
export interface CutRecord {
  readonly name: CutName;
  /** Written before anything is changed. What was off before is not listed, because a resumption must not switch it on. */
  readonly changes: readonly CutChange[];
  /** Number of further changes that can't be put back and are not listed. */
  readonly omitted?: number;
  /** When a second look found nothing that is still on. Absent until then. */
  readonly confirmedAt?: string;
  /** What is still on, each with the reason. */
  readonly rest?: readonly string[];
}

/** The agent's policies and tags as they were before it was denied. */
export interface SnapshotRef {
  /** Key in the evidence bucket. Absent if the snapshot could not be written. */
  readonly key?: string;
  /** SHA-256 of its text, hex. */
  readonly sha256?: string;
  /** Why it is missing or may show the denial. */
  readonly note?: string;
}

/** Something that was switched on again during a suspension, as the engine found it. */
export interface Lifted {
  /** The request during which it was found and switched off again. */
  readonly requestId: string;
  readonly what: readonly string[];
}

/** Keeps all principals of the agent denied until an operator resumes the agent, whatever is deployed. */
export interface Suspension {
  readonly since: string;
  /** ARN of the person who asked. */
  readonly by: string;
  readonly reason: string;
  /** When it was asked for again, the last time. A resumption that was asked for before that is refused. */
  readonly askedAgainAt?: string;
  /** The other means. Absent in a suspension of an earlier version. */
  readonly cuts?: readonly CutRecord[];
  /** What acts or may be used still and can't be reached, each with the reason. */
  readonly beyondReach?: readonly string[];
  readonly snapshot?: SnapshotRef;
  /** What somebody lifted and the engine denied again. */
  readonly lifted?: Lifted;
  /** Whether the last event about it said that some of it could not be switched off. */
  readonly toldPartly?: true;
  /** What a resumption left off, each with the reason. */
  readonly notRestored?: readonly string[];
  /** A drill suspended the agent and may resume it. */
  readonly drill?: boolean;
  /** Nobody decided a review. A reviewer's decision ends the suspension, and `nhi resume` does not. */
  readonly missedReview?: string;
}
